import fc from "fast-check";
import { expect, test } from "vitest";
import { serverName } from "../../../../shared/ids.ts";
import { FakeServers } from "../../testing/fake-servers.ts";
import { toolNames } from "./tool-names.ts";

const FILES = serverName("files");
const connector = new FakeServers();
const digest = (text: string) => connector.digest(text);
const names = (tools: readonly string[]) => Object.fromEntries(toolNames(FILES, tools, digest));

test.each([
  ["read_file", "files__read_file"],
  ["Read-File2", "files__Read-File2"],
  ["read file", "files__read_file"],
  ["admin.tools/list", "files__admin_tools_list"],
  ["ファイル", "files______"],
])("%j is called %j", (tool, name) => {
  expect(names([tool])).toEqual({ [tool]: name });
});

test("tools whose names would be one are told apart, and the one that needs no change keeps its name", () => {
  const given = names(["read file", "read_file", "read/file"]);
  expect(given.read_file).toBe("files__read_file");
  expect([given["read file"], given["read/file"]].sort()).toEqual([
    expect.stringMatching(/^files__read_file_[0-9a-f]{8}$/),
    expect.stringMatching(/^files__read_file_[0-9a-f]{8}$/),
  ]);
});

test("a server cannot take another tool's name by guessing its suffix", () => {
  const long = "x".repeat(100);
  const guessed = names([long])[long]?.slice("files__".length) ?? "";
  const given = names([long, guessed]);
  expect(new Set(Object.values(given)).size).toBe(2);
  expect(given[guessed]).toBe(`files__${guessed}`);
});

test("every name is what model APIs take, there is one for each tool, and the order of the list does not matter", () => {
  const tool = fc.oneof(
    fc.string({ maxLength: 90 }),
    fc.string({ unit: fc.constantFrom("a", "_", " ", "/", "é"), maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(tool, { maxLength: 12 }), (tools) => {
      const given = toolNames(FILES, tools, digest);
      const all = [...given.values()];
      expect([...given.keys()].sort()).toEqual([...tools].sort());
      expect(new Set(all).size).toBe(tools.length);
      for (const name of all) expect(name).toMatch(/^files__[a-zA-Z0-9_-]{0,57}$/);
      expect(toolNames(FILES, tools.toReversed(), digest)).toEqual(given);
    }),
  );
});

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../shared/messages.ts";
import { createFileTree } from "../../adapters/file-tree.ts";
import { FILE_BYTES, PREVIEW_CHARACTERS } from "../limits.ts";
import type { Tool } from "../ports.ts";
import { runTool } from "../testing/run-tool.ts";
import { openTestVersions, testToolbox } from "../testing/test-toolbox.ts";
import { storageTools } from "./storage-room.ts";

let folder: string;
let tools: ReadonlyMap<string, Tool>;
let close: () => Promise<void>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-files-"));
  const opened = openTestVersions();
  const box = testToolbox(createFileTree(folder), opened.versions);
  tools = new Map(storageTools(box).map((tool) => [tool.specification.name, tool]));
  close = opened.close;
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

function tool(name: string): Tool {
  const found = tools.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}
const call = (name: string, args: JsonObject): Promise<string> => runTool(tool(name), args);
const effects = (name: string, args: JsonObject) =>
  tool(name).effects(tool(name).parse(args), { memoryOwner: "me" });

test("files are written, read, listed, searched and moved to the trash", async () => {
  expect(await call("list_files", {})).toBe("The folder is empty.");
  expect(await call("write_file", { path: "a/./squares.txt", content: "1 4 9 16" })).toBe(
    "Wrote 8 bytes to a/squares.txt (created)",
  );
  expect(await call("write_file", { path: "a/squares.txt", content: "1\n4" })).toBe(
    "Wrote 3 bytes to a/squares.txt (replaced)",
  );
  expect(await call("read_file", { path: "a/squares.txt" })).toBe("1\n4");
  expect(await call("list_files", {})).toBe("a/");
  expect(await call("list_files", { path: "a" })).toBe("a/squares.txt (3 bytes)");
  expect(await call("search_files", { query: "4" })).toBe("a/squares.txt:2: 4");
  expect(await call("search_files", { query: "cube" })).toBe("No matches.");
  expect(await call("delete_file", { path: "a/squares.txt" })).toMatch(
    /^Moved a\/squares.txt to the trash as /,
  );
  await expect(call("read_file", { path: "a/squares.txt" })).rejects.toMatchObject({
    data: { code: "not-found" },
  });
});

describe("effects", () => {
  test("are named on the canonical path, before anything is touched", async () => {
    expect(await effects("write_file", { path: "x/../a.txt", content: "" })).toEqual([
      { type: "write", target: "a.txt", reversible: "yes" },
    ]);
    expect(await effects("delete_file", { path: "./a.txt" })).toEqual([
      { type: "delete", target: "a.txt", reversible: "yes" },
    ]);
    expect(await effects("read_file", { path: "a.txt" })).toMatchObject([{ type: "read" }]);
    expect(await effects("search_files", { query: "x" })).toMatchObject([{ type: "read", target: "." }]);
  });

  test.each(["../x", "/etc/passwd", "a/../../x"])(
    "cannot be had for %s, which leads outside",
    async (path) => {
      for (const [name, args] of [
        ["write_file", { path, content: "" }],
        ["read_file", { path }],
        ["delete_file", { path }],
        ["list_files", { path }],
      ] as const)
        await expect(effects(name, args)).rejects.toMatchObject({ data: { code: "outside-workspace" } });
    },
  );
});

describe("what the floor keeps from agents", () => {
  const typeOf = async (name: string, path: string) =>
    (await effects(name, name === "write_file" ? { path, content: "" } : { path }))[0]?.type;

  test("is key material, for every tool", async () => {
    for (const name of ["read_file", "write_file", "delete_file", "list_files"]) {
      expect(await typeOf(name, "app/.ENV.local"), name).toBe("secret");
      expect(await typeOf(name, ".ssh"), name).toBe("secret");
      expect(await typeOf(name, "app/.env.example"), name).not.toBe("secret");
    }
  });

  test("is reached by a link as well", async () => {
    writeFileSync(join(folder, ".env"), "TOKEN=7");
    symlinkSync(".env", join(folder, "notes.txt"));
    expect(await effects("read_file", { path: "notes.txt" })).toMatchObject([
      { type: "secret", target: ".env" },
    ]);
  });

  test("is a change to what steers programs, and not a look at it", async () => {
    for (const path of [".aios/access.json", ".git/hooks/pre-commit", ".vscode/tasks.json", ".mcp.json"]) {
      expect(await typeOf("read_file", path), path).toBe("read");
      expect(await typeOf("write_file", path), path).toBe("config");
      expect(await typeOf("delete_file", path), path).toBe("config");
    }
    expect(await typeOf("write_file", ".gitignore")).toBe("write");
  });

  test("is not found by a search, while all else around it is", async () => {
    writeFileSync(join(folder, ".env"), "TOKEN=7");
    writeFileSync(join(folder, "deploy.pem"), "the token");
    writeFileSync(join(folder, "readme.md"), "set TOKEN first");
    expect(await call("search_files", { query: "token" })).toBe("readme.md:1: set TOKEN first");
    expect(await call("list_files", {})).toContain(".env");
  });
});

test.each(["memory:agent:helper", "mcp:files/read", "result:f1"])(
  "%s is no name of a file: it would pass for something else",
  async (path) => {
    await expect(effects("write_file", { path, content: "" })).rejects.toMatchObject({
      data: { code: "outside-workspace" },
    });
  },
);

describe("the preview of a change", () => {
  test("shows what there is and what there will be", async () => {
    const write = { path: "a.txt", content: "new" };
    expect(await tool("write_file").preview(write)).toMatchObject({
      before: null,
      after: "new",
      cut: "whole",
    });
    writeFileSync(join(folder, "a.txt"), "old");
    expect(await tool("write_file").preview(write)).toMatchObject({ before: "old", after: "new" });
    expect(await tool("delete_file").preview({ path: "a.txt" })).toMatchObject({
      before: "old",
      after: null,
    });
    expect(await tool("read_file").preview({ path: "a.txt" })).toEqual({ type: "none" });
  });

  test("is cut at its bound and says so, and never fails", async () => {
    const content = "x".repeat(PREVIEW_CHARACTERS + 1);
    const preview = await tool("write_file").preview({ path: "a.txt", content });
    expect(preview).toMatchObject({ cut: "cut", after: content.slice(1) });
    expect(await tool("delete_file").preview({ path: "../x" })).toMatchObject({ before: null });
  });
});

test("a file that is too large is read in part, and is not written", async () => {
  writeFileSync(join(folder, "big.txt"), "x".repeat(FILE_BYTES + 5));
  expect(await call("read_file", { path: "big.txt" })).toContain(
    `(cut: the file has ${FILE_BYTES + 5} bytes)`,
  );
  const content = "x".repeat(FILE_BYTES + 1);
  await expect(call("write_file", { path: "b.txt", content })).rejects.toMatchObject({
    data: { code: "bad-input", field: "content" },
  });
});

test("the workspace itself cannot be deleted", async () => {
  writeFileSync(join(folder, "a.txt"), "kept");
  for (const path of [".", "a/.."])
    await expect(call("delete_file", { path })).rejects.toMatchObject({ data: { code: "not-allowed" } });
  expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("kept");
});

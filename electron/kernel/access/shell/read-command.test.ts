import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShellParser } from "../../../adapters/shell-parser.ts";
import type { ShellNode, ShellParser } from "../../ports.ts";
import { readCommand } from "./read-command.ts";

const run = promisify(execFile);

let parser: ShellParser;
let folder = "";
beforeAll(async () => {
  parser = await openShellParser();
  folder = mkdtempSync(join(tmpdir(), "aios-words-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "here"));
  writeFileSync(join(folder, "bin", "show"), "#!/bin/sh\nprintf '%s\\0' \"$@\"\n", { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const values = (line: string, by: ShellParser = parser) => {
  const words = readCommand(line, by);
  return words.type === "words" ? words.commands.map((each) => each.map(({ value }) => value)) : null;
};

test.each([
  ["ls -la", [["ls", "-la"]]],
  ["a 'b c' \"d e\" f'g'\"h\"", [["a", "b c", "d e", "fgh"]]],
  ["a|b||c&&d;e", [["a"], ["b"], ["c"], ["d"], ["e"]]],
  ["a '' \"\"", [["a", "", ""]]],
  ["  a   b  ", [["a", "b"]]],
  ['a "x\\|y" "\\.ts"', [["a", "x\\|y", "\\.ts"]]],
  ["a '$b' '`c`' '!d' '\\e'", [["a", "$b", "`c`", "!d", "\\e"]]],
  ["a größe заметки.txt 日本", [["a", "größe", "заметки.txt", "日本"]]],
])("%s", (line, expected) => {
  expect(values(line)).toEqual(expected);
});

describe("two readers must agree", () => {
  /** Fakes: grammars that are wrong about a line, as a real one may be about one that nobody has thought of. */
  const word = (text: string): ShellNode => ({ type: "word", text, named: true, children: [] });
  const command = (...words: readonly string[]): ShellNode => ({
    type: "command",
    text: words.join(" "),
    named: true,
    children: words.map(word),
  });
  const says = (...children: readonly ShellNode[]): ShellParser => ({
    parse: (text) => ({ root: { type: "program", text, named: true, children }, errors: "none" }),
  });

  test.each([
    ["sees fewer commands", says(command("ls", "a"))],
    ["sees other words", says(command("ls", "a"), command("rm", "c"))],
    ["sees more commands", says(command("ls"), command("a"), command("rm", "b"))],
    ["sees nothing", says()],
  ])("a grammar that %s makes the line opaque", (_, wrong) => {
    expect(values("ls a; rm b", says(command("ls", "a"), command("rm", "b")))).not.toBeNull();
    expect(values("ls a; rm b", wrong)).toBeNull();
  });

  test("a grammar that sees nothing wrong with a substitution is not believed", () => {
    expect(values("ls $(id)", says(command("ls", "$(id)")))).toBeNull();
    expect(values("ls `id`", says(command("ls", "`id`")))).toBeNull();
  });
});

describe.runIf(process.platform === "linux")("bash", () => {
  test("gets the same words, whatever the text", async () => {
    const part = fc.constantFrom(
      ...[
        "a",
        "-n",
        "--x=y",
        "1",
        "é",
        "日",
        "'",
        '"',
        "'b c'",
        '"d e"',
        " ",
        "  ",
        "\\",
        "$",
        "`",
        "!",
        "#",
        "~",
      ],
      ...[
        "*",
        "?",
        "[",
        "]",
        "{",
        "}",
        ",",
        "=",
        "%",
        "^",
        "+",
        "@",
        ":",
        "/",
        "..",
        "\\|",
        "''",
        '""',
        "'\\'",
        "$'",
      ],
    );
    const seen = { words: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (parts) => {
        const line = `show ${parts.join("")}`;
        const words = values(line)?.[0]?.slice(1);
        if (!words) return;
        seen.words += 1;
        const { stdout } = await run("/bin/bash", ["--noprofile", "--norc", "-c", line], {
          cwd: join(folder, "here"),
          env: { PATH: join(folder, "bin"), LC_ALL: "C.UTF-8" },
        });
        expect(stdout).toBe(words.length === 0 ? "\0" : words.map((each) => `${each}\0`).join(""));
      }),
      { numRuns: 1_000 },
    );
    expect(seen.words).toBeGreaterThan(100);
  });
});

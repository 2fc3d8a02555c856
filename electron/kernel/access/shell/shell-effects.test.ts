import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFileTree } from "../../../adapters/file-tree.ts";
import { openShellParser } from "../../../adapters/shell-parser.ts";
import type { FileTree, ShellParser } from "../../ports.ts";
import { type ShellRequest, shellEffects } from "./shell-effects.ts";

let parser: ShellParser;
let base = "";
let files: FileTree;
beforeAll(async () => {
  parser = await openShellParser();
  base = mkdtempSync(join(tmpdir(), "aios-shell-"));
  mkdirSync(join(base, "workspace", "src"), { recursive: true });
  writeFileSync(join(base, "workspace", "src", "a.ts"), "text");
  writeFileSync(join(base, "outside.txt"), "outside");
  symlinkSync("../outside.txt", join(base, "workspace", "out"));
  mkdirSync(join(base, "beside"));
  symlinkSync("../beside", join(base, "workspace", "away"));
  symlinkSync("src/deep", join(base, "workspace", "near"));
  mkdirSync(join(base, "workspace", "src", "deep"));
  symlinkSync("src/a.ts", join(base, "workspace", "in"));
  symlinkSync(".env", join(base, "workspace", "plain.txt"));
  writeFileSync(join(base, "workspace", ".env"), "KEY=1");
  files = createFileTree(join(base, "workspace"));
});
afterAll(() => rmSync(base, { recursive: true }));

const effects = (command: string, fields: Partial<ShellRequest> = {}) =>
  shellEffects(
    { command, writes: "none", hosts: [], confinement: "sandbox", ...fields },
    parser,
    files.resolve,
  );
const read = (...targets: readonly string[]) =>
  targets.map((target) => ({ type: "read", target, reversible: "yes" }));

test.each([
  ["ls", read(".")],
  ["ls -la src", read("src")],
  ["cat in ./src/../src/a.ts", read("src/a.ts")],
  ["head -n 20 src/a.ts | sort -u | uniq -c", read("src/a.ts")],
  ["head -5 src/a.ts && wc -l src/b.ts", read("src/a.ts", "src/b.ts")],
  ["grep -n 'a b' src/a.ts", read("src/a.ts")],
  ["grep -rn --include='*.ts' -e foo src", read("src")],
  ["find src -name '*.ts' -type f", read("src")],
  ["sed -n '1,20p' src/a.ts", read("src/a.ts")],
  // A link is followed before the .. behind it.
  ["cat near/../a.ts", read("src/a.ts")],
  ["cat -- -n", read("-n")],
  ["echo hello; date +%F", read(".")],
])("%s only reads", async (command, expected) => {
  expect(await effects(command)).toEqual(expected);
});

describe("a program that is not known to read alone is run", () => {
  test.each(["npm test", "cp a b", "python3 run.py", "cat -Z src/a.ts", "sort -T src src/a.ts && ls"])(
    "%s, and can be taken back only where it changes and reaches nothing",
    async (command) => {
      const run = { type: "exec", target: command };
      const [confined] = await effects(command);
      expect(confined).toMatchObject(run);
      if (confined?.opaque === undefined) expect(confined?.reversible).toBe("yes");
      expect(await effects(command, { writes: "workspace" })).toMatchObject([{ ...run, reversible: "no" }]);
      expect(await effects(command, { hosts: ["example.com"] })).toMatchObject([
        { ...run, reversible: "no" },
        { type: "net", target: "example.com:443", reversible: "no" },
      ]);
    },
  );

  test("every granted host is an effect, beside a read too", async () => {
    expect(await effects("ls", { hosts: ["a.org", "b.org"] })).toMatchObject([
      { type: "read" },
      { type: "net", target: "a.org:443" },
      { type: "net", target: "b.org:443" },
    ]);
  });

  test("without a sandbox nothing is a mere read", async () => {
    expect(await effects("ls", { confinement: "none" })).toEqual([
      { type: "exec", target: "ls", reversible: "no", opaque: "no sandbox confines it" },
    ]);
  });
});

test.each([
  ["cat ../outside.txt", '"../outside.txt" leads outside the workspace'],
  ["cat away/../outside.txt", '"away/../outside.txt" leads outside the workspace'],
  ["cat src/../../outside.txt", '"src/../../outside.txt" leads outside the workspace'],
  ["cat out", '"out" leads outside the workspace'],
  ["cat /etc/passwd", '"/etc/passwd" leads outside the workspace'],
  ["cp src/a.ts /tmp/x", '"/tmp/x" leads outside the workspace'],
  ["tool --out=/tmp/x", '"/tmp/x" leads outside the workspace'],
  ["tool -o/tmp/x", '"/tmp/x" leads outside the workspace'],
  ["/bin/ls", '"/bin/ls" leads outside the workspace'],
])("%s says which path leads out", async (command, opaque) => {
  expect(await effects(command)).toEqual([{ type: "exec", target: command, reversible: "no", opaque }]);
});

test.each([
  ["cat .env", ".env"],
  ["cat plain.txt", ".env"],
  ["cp .env copy.txt", ".env"],
  ["ls src && grep KEY .env", ".env"],
  ["cat < .env", ".env"],
  ["echo $(cat .env)", ".env"],
  ["tar cf - .ssh/id_rsa", ".ssh/id_rsa"],
  ["tool --key=server.pem", "server.pem"],
  ["tool -kserver.pem", "server.pem"],
  ["ls .ssh", ".ssh"],
])("%s touches a secret", async (command, target) => {
  expect(await effects(command)).toContainEqual(expect.objectContaining({ type: "secret", target }));
});

test.each([
  ["ls $HOME", "it holds a variable"],
  ["ls $(id)", "it holds a command substitution"],
  ["cat <(ls)", "it holds a process substitution"],
  ["ls > a", "it redirects to or from a file"],
  ["cat <<x", "it is not well-formed"],
  ["cat <<< a", "it holds a here-string"],
  ["A=b ls", "it sets a variable"],
  ["ls &", "it runs a program in the background"],
  ["ls |& wc", "it pipes errors (|&)"],
  ["(ls)", "it holds a subshell"],
  ["{ ls; }", "it holds a group of commands"],
  ["! ls", "it negates a command"],
  ["f() { ls; }", "it defines a function"],
  ["ls # all", "it holds a comment"],
  ["ls *.ts", "it holds a pattern (*) that becomes whatever files there are"],
  ["ls ~", "it names a home folder (~)"],
  ["ls {a,b}", "it holds a brace expansion"],
  ["r\\m a", "it holds a backslash, which changes what the next character means"],
  ["ls\r", "it holds the control character U+000D"],
  ["ls\nrm a", "it has more than one line"],
  ["ls \u200ba", "it holds the character U+200B, which can hide what it says"],
  ["c\u0430t a", '"c\u0430t" mixes letters of scripts that look alike'],
  ["ls \uff0fetc", "it holds the character U+FF0F, which can hide what it says"],
  ["", "it is empty"],
  [`ls ${"a".repeat(4_000)}`, "it is longer than 4000 characters"],
  ["true;".repeat(20).concat("true"), "it has more than 20 commands"],
  ["'l's", "the name of the program is written with quotes ('l's)"],
  ["eval ls", "eval changes what the shell does with other words"],
  ["xargs rm", "xargs starts other programs out of its words or its input"],
  ["find . -delete", "find can start other programs by its options, commands or settings"],
  ["git -c a.b=c status", "git can start other programs by its options, hooks or settings"],
  ["python3 -c 'print(1)'", "python runs code that is not in a file of its own"],
  ["cat a | bash", "bash runs code that is not in a file of its own"],
])("%j is opaque", async (command, opaque) => {
  expect(await effects(command)).toEqual([{ type: "exec", target: command, reversible: "no", opaque }]);
});

test("whatever the text: it never throws, and nothing that the shell obeys is in what only reads", async () => {
  const part = fc.constantFrom(
    ...[
      "ls",
      "cat",
      "grep",
      "find",
      "sort",
      "-n",
      "-o",
      "-e",
      "--",
      "|",
      "&&",
      ";",
      "&",
      "src",
      "out",
      "'",
      '"',
    ],
    ...[
      "$",
      "`",
      "\\",
      "(",
      ")",
      "{",
      "}",
      "<",
      ">",
      "!",
      "#",
      "~",
      "*",
      "\n",
      "\u00e9",
      "=",
      "-exec",
      ".env",
    ],
  );
  const line = fc
    .array(part, { maxLength: 10 })
    .chain((parts) => fc.constantFrom("", " ").map((between) => parts.join(between)));
  await fc.assert(
    fc.asyncProperty(fc.oneof(line, fc.string({ unit: "binary" })), async (command) => {
      const found = await effects(command);
      expect(found.length).toBeGreaterThan(0);
      for (const { type, target } of found) {
        expect(["read", "secret", "exec"]).toContain(type);
        if (type !== "read") continue;
        expect(command).not.toContain("\n");
        expect(command.replace(/'[^']*'/g, "")).not.toMatch(/[$`!]/);
        expect(command.replace(/'[^']*'|"[^"]*"/g, "")).not.toMatch(/[\\(){}<>#~*]|(?<!&)&(?!&)/);
        expect(["outside.txt", "out", ".env"]).not.toContain(target);
      }
    }),
    { numRuns: 3_000 },
  );
});

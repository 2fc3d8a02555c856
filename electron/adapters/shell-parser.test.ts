import { beforeAll, describe, expect, test } from "vitest";
import type { ShellNode, ShellParser } from "../kernel/ports.ts";
import { openShellParser } from "./shell-parser.ts";

let parser: ShellParser;
beforeAll(async () => {
  parser = await openShellParser();
});

const shape = ({ type, children }: ShellNode): string =>
  children.length === 0 ? type : `${type}(${children.map(shape).join(" ")})`;

test("gives a command line as plain data, each node with its text", () => {
  const { root, errors } = parser.parse("ls -la | wc -l && cat 'größe 日'");
  expect(errors).toBe("none");
  expect(shape(root)).toBe(
    "program(list(pipeline(command(command_name(word) word) | command(command_name(word) word)) && command(command_name(word) raw_string)))",
  );
  const list = root.children[0];
  expect(list?.children[2]?.text).toBe("cat 'größe 日'");
  expect(list?.children[1]).toEqual({ type: "&&", text: "&&", named: false, children: [] });
  expect(structuredClone(root)).toEqual(root);
});

test("tells what hides a command apart from plain words", () => {
  const all = ({ type, children }: ShellNode): string[] => [type, ...children.flatMap(all)];
  const types = (command: string) => all(parser.parse(command).root);
  expect(types("echo $(id)")).toContain("command_substitution");
  expect(types('echo "`id`"')).toContain("command_substitution");
  expect(types("cat <(id)")).toContain("process_substitution");
  expect(types("cat <<x\ny\nx")).toContain("heredoc_redirect");
});

describe("never throws, and says when it has not understood", () => {
  test.each([
    ["an open quote", "echo 'a"],
    ["an open bracket", "(ls"],
    ["too long a text", "a ".repeat(2_001)],
    ["too deep a text", "$(".repeat(1_000) + ")".repeat(1_000)],
    ["deep brackets that close", `${"( ".repeat(200)}ls${" )".repeat(200)}`],
    ["one that the grammar takes long over", "ls|".repeat(1_300)],
    ["too many parts", "a=1 ".repeat(1_000)],
    ["half a character", "echo \ud800"],
  ])("%s", (_, command) => {
    expect(parser.parse(command).errors).toBe("some");
    // And goes on as if nothing had been.
    expect(parser.parse("ls").errors).toBe("none");
    expect(shape(parser.parse("ls").root)).toBe("program(command(command_name(word)))");
  });

  test("an empty text is an empty program", () => {
    expect(parser.parse("")).toEqual({
      root: { type: "program", text: "", named: true, children: [] },
      errors: "none",
    });
  });
});

import { expect, test } from "vitest";
import { patternSchema } from "../../../shared/access.ts";
import { PATTERN_WILDCARDS } from "../../../shared/limits.ts";
import { matchesTarget } from "./glob.ts";

test.each([
  ["**", ["a", "a/b", ".", "mcp:files/read", "example.org:443", "ls -l\npwd", ""], []],
  ["notes/a.txt", ["notes/a.txt"], ["notes/a.txt2", "x/notes/a.txt", "notes/aXtxt"]],
  ["notes/*", ["notes/a", "notes/"], ["notes", "notes/a/b", "notesx/a"]],
  ["notes/**", ["notes", "notes/a", "notes/a/b"], ["notes2", "notes2/a", "my/notes/a"]],
  ["**/todo.md", ["todo.md", "a/todo.md", "a/b/todo.md"], ["mytodo.md", "a/mytodo.md", "todo.md/a"]],
  ["a/**/z", ["a/z", "a/b/z", "a/b/c/z"], ["a/bz", "az", "a/z/b"]],
  ["a**z", ["az", "a/b/z"], ["a/b/zz/"]],
  ["*.md", ["a.md", ".md"], ["a/b.md", "a.mdx", "."]],
  ["a*b*c", ["abc", "a1b2c", "abbcc"], ["a/b/c", "ab"]],
  ["**/a/**/b/*", ["a/b/c", "x/a/y/b/c"], ["a/b", "a/b/c/d", "b/a/c"]],
  [".", ["."], ["a", ""]],
  ["*", ["a"], [".", "a/b"]],
  ["a.c[x]?", ["a.c[x]?"], ["abcx", "a.cx"]],
  ["mcp:files/*", ["mcp:files/read"], ["mcp:other/read"]],
  ["git log**", ["git log", "git log -p a/b"], ["git push"]],
  // One name, two Unicode forms.
  ["caf\u00e9/*", ["cafe\u0301/menu"], ["cafe/menu"]],
])("%s", (pattern, covered, others) => {
  expect(covered.filter((target) => !matchesTarget(pattern, target))).toEqual([]);
  expect(others.filter((target) => matchesTarget(pattern, target))).toEqual([]);
});

test("a pattern of many wildcards is judged as any other, and is none that anybody may write", () => {
  const pattern = "*a**a".repeat(PATTERN_WILDCARDS / 2);
  const target = "a".repeat(10_000);
  expect(matchesTarget(pattern, target)).toBe(true);
  expect(matchesTarget(`${pattern}b`, target)).toBe(false);
  expect(patternSchema.safeParse(pattern).success).toBe(true);
  expect(patternSchema.safeParse(`${pattern}*`).success).toBe(false);
});

import { expect, test } from "vitest";
import { cleanPath, pathsIn } from "./file-paths.ts";

test.each([
  ["copy notes/a.md to ./b.txt", ["notes/a.md", "b.txt"]],
  ['read "my file.txt" now', ["my file.txt"]],
  ["what is 3.5 + 2.25", []],
  ["mail bob@example.com", []],
  ["write to ../out.txt", ["../out.txt"]],
  ["see a.txt, then a.txt", ["a.txt"]],
])("%s", (text, expected) => {
  expect(pathsIn(text)).toEqual(expected);
});

test("quotes and backslashes go", () => {
  expect(cleanPath("'a\\b.txt'")).toBe("a/b.txt");
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { thrownBy } from "./testing/thrown-by.ts";
import { parseWorkspacePath } from "./workspace-path.ts";

describe("workspace path", () => {
  test.each([
    ["notes.txt", ["notes.txt"]],
    ["./a//b/./c", ["a", "b", "c"]],
    ["a/../b", ["b"]],
    ["a/b/../../c/", ["c"]],
    [".", []],
    ["a/..", []],
    ["..notes/...", ["..notes", "..."]],
    ["日记/día 1.md", ["日记", "día 1.md"]],
    ["12:30.txt", ["12:30.txt"]],
  ])("%s", (path, parts) => {
    expect(parseWorkspacePath(path)).toEqual(parts);
  });

  test.each([
    "",
    "/etc/passwd",
    "//server/share",
    "..",
    "../x",
    "a/../../x",
    "./../x",
    "a\0b",
    "a\nb",
    "C:/Windows",
    "c:notes",
    "C:\\Windows",
    "\\\\server\\share",
    "a\\..\\..\\b",
    "~",
    "~/.ssh/id_rsa",
    ".trash",
    ".trash/x",
    "a/../.TRASH/x",
    "a\ud800",
    "./C:",
    "a/../~/x",
  ])("refuses %j", (path) => {
    const error = thrownBy(() => parseWorkspacePath(path));
    expect(error).toMatchObject({ data: { code: "outside-workspace", hint: expect.any(String) } });
    expect(error).toMatchObject({ message: expect.not.stringMatching(/[\0\n]/) });
  });

  test("refuses paths that are too long or too deep", () => {
    expect(() => parseWorkspacePath("x".repeat(2_000))).toThrow("longer than");
    expect(() => parseWorkspacePath("d/".repeat(40))).toThrow("deeper than");
  });

  test("what is let through never climbs, whatever it is made of", () => {
    const part = fc.constantFrom("..", ".", "", "a", "b.txt", "...", "\\", "C:", "~", "\0", ".trash", " ");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        let canonical: readonly string[];
        try {
          canonical = parseWorkspacePath(parts.join("/"));
        } catch (error) {
          expect(error).toMatchObject({ data: { code: "outside-workspace" } });
          return;
        }
        for (const name of canonical) {
          expect(["", ".", ".."]).not.toContain(name);
          expect(name).not.toMatch(/[/\\\0]/);
        }
        expect(canonical[0]).not.toBe(".trash");
        expect(parseWorkspacePath(canonical.join("/") || ".")).toEqual(canonical);
      }),
    );
  });
});

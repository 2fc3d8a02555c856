import { describe, expect, test } from "vitest";
import { copyName, crumbs, foldersBetween, isUnder, joined, nameOf, parentOf } from "./paths.ts";

describe("paths", () => {
  test("are taken apart and put together, at the top and below", () => {
    expect([parentOf("a.md"), nameOf("a.md"), joined(".", "a.md")]).toEqual([".", "a.md", "a.md"]);
    expect([parentOf("x/y/a.md"), nameOf("x/y/a.md"), joined("x/y", "a.md")]).toEqual([
      "x/y",
      "a.md",
      "x/y/a.md",
    ]);
  });

  test("lie under a folder only by whole names", () => {
    expect(isUnder("notes/a.md", "notes")).toBe(true);
    expect(isUnder("notes-old/a.md", "notes")).toBe(false);
    expect(isUnder("notes", "notes")).toBe(false);
    expect(isUnder("notes", ".")).toBe(true);
  });

  test("tell the folders to open on the way to one", () => {
    expect(foldersBetween(".", "a/b/c.md")).toEqual(["a", "a/b"]);
    expect(foldersBetween("a", "a/b/c.md")).toEqual(["a/b"]);
    expect(foldersBetween("a", "a/c.md")).toEqual([]);
    expect(foldersBetween("other", "a/b/c.md")).toEqual([]);
  });

  test("are crumbs from the workspace down", () => {
    const workspace = { path: "agents/clerk", label: "clerk" };
    expect(crumbs(workspace, "agents/clerk").map(({ label }) => label)).toEqual(["clerk"]);
    expect(crumbs(workspace, "agents/clerk/x/y")).toEqual([
      workspace,
      { path: "agents/clerk/x", label: "x" },
      { path: "agents/clerk/x/y", label: "y" },
    ]);
    expect(crumbs({ path: ".", label: "Common" }, "x/y").map(({ label }) => label)).toEqual([
      "Common",
      "x",
      "y",
    ]);
  });

  test("of a copy are free, with the ending kept", () => {
    expect(copyName("a.md", new Set())).toBe("a copy.md");
    expect(copyName("a.md", new Set(["a copy.md", "a copy 2.md"]))).toBe("a copy 3.md");
    expect(copyName(".env", new Set())).toBe(".env copy");
    expect(copyName("Makefile", new Set())).toBe("Makefile copy");
  });
});

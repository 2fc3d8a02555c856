import { describe, expect, test } from "vitest";
import { KernelError } from "../../../shared/errors.ts";
import { EVENT_VERSION, type KernelEvent } from "../../../shared/events.ts";
import type { FileChange } from "../../../shared/files.ts";
import { seq } from "../../../shared/ids.ts";
import { madeRow, madeVersion } from "./made-files.ts";
import { changedPaths, foldersTouched, type Listing, lineKey, type TreeLine, treeLines } from "./tree.ts";
import { treeCommand } from "./tree-keys.ts";

const listing = (paths: readonly string[], more: Partial<Listing> = {}): Listing => ({
  rows: paths.map((path) => madeRow(path)),
  more: 0,
  status: "ready",
  error: null,
  ...more,
});
const drawn = (lines: readonly TreeLine[]): readonly string[] =>
  lines.map((line) => `${line.level} ${lineKey(line)}`);

const LISTINGS = new Map([
  [".", listing(["plans/", "old/", "a.md"])],
  ["plans", listing(["plans/week.md"], { more: 3 })],
  ["old", listing([])],
]);

describe("the lines of a tree", () => {
  test("are those of the folder, and of open folders in their places", () => {
    expect(drawn(treeLines(".", LISTINGS, new Set()))).toEqual(["1 plans", "1 old", "1 a.md"]);
    expect(drawn(treeLines(".", LISTINGS, new Set(["plans", "old"])))).toEqual([
      "1 plans",
      "2 plans/week.md",
      "2 more plans",
      "1 old",
      "2 empty old",
      "1 a.md",
    ]);
  });

  test("say how far a folder is, and count what was not asked for", () => {
    const lines = treeLines(".", new Map([[".", listing(["x/", "y.md"])]]), new Set(["x"]));
    expect(drawn(lines)).toEqual(["1 x", "2 loading x", "1 y.md"]);
    const error = new KernelError("storage-failed", "The disk is gone").data;
    expect(treeLines(".", new Map([[".", listing([], { error })]]), new Set())).toMatchObject([
      { type: "failed", error },
    ]);
    expect(treeLines("plans", LISTINGS, new Set())[0]).toMatchObject({ position: 1, size: 4 });
  });

  test("leave out the folders of the other workspaces, at the top alone", () => {
    const top = new Map([[".", listing(["agents/", "groups/", "mounts/", "plans/", "mounts.md"])]]);
    expect(drawn(treeLines(".", top, new Set()))).toEqual(["1 plans", "1 mounts.md"]);
    expect(drawn(treeLines("x", new Map([["x", listing(["x/agents/"])]]), new Set()))).toEqual([
      "1 x/agents",
    ]);
  });

  test("keep what was there when a later look fails", () => {
    const error = new KernelError("storage-failed", "The disk is gone").data;
    expect(drawn(treeLines(".", new Map([[".", listing(["a.md"], { error })]]), new Set()))).toEqual([
      "1 a.md",
    ]);
  });
});

describe("what a change touches", () => {
  const changed = (path: string, change: FileChange): KernelEvent => ({
    v: EVENT_VERSION,
    seq: seq(1),
    at: 1,
    mono: 1,
    type: "file.changed",
    agentId: null,
    version: madeVersion(1, { path, change }),
  });

  test("is every folder above it, on both ends of a move", () => {
    const folders = [".", "a", "a/b", "c", "ab"];
    const touched = (event: KernelEvent) => foldersTouched(folders, changedPaths(event));
    expect(touched(changed("a/b/new/x.md", { type: "written" }))).toEqual([".", "a", "a/b"]);
    expect(touched(changed("c/x.md", { type: "moved", from: "a/x.md" }))).toEqual([".", "a", "c"]);
    expect(touched(changed("x.md", { type: "deleted" }))).toEqual(["."]);
  });
});

describe("a key in the tree", () => {
  const lines = treeLines(".", LISTINGS, new Set(["plans"]));
  const at = (path: string): number => lines.findIndex((line) => lineKey(line) === path);

  test("moves inside the list, from none to the first", () => {
    expect(treeCommand("ArrowDown", lines, -1, 5)).toEqual({ type: "move", to: 0 });
    expect(treeCommand("ArrowUp", lines, 0, 5)).toEqual({ type: "move", to: 0 });
    expect(treeCommand("PageDown", lines, 0, 50)).toEqual({ type: "move", to: lines.length - 1 });
    expect(treeCommand("End", [], -1, 5)).toBeNull();
  });

  test("opens and closes folders, goes into an open one and back out", () => {
    expect(treeCommand("ArrowRight", lines, at("old"), 5)).toEqual({ type: "open", path: "old" });
    expect(treeCommand("ArrowRight", lines, at("plans"), 5)).toEqual({ type: "move", to: 1 });
    expect(treeCommand("ArrowLeft", lines, at("plans/week.md"), 5)).toEqual({ type: "move", to: 0 });
    expect(treeCommand("ArrowLeft", lines, at("plans"), 5)).toEqual({ type: "close", path: "plans" });
    expect(treeCommand("ArrowLeft", lines, at("a.md"), 5)).toBeNull();
    expect(treeCommand("ArrowRight", lines, at("a.md"), 5)).toBeNull();
  });

  test("acts only on an entry", () => {
    expect(treeCommand("Delete", lines, at("more plans"), 5)).toBeNull();
    expect(treeCommand("F2", lines, at("a.md"), 5)).toEqual({ type: "rename" });
    expect(treeCommand("Enter", lines, -1, 5)).toBeNull();
    expect(treeCommand("x", lines, 0, 5)).toBeNull();
  });
});

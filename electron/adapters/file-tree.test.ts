import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FileTree } from "../kernel/ports.ts";
import { createFileTree } from "./file-tree.ts";

let root: string;
let tree: FileTree;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aios-tree-"));
  tree = createFileTree(root);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const fails = (action: Promise<unknown>, code: string) =>
  expect(action).rejects.toMatchObject({ data: { code } });

describe("write and read", () => {
  test("makes folders, then replaces, and says how many bytes", async () => {
    expect(await tree.write("notes/2026/plan.md", "größer")).toEqual({ bytes: 8, created: "created" });
    expect(await tree.write("./notes/../notes/2026/plan.md", "")).toEqual({ bytes: 0, created: "replaced" });
    expect(readFileSync(join(root, "notes/2026/plan.md"), "utf8")).toBe("");
    expect(readdirSync(join(root, "notes/2026"))).toEqual(["plan.md"]);
  });

  test("keeps the mode of a file that is replaced", async () => {
    writeFileSync(join(root, "run.sh"), "old", { mode: 0o700 });
    await tree.write("run.sh", "new");
    expect(statSync(join(root, "run.sh")).mode & 0o777).toBe(0o700);
  });

  test("reads whole texts and the starts of long ones, never half a character", async () => {
    await tree.write("a.txt", "aé日");
    expect(await tree.read("a.txt", 100)).toEqual({ text: "aé日", bytes: 6 });
    expect(await tree.read("a.txt", 5)).toEqual({ text: "aé", bytes: 6 });
    expect(await tree.read("a.txt", 2)).toEqual({ text: "a", bytes: 6 });
    writeFileSync(join(root, "huge.txt"), "start");
    truncateSync(join(root, "huge.txt"), 20_000_000_000);
    await fails(tree.read("huge.txt", 1_000), "conflict");
  });

  test("refuses what is no text file, each with its reason", async () => {
    writeFileSync(join(root, "bin"), Buffer.from([0x7f, 0x45, 0, 1]));
    writeFileSync(join(root, "latin"), Buffer.from([0x61, 0xe9, 0x62]));
    mkdirSync(join(root, "folder"));
    await expect(tree.read("bin", 100)).rejects.toThrow('"bin" is not a UTF-8 text file');
    await fails(tree.read("latin", 100), "conflict");
    await expect(tree.read("folder", 100)).rejects.toThrow("is a folder");
    await fails(tree.read(".", 100), "conflict");
    await fails(tree.read("nothing.txt", 100), "not-found");
    await fails(tree.read("bin/inner", 100), "conflict");
  });

  test("refuses to write over folders, through files, and over the workspace", async () => {
    mkdirSync(join(root, "folder"));
    await tree.write("file", "x");
    await fails(tree.write("folder", "x"), "conflict");
    await fails(tree.write("file/inner", "x"), "conflict");
    await fails(tree.write(".", "x"), "conflict");
    await fails(tree.write("x".repeat(300), "x"), "storage-failed");
    expect(readdirSync(root).sort()).toEqual(["file", "folder"]);
  });

  test("errors name the path in the workspace, not where it lies", async () => {
    await expect(tree.read("nothing.txt", 1)).rejects.toMatchObject({
      message: expect.not.stringContaining(root),
      data: { message: expect.stringContaining("nothing.txt") },
    });
  });
});

describe("resolve", () => {
  test("gives one canonical form, whether or not something is there", async () => {
    await tree.write("a/b.txt", "x");
    expect(await tree.resolve("./a//../a/b.txt")).toBe("a/b.txt");
    expect(await tree.resolve("new/file.txt")).toBe("new/file.txt");
    expect(await tree.resolve(".")).toBe(".");
  });
});

describe("list", () => {
  test("shows folders first, sorted, with sizes, and counts what is over the limit", async () => {
    await tree.write("b.txt", "12345");
    await tree.write("a.txt", "");
    await tree.write("z/inner.txt", "x");
    await tree.write("old.txt", "x");
    await tree.trash("old.txt");
    writeFileSync(join(root, ".aios-0123456789abcdef.tmp"), "an unfinished write");
    const { entries, more } = await tree.list(".", 10);
    expect(entries.map(({ path, type, bytes }) => [path, type, bytes])).toEqual([
      ["z", "folder", 0],
      ["a.txt", "file", 0],
      ["b.txt", "file", 5],
    ]);
    expect(more).toBe(0);
    expect(entries[1]?.modifiedAt).toBe(Math.floor(statSync(join(root, "a.txt")).mtimeMs));
    expect((await tree.list("z", 10)).entries.map(({ path }) => path)).toEqual(["z/inner.txt"]);
    const short = await tree.list("./", 1);
    expect([short.entries.length, short.more]).toEqual([1, 2]);
  });

  test("tells what is at a path, the workspace itself being a folder", async () => {
    await tree.write("notes/a.txt", "a");
    expect(await tree.stat(".")).toMatchObject({ path: ".", type: "folder" });
    expect(await tree.stat("notes")).toMatchObject({ path: "notes", type: "folder" });
    expect(await tree.stat("notes/a.txt")).toMatchObject({ path: "notes/a.txt", type: "file", bytes: 1 });
    expect(await tree.stat("nowhere")).toBeNull();
  });

  test("is a typed error for files and for nothing", async () => {
    await tree.write("a.txt", "x");
    await fails(tree.list("a.txt", 10), "conflict");
    await fails(tree.list("nowhere", 10), "not-found");
  });
});

describe("trash", () => {
  test("moves files and folders under new names and records where they were", async () => {
    await tree.write("notes/a.txt", "first");
    const one = await tree.trash("notes/a.txt");
    await tree.write("notes/a.txt", "second");
    const two = await tree.trash("notes/a.txt");
    expect(one.trashedAs).not.toBe(two.trashedAs);
    expect(readFileSync(join(root, one.trashedAs), "utf8")).toBe("first");
    expect(readFileSync(join(root, two.trashedAs), "utf8")).toBe("second");
    const record = JSON.parse(
      readFileSync(join(root, `${two.trashedAs.split("/").slice(0, 2).join("/")}.json`), "utf8"),
    );
    expect(record).toEqual({ path: "notes/a.txt", trashedAt: expect.any(Number) });
    await tree.write("notes/b.txt", "kept");
    const folder = await tree.trash("notes");
    expect(readFileSync(join(root, folder.trashedAs, "b.txt"), "utf8")).toBe("kept");
    expect(existsSync(join(root, "notes"))).toBe(false);
  });

  test("refuses what is not there, the workspace, and itself", async () => {
    await fails(tree.trash("nothing.txt"), "not-found");
    await fails(tree.trash("."), "conflict");
    await fails(tree.trash(".trash"), "outside-workspace");
    expect(readdirSync(root)).toEqual([]);
  });

  test("cannot be read, listed or written by agents", async () => {
    await tree.write("a.txt", "x");
    const { trashedAs } = await tree.trash("a.txt");
    await fails(tree.read(trashedAs, 10), "outside-workspace");
    await fails(tree.write(".trash/b.txt", "x"), "outside-workspace");
    await fails(tree.list(".trash", 10), "outside-workspace");
  });
});

test("a workspace that has vanished is a typed error", async () => {
  rmSync(root, { recursive: true });
  await fails(tree.list(".", 10), "not-found");
  mkdirSync(root);
});

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MountName } from "../../shared/files.ts";
import { guardPath } from "../kernel/access/path-guard.ts";
import type { FileFacts, FileTree } from "../kernel/ports.ts";
import { createFileTree } from "./file-tree.ts";
import { createMountedTree } from "./mounted-tree.ts";
import { MountTable } from "./mounts/mount-table.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const ANYTHING = { type: "anything" } as const;

let base: string;
let mounts: MountTable;
let tree: FileTree;
const at = (path: string): string => join(base, path);
const put = (path: string, text: string): void => {
  mkdirSync(join(at(path), ".."), { recursive: true });
  writeFileSync(at(path), text);
};
const mount = (name: string, folder: string, access: "read-write" | "read-only" = "read-write") =>
  mounts.add({ name: name as MountName, folder, access });
const fails = (action: Promise<unknown>, code: string, words: string | RegExp = "") =>
  expect(action).rejects.toMatchObject({ data: { code, message: expect.stringMatching(words) } });

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "aios-mounted-")));
  for (const folder of ["data/workspace", "thesis", "photos"]) mkdirSync(at(folder), { recursive: true });
  put("data/workspace/note.md", "a note");
  put("thesis/chapter.md", "One\n");
  put("thesis/parts/two.md", "Two, with a kestrel\n");
  put("photos/list.txt", "kestrel.jpg\n");
  const workspace = createFileTree(at("data/workspace"), guardPath);
  const isTaken = async (path: string) => (await workspace.stat(path)) !== null;
  mounts = new MountTable(
    { own: [at("data")], isSecret: (path) => path.endsWith("/.ssh"), isTaken },
    guardPath,
  );
  tree = createMountedTree(workspace, mounts);
});
afterEach(() => rmSync(base, { recursive: true }));

async function walked(path: string): Promise<{ paths: string[]; whole: "yes" | "no" }> {
  const found: FileFacts[] = [];
  const walk = tree.walk(path);
  for (let page = await walk.next(); ; page = await walk.next()) {
    if (page.done) return { paths: found.map((each) => each.path), whole: page.value.whole };
    found.push(...page.value);
  }
}

describe("a mounted folder", () => {
  test("is seen in the tree, and its files are used by its name", async () => {
    await mount("thesis", at("thesis"));
    await mount("photos", at("photos"), "read-only");
    expect((await tree.list(".", 10)).entries.map(({ path, type }) => `${type} ${path}`)).toEqual([
      "folder mounts",
      "file note.md",
    ]);
    expect((await tree.list("mounts", 10)).entries.map(({ path }) => path)).toEqual([
      "mounts/thesis",
      "mounts/photos",
    ]);
    expect((await tree.list("mounts/thesis", 1)).entries.map(({ path }) => path)).toEqual([
      "mounts/thesis/parts",
    ]);
    expect(await tree.resolve("./mounts//thesis/parts/../chapter.md")).toBe("mounts/thesis/chapter.md");
    expect(await tree.resolve("mounts/thesis/chapter.md", "agents/clerk")).toBe("mounts/thesis/chapter.md");
    expect(await tree.read("mounts/thesis/chapter.md", 100)).toEqual({ text: "One\n", bytes: 4 });
    expect((await tree.stat("mounts/thesis/chapter.md"))?.path).toBe("mounts/thesis/chapter.md");
    expect((await tree.stat("mounts/thesis"))?.type).toBe("folder");
    expect((await tree.readBytes("mounts/thesis/chapter.md", 9)).facts.path).toBe("mounts/thesis/chapter.md");
    await tree.writeBytes("mounts/thesis/new/three.md", bytes("Three"), ANYTHING);
    expect(readFileSync(at("thesis/new/three.md"), "utf8")).toBe("Three");
    await tree.move("mounts/thesis/new/three.md", "mounts/thesis/three.md");
    expect(await tree.remove("mounts/thesis/three.md", ANYTHING)).toEqual({ type: "removed" });
    expect(existsSync(at("thesis/three.md"))).toBe(false);
    expect((await tree.search("kestrel", 10, new AbortController().signal)).map(({ path }) => path)).toEqual([
      "mounts/thesis/parts/two.md",
      "mounts/photos/list.txt",
    ]);
  });

  test("is walked with the tree", async () => {
    await mount("thesis", at("thesis"));
    expect(await walked(".")).toEqual({
      paths: [
        "note.md",
        "mounts",
        "mounts/thesis",
        "mounts/thesis/chapter.md",
        "mounts/thesis/parts",
        "mounts/thesis/parts/two.md",
      ],
      whole: "yes",
    });
    expect((await walked("mounts/thesis/parts")).paths).toEqual(["mounts/thesis/parts/two.md"]);
  });

  test("a folder of it goes whole, if it is still what was looked at", async () => {
    await mount("thesis", at("thesis"));
    const facts = await tree.stat("mounts/thesis/parts/two.md");
    const stamps = new Map([["mounts/thesis/parts/two.md", facts?.stamp ?? ""]]);
    put("thesis/parts/late.md", "late");
    expect(await tree.remove("mounts/thesis/parts", { type: "files", stamps })).toEqual({ type: "changed" });
    rmSync(at("thesis/parts/late.md"));
    expect(await tree.remove("mounts/thesis/parts", { type: "files", stamps })).toEqual({ type: "removed" });
  });

  test("for reading only takes no change, of whatever kind", async () => {
    await mount("photos", at("photos"), "read-only");
    await mount("thesis", at("thesis"));
    const changes = [
      () => tree.write("mounts/photos/new.txt", "x"),
      () => tree.writeBytes("mounts/photos/list.txt", bytes("x"), ANYTHING),
      () => tree.makeFolder("mounts/photos/inner"),
      () => tree.move("mounts/photos/list.txt", "mounts/photos/other.txt"),
      () => tree.remove("mounts/photos/list.txt", ANYTHING),
      () => tree.trash("mounts/photos/list.txt"),
    ];
    for (const change of changes) await fails(change(), "not-allowed", "mounts/photos");
    await tree.clean();
    expect(readdirSync(at("photos"))).toEqual(["list.txt"]);
    expect((await tree.read("mounts/photos/list.txt", 100)).text).toBe("kestrel.jpg\n");
  });

  test("cannot be left, by a link or by dots, nor be reached by a link of the workspace", async () => {
    await mount("thesis", at("thesis"));
    symlinkSync(at("photos/list.txt"), at("thesis/link.txt"));
    symlinkSync(at("data/workspace"), at("thesis/workspace"));
    symlinkSync(at("thesis"), at("data/workspace/thesis"));
    for (const path of ["link.txt", "workspace/note.md", "../../note.md/../../../x"]) {
      await fails(tree.read(`mounts/thesis/${path}`, 10), "outside-workspace");
    }
    await fails(tree.read("thesis/chapter.md", 10), "outside-workspace");
    expect(await tree.resolve("mounts/thesis/../../note.md")).toBe("note.md");
    expect((await walked("mounts/thesis")).paths).not.toContain("mounts/thesis/workspace/note.md");
  });

  test("keeps key material from everybody, as the workspace does", async () => {
    put("thesis/.ssh/id_ed25519", "key");
    await mount("thesis", at("thesis"));
    await fails(tree.readBytes("mounts/thesis/.ssh/id_ed25519", 10), "not-allowed", "key material");
    await fails(tree.write("mounts/thesis/.ssh/config", "x"), "not-allowed");
  });

  test("that has gone says so, is passed over by walks and searches, and is there again when it is back", async () => {
    await mount("thesis", at("thesis"));
    renameSync(at("thesis"), at("unplugged"));
    await fails(tree.read("mounts/thesis/chapter.md", 10), "storage-failed", /thesis.* is not there/);
    await fails(tree.stat("mounts/thesis/chapter.md"), "storage-failed");
    expect(await walked(".")).toEqual({ paths: ["note.md", "mounts"], whole: "no" });
    expect(tree.presence("mounts/thesis/chapter.md")).toBe("away");
    expect(await tree.search("kestrel", 10, new AbortController().signal)).toEqual([]);
    // A link in its place is not what was mounted.
    symlinkSync(at("photos"), at("thesis"));
    await fails(tree.read("mounts/thesis/list.txt", 10), "storage-failed");
    rmSync(at("thesis"));
    renameSync(at("unplugged"), at("thesis"));
    expect((await tree.read("mounts/thesis/chapter.md", 10)).text).toBe("One\n");
    expect(tree.presence("mounts/thesis/chapter.md")).toBe("here");
  });

  test("unmounted it is as it was, and its name leads nowhere", async () => {
    await mount("thesis", at("thesis"));
    mounts.remove("thesis" as MountName);
    await fails(tree.read("mounts/thesis/chapter.md", 10), "not-found");
    await fails(tree.write("mounts/thesis/chapter.md", "x"), "not-allowed", "mounted folders alone");
    await fails(tree.makeFolder("mounts"), "not-allowed");
    expect(tree.presence("mounts/thesis/chapter.md")).toBe("away");
    expect((await walked(".")).paths).toEqual(["note.md"]);
    expect(readFileSync(at("thesis/chapter.md"), "utf8")).toBe("One\n");
    expect(existsSync(at("data/workspace/mounts"))).toBe(false);
  });

  test("between it and the workspace nothing is moved in one step", async () => {
    await mount("thesis", at("thesis"));
    await fails(tree.move("note.md", "mounts/thesis/note.md"), "not-allowed", "in one step");
    await fails(tree.move("mounts/thesis/chapter.md", "chapter.md"), "not-allowed", "in one step");
    await fails(tree.move("mounts", "other"), "not-allowed");
    await fails(tree.remove("mounts/thesis", ANYTHING), "conflict");
    expect(existsSync(at("thesis/chapter.md"))).toBe(true);
  });
});

describe("is refused", () => {
  test.each([
    ["no absolute path", "thesis", "bad-input"],
    ["what is not there", "/nowhere/at/all", "not-found"],
    ["the whole disk", "/", "not-allowed"],
    ["a folder of the system", "/proc/self", "not-allowed"],
  ])("%s", async (_, folder, code) => {
    await fails(mount("x", folder), code);
    expect(mounts.all()).toEqual([]);
  });

  test("a file, what is the program's own, and keys", async () => {
    mkdirSync(at("home/.ssh"), { recursive: true });
    symlinkSync(at("data"), at("link"));
    await fails(mount("x", at("thesis/chapter.md")), "bad-input", "no folder");
    for (const folder of ["data", "data/workspace", "link", "."]) {
      await fails(mount("x", at(folder)), "not-allowed", "program's own");
    }
    await fails(mount("x", at("home/.ssh")), "not-allowed", "key material");
  });

  test("a name that is taken, and a folder within another that is mounted", async () => {
    await mount("thesis", at("thesis"));
    await fails(mount("thesis", at("photos")), "conflict", "already");
    await fails(mount("parts", at("thesis/parts")), "conflict", "overlaps");
    put("data/workspace/mounts/old/file.md", "x");
    await fails(mount("old", at("photos")), "conflict", "of its own");
  });
});

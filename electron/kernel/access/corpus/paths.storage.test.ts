import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KernelError } from "../../../../shared/errors.ts";
import type { MountName, VersionId } from "../../../../shared/files.ts";
import { createFileTree } from "../../../adapters/file-tree.ts";
import { createMountedTree } from "../../../adapters/mounted-tree.ts";
import { MountTable } from "../../../adapters/mounts/mount-table.ts";
import { openVersionKeeper } from "../../../adapters/versions/version-keeper.ts";
import type { FileTree, VersionStore } from "../../ports.ts";
import { PERSON } from "../../storage/testing/versioned-bench.ts";
import { VersionedTree } from "../../storage/versioned-tree.ts";
import { corpus, type PathRow, PathWorld, techniques } from "../../testing/path-world.ts";
import { guardPath } from "../path-guard.ts";

const ANYTHING = { type: "anything" } as const;
const OWNED = new TextEncoder().encode("owned");

let world: PathWorld;
let data = "";
let tree: FileTree;
let store: VersionStore;
let files: VersionedTree;
let known: VersionId;
/** Where in the tree the corpus is tried: empty for all of it. */
let base = "";
const inBase = (path: string): string => base + path;
async function open(place: "workspace" | "mounted"): Promise<void> {
  world = new PathWorld();
  data = mkdtempSync(join(tmpdir(), "aios-path-versions-"));
  base = place === "mounted" ? "mounts/world/" : "";
  tree = place === "mounted" ? await mountedWorld() : createFileTree(world.root, guardPath);
  store = openVersionKeeper(join(data, "versions.db"), join(data, "versions"));
  files = new VersionedTree({ tree, store, clock: { wall: () => 0 }, changed: () => {} });
  known = (await files.write(inBase("src/known.txt"), "known", ANYTHING, PERSON)).id;
}

/** An empty workspace in which the corpus's is mounted. */
async function mountedWorld(): Promise<FileTree> {
  const workspace = join(data, "workspace");
  mkdirSync(workspace);
  const mounts = new MountTable({ own: [], isSecret: () => false, isTaken: async () => false }, guardPath);
  await mounts.add({ name: "world" as MountName, folder: world.root, access: "read-write" });
  return createMountedTree(createFileTree(workspace, guardPath), mounts);
}
afterEach(async () => {
  // Whatever was tried, everything outside and every key is as it was, and no version holds any of it.
  expect(world.damage()).toEqual([]);
  for (const { path, hash } of await store.present("", 10_000)) {
    expect(path).toBe(await tree.resolve(path));
    if (hash !== null) expect(Buffer.from(await store.content(hash)).toString()).not.toBe("secret");
  }
  await store.close();
  world.remove();
  rmSync(data, { recursive: true });
});

/** Every call of the tree and of the versions that reads, then every one that changes, by the path's use. */
const reads: Record<string, (path: string) => Promise<unknown>> = {
  readBytes: (path) => tree.readBytes(path, 1_000).then(({ content }) => Buffer.from(content).toString()),
  stat: (path) => tree.stat(path),
  walk: async (path) => {
    const found: string[] = [];
    for await (const page of tree.walk(path)) for (const entry of page) found.push(entry.path);
    return found.join();
  },
  copyFrom: (path) => files.copy(path, inBase("copied"), PERSON),
};
const changes: Record<string, (path: string) => Promise<unknown>> = {
  writeBytes: (path) => tree.writeBytes(path, OWNED, ANYTHING),
  writeNew: (path) => tree.writeBytes(path, OWNED, { type: "absent" }),
  treeMoveFrom: (path) => tree.move(path, inBase("moved/away")),
  treeMoveTo: (path) => tree.move(inBase("src/known.txt"), path),
  treeMakeFolder: (path) => tree.makeFolder(path),
  treeRemove: (path) => tree.remove(path, ANYTHING),
  write: (path) => files.write(path, "owned", ANYTHING, PERSON),
  moveFrom: (path) => files.move(path, inBase("moved/away"), PERSON),
  moveTo: (path) => files.move(inBase("src/known.txt"), path, PERSON),
  copyTo: (path) => files.copy(inBase("src/known.txt"), path, PERSON),
  makeFolder: (path) => files.makeFolder(path, PERSON),
  remove: (path) => files.remove(path, PERSON),
  rollBack: (path) => files.rollBack(path, known, PERSON),
  planned: (path) => files.apply([{ type: "write", path, content: "owned" }], PERSON),
  plannedMove: (path) => files.apply([{ type: "move", from: inBase("src/known.txt"), to: path }], PERSON),
  plannedDelete: (path) => files.apply([{ type: "delete", path }], PERSON),
};

const rowsOf = (technique: string): readonly PathRow[] =>
  corpus.paths.filter((row) => row.technique === technique);

// An address is refused by the tools for how it reads; what has such a name is a file like any other.
const tried = techniques.filter((technique) => technique !== "address");

// Names that differ in case or form are one file on other systems, and links need rights there.
describe.runIf(process.platform === "linux")("a path, by every call of storage", () => {
  beforeEach(() => open("workspace"));

  test.each(tried)("%s", async (technique) => {
    for (const { path: pattern, expected, write = expected } of rowsOf(technique)) {
      const path = world.filled(pattern);
      const refused = { ...(expected === "inside" ? {} : reads), ...(write === "inside" ? {} : changes) };
      for (const [name, call] of Object.entries(refused)) {
        const outcome = await call(path).catch((error: unknown) => error);
        // There is nothing at a path that nobody may touch, so it may be said; and a folder that is there stays.
        const isNothing =
          outcome == null || outcome === "" || (Array.isArray(outcome) && outcome.length === 0);
        const isHarmless = name in reads || name === "makeFolder";
        expect({ path, name, outcome: isNothing ? "nothing" : outcome }).toEqual({
          path,
          name,
          outcome: isNothing && isHarmless ? "nothing" : expect.any(KernelError),
        });
      }
      if (expected !== "inside") continue;
      for (const name of ["readBytes", "stat", "walk"]) {
        const outcome = await reads[name]?.(path).catch((error: unknown) => {
          expect(error).toBeInstanceOf(KernelError);
          return null;
        });
        expect(outcome).not.toBe("secret");
      }
      // Looked at, it becomes a version or not; of what is outside there is none, as is seen in the end.
      await files.notice([path]).catch((error: unknown) => expect(error).toBeInstanceOf(KernelError));
    }
    await files.notice(["."]);
    expect((await store.newest([".env"]))[0]).toBeNull();
  });
});

describe.runIf(process.platform === "linux")("the same behind a mounted folder's name", () => {
  beforeEach(() => open("mounted"));

  // How a path is written is judged by the same code. What climbs means another place here, which may be free to use.
  const leading = tried.filter((technique) => /link|parent|trash|sensitive|settings/.test(technique));
  test.each(leading)("%s", async (technique) => {
    for (const { path: pattern, expected, write = expected } of rowsOf(technique)) {
      const path = inBase(world.filled(pattern));
      for (const call of [...Object.values(reads), ...(write === "inside" ? [] : Object.values(changes))]) {
        const outcome = await call(path).catch((error: unknown) => {
          expect(error).toBeInstanceOf(KernelError);
          return null;
        });
        expect(outcome).not.toBe("secret");
      }
      await files.notice([path]).catch((error: unknown) => expect(error).toBeInstanceOf(KernelError));
    }
  });
});

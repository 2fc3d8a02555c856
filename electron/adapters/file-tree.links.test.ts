import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import type { FileTree } from "../kernel/ports.ts";
import { createFileTree } from "./file-tree.ts";

const SECRET = "the secret outside";

let base: string;
let root: string;
let outside: string;
let tree: FileTree;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "aios-links-"));
  root = join(base, "workspace");
  outside = join(base, "outside");
  mkdirSync(root);
  mkdirSync(outside);
  writeFileSync(join(outside, "secret.txt"), SECRET);
  tree = createFileTree(root);
});
afterEach(() => {
  expect(readdirSync(outside)).toEqual(["secret.txt"]);
  expect(readFileSync(join(outside, "secret.txt"), "utf8")).toBe(SECRET);
  rmSync(base, { recursive: true });
});

const refuses = (action: Promise<unknown>) =>
  expect(action).rejects.toMatchObject({ data: { code: "outside-workspace" } });

async function refusesAll(path: string): Promise<void> {
  await refuses(tree.resolve(path));
  await refuses(tree.read(path, 100));
  await refuses(tree.write(path, "changed"));
  await refuses(tree.list(path, 10));
  await refuses(tree.trash(path));
}

describe("links that lead outside are refused", () => {
  test("a link to a file", async () => {
    symlinkSync(join(outside, "secret.txt"), join(root, "link.txt"));
    await refusesAll("link.txt");
  });

  test("a link to a folder, and what is behind it, there or not", async () => {
    symlinkSync(outside, join(root, "link"));
    await refusesAll("link");
    await refusesAll("link/secret.txt");
    await refusesAll("link/new/file.txt");
  });

  test("a chain of links, and a relative one", async () => {
    symlinkSync("../outside", join(root, "one"));
    symlinkSync("one", join(root, "two"));
    symlinkSync("two/secret.txt", join(root, "three"));
    await refusesAll("two/secret.txt");
    await refusesAll("three");
  });

  test("links to nowhere and in circles", async () => {
    symlinkSync(join(outside, "new.txt"), join(root, "nowhere"));
    symlinkSync("circle", join(root, "circle"));
    await refusesAll("nowhere");
    await refusesAll("nowhere/file.txt");
    await refusesAll("circle");
  });

  test("a folder whose name only begins like the workspace's", async () => {
    mkdirSync(`${root}-other`);
    symlinkSync(`${root}-other`, join(root, "link"));
    await refusesAll("link/file.txt");
  });

  test("a trash that is a link", async () => {
    symlinkSync(outside, join(root, ".trash"));
    await tree.write("a.txt", "x");
    await refuses(tree.trash("a.txt"));
    expect(readFileSync(join(root, "a.txt"), "utf8")).toBe("x");
  });

  test("they are left out of lists and searches", async () => {
    symlinkSync(join(outside, "secret.txt"), join(root, "secret-link.txt"));
    symlinkSync(outside, join(root, "secret-folder"));
    symlinkSync(join(outside, "nothing"), join(root, "secret-nowhere"));
    expect((await tree.list(".", 10)).entries).toEqual([]);
    expect(await tree.search("secret", 10, new AbortController().signal)).toEqual([]);
  });
});

test("links within the workspace lead to their target, by its own name that is resolved first", async () => {
  await tree.write("real/file.txt", "text");
  symlinkSync("real", join(root, "folder-link"));
  symlinkSync("real/file.txt", join(root, "file-link"));
  expect(await tree.resolve("folder-link/file.txt")).toBe("real/file.txt");
  expect(await tree.resolve("folder-link/new.txt")).toBe("real/new.txt");
  await tree.write(await tree.resolve("file-link"), "changed");
  for (const path of ["file-link", "folder-link/file.txt", "folder-link/new.txt"]) {
    const refusal = { data: { code: "outside-workspace", message: expect.stringContaining("by a link") } };
    await expect(tree.write(path, "stolen")).rejects.toMatchObject(refusal);
    if (!path.endsWith("new.txt")) await expect(tree.read(path, 10)).rejects.toMatchObject(refusal);
  }
  expect(await tree.read("real/file.txt", 100)).toEqual({ text: "changed", bytes: 7 });
  expect((await tree.list(".", 10)).entries.map(({ path, type }) => [path, type])).toEqual([
    ["folder-link", "folder"],
    ["real", "folder"],
    ["file-link", "file"],
  ]);
  symlinkSync(".trash", join(root, "bin"));
  await tree.trash("real/file.txt");
  await refusesAll("bin");
});

test("a pipe does not hang a read, and is not replaced", async () => {
  execFileSync("mkfifo", [join(root, "pipe")]);
  await expect(tree.read("pipe", 10)).rejects.toMatchObject({ data: { code: "conflict" } });
  await expect(tree.write("pipe", "x")).rejects.toMatchObject({ data: { code: "conflict" } });
  expect(await tree.search("x", 10, new AbortController().signal)).toEqual([]);
});

test("a folder swapped for a link and back, all the while, never lets anything in or out", async () => {
  await tree.write("door/secret.txt", "harmless");
  const door = join(root, "door");
  const kept = join(root, "kept");
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  let swapping = true;
  // A write may make the folder anew in the moment it is away: then the swap is tried again.
  const untilDone = (action: () => void): void => {
    for (;;) {
      try {
        rmSync(door, { recursive: true, force: true });
        action();
        return;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
    }
  };
  const swap = async (): Promise<void> => {
    while (swapping) {
      renameSync(door, kept);
      untilDone(() => symlinkSync(outside, door));
      await turn();
      untilDone(() => renameSync(kept, door));
      await turn();
    }
  };
  const swaps = swap();
  let refusals = 0;
  for (let round = 0; round < 300; round++) {
    const outcomes = await Promise.allSettled([
      tree.read("door/secret.txt", 100),
      tree.write(`door/new-${round}.txt`, "x"),
      tree.write("door/secret.txt", "harmless"),
      tree.list("door", 1_000),
    ]);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") {
        expect(outcome.reason).toBeInstanceOf(KernelError);
        refusals += 1;
      } else if ("text" in outcome.value) {
        expect(outcome.value.text).toBe("harmless");
      }
    }
  }
  swapping = false;
  await swaps;
  expect(refusals).toBeGreaterThan(0);
}, 60_000);

test("no path from a hostile corpus reaches what is outside", async () => {
  await tree.write("inner/file.txt", "inside");
  symlinkSync(outside, join(root, "out"));
  symlinkSync("../../outside", join(root, "inner/up"));
  symlinkSync("out", join(root, "hop"));
  const part = fc.constantFrom(
    ...["..", ".", "", "out", "hop", "inner", "up", "file.txt", "secret.txt", "outside", "workspace", "..\\"],
    ...["C:", "%2e%2e", "\u2024\u2024", "\uff0e\uff0e", "\0", "~", ".trash", " ", "...", "/etc/passwd", base],
  );
  const path = fc
    .tuple(fc.constantFrom("", "/", "./", "\\", "file://"), fc.array(part, { maxLength: 6 }))
    .map(([start, parts]) => start + parts.join("/"));
  await fc.assert(
    fc.asyncProperty(path, async (hostile) => {
      const outcomes = await Promise.allSettled([
        tree.read(hostile, 1_000),
        tree.list(hostile, 100),
        tree.write(hostile, "inside"),
      ]);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(KernelError);
        else expect(JSON.stringify(outcome.value)).not.toContain("secret outside");
      }
      expect(readdirSync(base).sort()).toEqual(["outside", "workspace"]);
      expect(readdirSync(outside)).toEqual(["secret.txt"]);
    }),
    { numRuns: 300 },
  );
});

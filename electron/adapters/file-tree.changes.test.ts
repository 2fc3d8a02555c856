import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import type { FileFacts, FileTree } from "../kernel/ports.ts";
import { createFileTree } from "./file-tree.ts";
import { walkTree } from "./file-walk.ts";

const ANYTHING = { type: "anything" } as const;
const ABSENT = { type: "absent" } as const;

let base: string;
let root: string;
let tree: FileTree;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "aios-changes-"));
  root = join(base, "workspace");
  mkdirSync(root);
  mkdirSync(join(base, "outside"));
  writeFileSync(join(base, "outside/secret.txt"), "secret");
  tree = createFileTree(root);
});
afterEach(() => {
  expect(readdirSync(join(base, "outside"))).toEqual(["secret.txt"]);
  expect(readFileSync(join(base, "outside/secret.txt"), "utf8")).toBe("secret");
  rmSync(base, { recursive: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const fails = (action: Promise<unknown>, code: string) =>
  expect(action).rejects.toMatchObject({ data: { code } });
const put = (path: string, text: string): void => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};
const text = (path: string): string => readFileSync(join(root, path), "utf8");
async function walked(path: string): Promise<readonly string[]> {
  const found: FileFacts[] = [];
  for await (const page of tree.walk(path)) found.push(...page);
  return found.map((each) => (each.type === "file" ? each.path : `${each.path} (${each.type})`));
}
async function stampOf(path: string): Promise<string> {
  const facts = await tree.stat(path);
  if (!facts) throw new Error(`there is no ${path}`);
  return facts.stamp;
}

describe("bytes", () => {
  test("of any kind are written and read whole, with facts that tell one state of a file from the next", async () => {
    const content = new Uint8Array([0, 255, 128, 10]);
    expect(await tree.writeBytes("a/b.bin", content, ABSENT)).toEqual({ type: "created" });
    const read = await tree.readBytes("a/./b.bin", 4);
    expect([...read.content]).toEqual([0, 255, 128, 10]);
    expect(read.facts).toMatchObject({ path: "a/b.bin", type: "file", bytes: 4, age: "fresh" });
    expect(read.facts).toEqual(await tree.stat("a/b.bin"));
    await fails(tree.readBytes("a/b.bin", 3), "limit-reached");
    await fails(tree.readBytes("a", 3), "conflict");
    truncateSync(join(root, "a/b.bin"), 5);
    expect(await stampOf("a/b.bin")).not.toBe(read.facts.stamp);
    expect(await tree.stat("a")).toMatchObject({ type: "folder", bytes: 0 });
    expect(await tree.stat("nothing/at/all")).toBeNull();
    expect(await tree.stat("a/b.bin/c")).toBeNull();
  });

  test("replace only what may be replaced, and leave nothing behind where they do not", async () => {
    put("a", "old");
    const stamp = { type: "stamp", stamp: await stampOf("a") } as const;
    expect(await tree.writeBytes("a", bytes("new"), ABSENT)).toEqual({ type: "changed" });
    expect(await tree.writeBytes("b", bytes("new"), stamp)).toEqual({ type: "changed" });
    expect(await tree.writeBytes("a", bytes("new"), stamp)).toEqual({ type: "replaced" });
    expect(await tree.writeBytes("a", bytes("newer"), stamp)).toEqual({ type: "changed" });
    expect(text("a")).toBe("new");
    expect(readdirSync(root)).toEqual(["a"]);
  });

  test("of many who write one new file at once, one makes it", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => tree.writeBytes("a", bytes(String(n)), ABSENT)),
    );
    expect(outcomes.filter(({ type }) => type === "created")).toHaveLength(1);
    expect(outcomes.findIndex(({ type }) => type === "created")).toBe(Number(text("a")));
    expect(readdirSync(root)).toEqual(["a"]);
    expect(statSync(join(root, "a")).nlink).toBe(1);
  });
});

describe("moving, making and removing", () => {
  test("files and folders move as they are, and never over anything", async () => {
    put("a/b.txt", "b");
    mkdirSync(join(root, "a/empty"));
    put("c.txt", "c");
    await fails(tree.move("c.txt", "a/b.txt"), "conflict");
    await fails(tree.move("c.txt", "a"), "conflict");
    await fails(tree.move("a", "a/inner"), "conflict");
    await fails(tree.move(".", "x"), "conflict");
    await fails(tree.move("nothing", "x"), "not-found");
    await tree.move("a", "new/deep");
    await tree.move("c.txt", "new/deep/c.txt");
    expect(await walked(".")).toEqual([
      "new (folder)",
      "new/deep (folder)",
      "new/deep/b.txt",
      "new/deep/c.txt",
      "new/deep/empty (folder)",
    ]);
  });

  test("folders are made with those above them; files are in the way", async () => {
    expect(await tree.makeFolder("a/b/c")).toEqual({ type: "made" });
    expect(await tree.makeFolder("a/b")).toEqual({ type: "there" });
    expect(await tree.makeFolder(".")).toEqual({ type: "there" });
    put("file", "x");
    await fails(tree.makeFolder("file"), "conflict");
    await fails(tree.makeFolder("file/inner"), "conflict");
  });

  test("what has changed is not removed, of a folder nothing at all", async () => {
    put("a.txt", "1");
    const stamp = await stampOf("a.txt");
    put("a.txt", "2!");
    expect(await tree.remove("a.txt", { type: "stamp", stamp })).toEqual({ type: "changed" });
    put("f/one.txt", "1");
    put("f/deep/two.txt", "2");
    const stamps = new Map([["f/one.txt", await stampOf("f/one.txt")]]);
    expect(await tree.remove("f", { type: "files", stamps })).toEqual({ type: "changed" });
    expect(text("f/deep/two.txt")).toBe("2");
    stamps.set("f/deep/two.txt", await stampOf("f/deep/two.txt"));
    expect(await tree.remove("f", { type: "files", stamps })).toEqual({ type: "removed" });
    expect(await tree.remove("a.txt", ANYTHING)).toEqual({ type: "removed" });
    await fails(tree.remove("a.txt", ANYTHING), "not-found");
    await fails(tree.remove(".", ANYTHING), "conflict");
    expect(await walked(".")).toEqual([]);
    expect(readdirSync(join(root, ".trash"))).toEqual([]);
  });

  test("a link in a removed folder is removed, and not what it leads to", async () => {
    put("f/a.txt", "a");
    symlinkSync(join(base, "outside"), join(root, "f/link"));
    symlinkSync("../kept", join(root, "f/inner"));
    put("kept/b.txt", "b");
    await tree.remove("f", ANYTHING);
    expect(existsSync(join(root, "f"))).toBe(false);
    expect(text("kept/b.txt")).toBe("b");
  });

  test("the guard judges all that is in a folder, where it is and where it would be", async () => {
    const guarded = createFileTree(root, (path) => {
      if (path.includes("key")) throw new KernelError("not-allowed", path);
      if (path === "conf/hooks/run") throw new KernelError("not-allowed", path);
    });
    put("f/deep/key.txt", "k");
    put("g/hooks/run", "r");
    await fails(guarded.move("f", "x"), "not-allowed");
    await fails(guarded.remove("f", ANYTHING), "not-allowed");
    await fails(guarded.trash("f"), "not-allowed");
    await fails(guarded.move("g", "conf"), "not-allowed");
    await guarded.move("g", "other");
    expect([text("f/deep/key.txt"), text("other/hooks/run")]).toEqual(["k", "r"]);
  });
});

describe("a walk", () => {
  test("shows everything but the trash and unfinished writes, follows no link, and of a file tells its own", async () => {
    put("b/x.txt", "x");
    put("a.txt", "a");
    put(".trash/1/a.txt", "gone");
    put("b/.aios-0123456789abcdef.tmp", "half");
    symlinkSync(join(base, "outside"), join(root, "link"));
    expect(await walked(".")).toEqual(["a.txt", "b (folder)", "link (other)", "b/x.txt"]);
    expect(await walked("b/x.txt")).toEqual(["b/x.txt"]);
    expect(await walked("nothing")).toEqual([]);
    await fails(walked("../outside"), "outside-workspace");
    await fails(walked("link"), "outside-workspace");
  });

  test("ends at its limits, and says so", async () => {
    for (let n = 0; n < 25; n++) put(`f${n}.txt`, "x");
    put("a/b/c.txt", "deep");
    const walk = async (limits: { entries: number; depth: number; page: number }) => {
      let seen = 0;
      const walking = walkTree(root, [], limits);
      for (;;) {
        const { value, done } = await walking.next();
        if (done) return { seen, ...value };
        expect(value.length).toBeLessThanOrEqual(limits.page);
        seen += value.length;
      }
    };
    expect(await walk({ entries: 1_000, depth: 32, page: 10 })).toEqual({ seen: 28, whole: "yes" });
    expect(await walk({ entries: 15, depth: 32, page: 10 })).toEqual({ seen: 20, whole: "no" });
    expect(await walk({ entries: 1_000, depth: 1, page: 10 })).toEqual({ seen: 27, whole: "no" });
  });

  test("cleaning removes what unfinished changes left, and nothing else", async () => {
    put("a/.aios-0123456789abcdef.tmp", "half");
    put(".trash/.aios-0123456789abcdee.tmp/inner.txt", "half removed");
    put(".trash/1/a.txt", "gone");
    put("a/.aios-mine.tmp", "mine");
    await tree.clean();
    expect(readdirSync(root, { recursive: true }).map(String).sort()).toEqual([
      ".trash",
      ".trash/1",
      ".trash/1/a.txt",
      "a",
      "a/.aios-mine.tmp",
    ]);
  });
});

test("a folder swapped for a link and back, all the while, never lets anything in or out", async () => {
  put("door/secret.txt", "harmless");
  const [door, kept] = [join(root, "door"), join(root, "kept")];
  const turn = () => new Promise((resolve) => setImmediate(resolve));
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
  let swapping = true;
  const swaps = (async () => {
    while (swapping) {
      if (existsSync(door)) renameSync(door, kept);
      else mkdirSync(kept, { recursive: true });
      untilDone(() => symlinkSync(join(base, "outside"), door));
      await turn();
      untilDone(() => renameSync(kept, door));
      await turn();
    }
  })();
  let refusals = 0;
  for (let round = 0; round < 150; round++) {
    put(`stock/${round}.txt`, "harmless");
    const outcomes = await Promise.allSettled([
      tree.readBytes("door/secret.txt", 100),
      tree.writeBytes("door/secret.txt", bytes("harmless"), ANYTHING),
      tree.writeBytes(`door/new-${round}.txt`, bytes("harmless"), ABSENT),
      tree.move(`stock/${round}.txt`, `door/moved-${round}.txt`),
      tree.makeFolder(`door/made-${round}`),
      tree.remove("door/secret.txt", ANYTHING),
      tree.stat("door/secret.txt"),
      walked("door"),
    ]);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") {
        expect(outcome.reason).toBeInstanceOf(KernelError);
        refusals += 1;
      } else if (typeof outcome.value === "object" && outcome.value && "content" in outcome.value) {
        expect(Buffer.from(outcome.value.content).toString()).toBe("harmless");
      }
    }
  }
  swapping = false;
  await swaps;
  expect(refusals).toBeGreaterThan(0);
}, 60_000);

import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { byAgent, PERSON, VersionedBench } from "./testing/versioned-bench.ts";

const ANYTHING = { type: "anything" } as const;

let bench: VersionedBench;
beforeEach(() => {
  bench = new VersionedBench();
});
afterEach(async () => {
  // Whatever was done, the tree is what its versions say, and nothing is left over.
  expect(await bench.inVersions()).toEqual(await bench.onDisk());
  expect(await bench.store.unfinished()).toEqual([]);
  await bench.destroy();
});
const put = (path: string, text: string): void => {
  mkdirSync(join(bench.root, path, ".."), { recursive: true });
  writeFileSync(join(bench.root, path), text);
};

describe("one file", () => {
  test("every write is a version with its author, call and content, and an event", async () => {
    const first = await bench.files.write("notes/a.md", "one", ANYTHING, byAgent(1, "clerk", 7));
    const second = await bench.files.write("notes/a.md", "two", { type: "version", id: first.id }, PERSON);
    expect(first).toMatchObject({
      path: "notes/a.md",
      change: { type: "created" },
      bytes: 3,
      author: { type: "agent", agentId: "a1", name: "clerk" },
      syscallId: "s7",
      pinned: "no",
    });
    expect(second).toMatchObject({ change: { type: "written" }, author: { type: "person" } });
    expect(bench.text("notes/a.md")).toBe("two");
    expect(await bench.contentOf(first)).toBe("one");
    expect((await bench.store.versions("notes/a.md", 10)).versions).toEqual([second, first]);
    expect(bench.events).toEqual([first, second]);
  });

  test("the later of two writers learns who was there before", async () => {
    const { id } = await bench.files.write("plan.md", "start", ANYTHING, PERSON);
    const seen = { type: "version", id } as const;
    const outcomes = await Promise.allSettled([
      bench.files.write("plan.md", "of the clerk", seen, byAgent(1, "clerk")),
      bench.files.write("plan.md", "of the critic", seen, byAgent(2, "critic")),
    ]);
    expect(outcomes).toMatchObject([
      { status: "fulfilled" },
      {
        status: "rejected",
        reason: {
          data: {
            code: "conflict",
            message: `"plan.md" is not what it was at ${id}: clerk (a1) wrote v2 on 2026-11-27 at 09:00:00 UTC`,
          },
        },
      },
    ]);
    expect(bench.text("plan.md")).toBe("of the clerk");
  });

  test("a file that must not be there yet", async () => {
    await bench.files.write("a", "one", { type: "absent" }, PERSON);
    await expect(bench.files.write("a", "two", { type: "absent" }, PERSON)).rejects.toMatchObject({
      data: { code: "conflict", message: expect.stringContaining("the person created v1") },
    });
  });

  test("the same call twice makes one version", async () => {
    const by = byAgent(1, "clerk", 3);
    const first = await bench.files.write("a", "one", ANYTHING, by);
    expect(await bench.files.write("a", "one", { type: "absent" }, by)).toEqual(first);
    expect(await bench.store.count(["a"])).toEqual([1]);
  });

  test("what another program wrote before is kept, and is what the conflict names", async () => {
    const { id } = await bench.files.write("a", "one", ANYTHING, PERSON);
    put("a", "from outside");
    await expect(bench.files.write("a", "two", { type: "version", id }, byAgent(1))).rejects.toMatchObject({
      data: { message: expect.stringContaining("another program wrote v2") },
    });
    await bench.files.write("a", "three", ANYTHING, byAgent(1));
    const { versions } = await bench.store.versions("a", 10);
    expect(await Promise.all(versions.map((version) => bench.contentOf(version)))).toEqual([
      "three",
      "from outside",
      "one",
    ]);
    expect(versions[1]?.author).toEqual({ type: "outside" });
  });

  test("rolling back is a version itself, of content that is stored once", async () => {
    const first = await bench.files.write("a", "x".repeat(5_000), ANYTHING, PERSON);
    await bench.files.write("a", "two", ANYTHING, PERSON);
    const { bytes } = await bench.store.totals();
    const back = await bench.files.rollBack("a", first.id, PERSON);
    expect(back).toMatchObject({ change: { type: "rolled-back", to: first.id }, hash: first.hash });
    expect(bench.text("a")).toBe("x".repeat(5_000));
    expect(await bench.store.totals()).toEqual({ versions: 3, bytes });
    await expect(bench.files.rollBack("b", first.id, PERSON)).rejects.toMatchObject({
      data: { code: "bad-input" },
    });
  });

  test("a deleted file is restored by its deletion or its content, and not over another", async () => {
    const made = await bench.files.write("a", "one", ANYTHING, PERSON);
    const [deleted] = await bench.files.remove("a", byAgent(1));
    expect(existsSync(join(bench.root, "a"))).toBe(false);
    expect(await bench.store.trash(10)).toEqual({ rows: [{ path: "a", deleted, last: made }], more: 0 });
    if (!deleted) throw new Error("nothing was deleted");
    expect(await bench.files.restore(deleted.id, PERSON)).toMatchObject({
      path: "a",
      change: { type: "restored", from: made.id },
    });
    expect(bench.text("a")).toBe("one");
    expect((await bench.store.trash(10)).rows).toEqual([]);
    await expect(bench.files.restore(made.id, PERSON)).rejects.toMatchObject({ data: { code: "conflict" } });
  });

  test("key material gets no versions, and cannot be moved or copied out of its name", async () => {
    put("home/.env", "KEY=1");
    await bench.files.notice(["home"]);
    for (const action of [
      () => bench.files.write("home/.env", "x", ANYTHING, PERSON),
      () => bench.files.move("home", "other", PERSON),
      () => bench.files.copy("home", "other", PERSON),
      () => bench.files.copy("home/.env", "plain.txt", PERSON),
      () => bench.files.remove("home", PERSON),
    ]) {
      await expect(action()).rejects.toMatchObject({ data: { code: "not-allowed" } });
    }
    expect(bench.text("home/.env")).toBe("KEY=1");
    rmSync(join(bench.root, "home"), { recursive: true });
  });
});

describe("folders", () => {
  beforeEach(async () => {
    await bench.files.write("a/one.txt", "1", ANYTHING, PERSON);
    put("a/deep/two.txt", "2");
    mkdirSync(join(bench.root, "a/empty"));
    chmodSync(join(bench.root, "a/one.txt"), 0o755);
  });

  test("move with all that is in them, empty ones and modes too", async () => {
    const moved = await bench.files.move("a", "b/c", byAgent(1));
    expect(moved.map(({ path, change }) => [path, change])).toEqual([
      ["b/c/deep/two.txt", { type: "moved", from: "a/deep/two.txt" }],
      ["b/c/one.txt", { type: "moved", from: "a/one.txt" }],
    ]);
    expect(await bench.onDisk()).toEqual({ "b/c/deep/two.txt": "2", "b/c/one.txt": "1" });
    expect(readdirSync(join(bench.root, "b/c"))).toContain("empty");
    expect(statSync(join(bench.root, "b/c/one.txt")).mode & 0o777).toBe(0o755);
    expect(await bench.newest("a/one.txt")).toMatchObject({
      change: { type: "moved-away", to: "b/c/one.txt" },
    });
    expect((await bench.store.trash(10)).rows).toEqual([]);
  });

  test("are copied and deleted; what is there is never replaced", async () => {
    await bench.files.copy("a", "b", PERSON);
    await expect(bench.files.copy("a", "b", PERSON)).rejects.toMatchObject({ data: { code: "conflict" } });
    await expect(bench.files.move("a", "b", PERSON)).rejects.toMatchObject({ data: { code: "conflict" } });
    await expect(bench.files.move("a", "a/x", PERSON)).rejects.toMatchObject({ data: { code: "conflict" } });
    await bench.files.remove("a", PERSON);
    expect(await bench.onDisk()).toEqual({ "b/deep/two.txt": "2", "b/one.txt": "1" });
    expect((await bench.store.trash(10)).rows.map(({ path }) => path).sort()).toEqual([
      "a/deep/two.txt",
      "a/one.txt",
    ]);
  });

  test("a move and writes below it follow one another", async () => {
    const outcomes = await Promise.allSettled([
      bench.files.write("a/one.txt", "new", ANYTHING, byAgent(1)),
      bench.files.move("a", "b", byAgent(2)),
      bench.files.write("a/one.txt", "after", ANYTHING, byAgent(3)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    // Whoever came first: nothing that was written is lost, and the move took all that was there in its moment.
    const written = bench.events.filter(({ author, hash }) => author.type === "agent" && hash !== null);
    const texts = await Promise.all(written.map((version) => bench.contentOf(version)));
    expect(texts).toEqual(expect.arrayContaining(["new", "after"]));
    expect(await bench.onDisk()).toMatchObject({ "b/deep/two.txt": "2", "b/one.txt": expect.any(String) });
  });
});

describe("plans", () => {
  test("each step sees those before it, and all are one change", async () => {
    await bench.files.write("a.txt", "a", ANYTHING, PERSON);
    await bench.files.write("old/b.txt", "b", ANYTHING, PERSON);
    const steps = await bench.files.check([
      { type: "make-folder", path: "new" },
      { type: "move", from: "old", to: "new/old" },
      { type: "write", path: "new/old/b.txt", content: "b2" },
      { type: "copy", from: "new/old/b.txt", to: "c.txt" },
      { type: "delete", path: "a.txt" },
      { type: "write", path: "a.txt", content: "again" },
    ]);
    expect(steps[0]).toEqual({ type: "make-folder", path: "new" });
    expect(await bench.onDisk()).toEqual({ "a.txt": "a", "old/b.txt": "b" });
    await bench.files.apply(steps, byAgent(1));
    expect(await bench.onDisk()).toEqual({ "a.txt": "again", "c.txt": "b2", "new/old/b.txt": "b2" });
  });

  test.each([
    [
      { type: "move", from: "nowhere", to: "x" },
      "not-found",
      'Step 2 (move nowhere to x): There is no "nowhere"',
    ],
    [{ type: "move", from: "a.txt", to: "b.txt" }, "not-found", "Step 2"],
    [{ type: "write", path: "b.txt/x", content: "" }, "conflict", "Step 2"],
    [{ type: "delete", path: "../x" }, "outside-workspace", "Step 2"],
    [{ type: "copy", from: "b.txt", to: "b.txt" }, "conflict", "Step 2"],
    [{ type: "delete", path: "." }, "not-allowed", "Step 2"],
  ] as const)("one with a bad step does nothing: %j", async (bad, code, text) => {
    await bench.files.write("a.txt", "a", ANYTHING, PERSON);
    const steps = [{ type: "move", from: "a.txt", to: "b.txt" } as const, bad];
    const refusal = { data: { code, message: expect.stringContaining(text) } };
    await expect(bench.files.check(steps)).rejects.toMatchObject(refusal);
    await expect(bench.files.apply(steps, PERSON)).rejects.toMatchObject(refusal);
    expect(await bench.onDisk()).toEqual({ "a.txt": "a" });
    expect((await bench.store.totals()).versions).toBe(1);
  });
});

describe("what other programs do", () => {
  test("is noticed at a start, and on hearing of it; one's own writes are recognised", async () => {
    await bench.files.write("mine.txt", "mine", ANYTHING, PERSON);
    put("theirs/new.txt", "theirs");
    await bench.files.recover();
    expect(await bench.newest("theirs/new.txt")).toMatchObject({ author: { type: "outside" } });
    put("theirs/new.txt", "changed");
    rmSync(join(bench.root, "mine.txt"));
    await bench.files.notice(["theirs/new.txt", "mine.txt", "nothing", "../outside"]);
    expect(await bench.newest("mine.txt")).toMatchObject({ change: { type: "deleted" } });
    const { versions } = await bench.store.totals();
    await bench.files.notice(["."]);
    expect((await bench.store.totals()).versions).toBe(versions);
    rmSync(join(bench.root, "theirs"), { recursive: true });
    await bench.files.notice(["theirs"]);
    expect(await bench.newest("theirs/new.txt")).toMatchObject({ hash: null, change: { type: "deleted" } });
  });

  test("what was not touched is not read again", async () => {
    put("a.txt", "a");
    await bench.files.recover();
    await bench.files.notice(["."]);
    const { stamp } = (await bench.tree.stat("a.txt")) ?? {};
    // Too young to be told from a file that was touched twice in one tick.
    expect(await bench.store.stamps(["a.txt"])).toEqual([null]);
    const id = (await bench.newest("a.txt"))?.id;
    if (!id || !stamp) throw new Error("there is no version");
    await bench.store.stamp([{ id, stamp }]);
    let reads = 0;
    await bench.reopen({
      wrapTree: (tree) => ({
        ...tree,
        readBytes: (...args) => {
          reads += 1;
          return tree.readBytes(...args);
        },
      }),
    });
    await bench.files.recover();
    expect(reads).toBe(0);
    put("a.txt", "b");
    await bench.files.recover();
    expect(reads).toBe(1);
  });
});

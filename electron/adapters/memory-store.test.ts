import { describe, expect, test } from "vitest";
import { type MemoryItem, memoryId } from "../../shared/memory.ts";
import { agentMemory, PERSON } from "../../shared/memory-owners.ts";
import type { MemoryListQuery, MemoryWrite } from "../kernel/memory-ports.ts";
import { CLERK, memoryItem, put, query } from "./testing/memory-items.ts";
import { useMemoryStore } from "./testing/use-memory-store.ts";

const store = useMemoryStore({ removedKept: 3, mergesKept: 2 });
const [ADA, BOB, EVE] = [agentMemory("ada"), agentMemory("bob"), agentMemory("eve")];
const list = async (extra: Partial<MemoryListQuery> = {}) => {
  const asked = { owners: [CLERK], tag: null, sort: "newest", offset: 0, limit: 10, ...extra } as const;
  const { items, total } = await store.disk.list(asked);
  return [items.map(({ id }) => id).join(" "), total];
};
const kept = async (n: number, owner = CLERK): Promise<MemoryItem | null> =>
  (await store.disk.get(owner, [memoryId(n)]))[0] ?? null;
const remove = (n: number): MemoryWrite => ({ type: "remove", owner: CLERK, id: memoryId(n), at: 9 });
const restore = (n: number): MemoryWrite => ({ type: "restore", owner: CLERK, id: memoryId(n) });

describe("items", () => {
  test("come back as they were after a restart", async () => {
    const whole = memoryItem(1, "Ada's birthday is 10 December \0 🎂", {
      metadata: { source: "letter", "": "empty" },
      keywords: ["ada"],
      tags: ["people", "dates"],
      links: [memoryId(2), memoryId(9)],
      pinned: "yes",
      uses: 3,
      lastUsedAt: 12.5,
      provenance: { by: "person", agentId: null, syscallId: null, origin: "a page" },
    });
    await store.disk.write([{ type: "put", item: whole }, put(2, "The office is in Riga")]);
    await store.reopen();
    expect(await store.disk.get(CLERK, [memoryId(3), memoryId(1)])).toEqual([null, whole]);
    expect(await store.disk.totals()).toEqual([{ owner: CLERK, items: 2, bytes: whole.bytes + 42 }]);
  });

  test("of the same id replace each other, in the index too", async () => {
    await store.disk.write([put(1, "likes coffee", { tags: ["drinks"] })]);
    await store.disk.write([put(1, "likes tea", { tags: ["habits"], links: [memoryId(5)] })]);
    await store.disk.write([put(1, "likes tea", { tags: ["warm"] })]);
    expect(await list()).toEqual(["m1", 1]);
    expect((await store.disk.search(query("coffee"))).hits).toEqual([]);
    expect((await store.disk.search(query("tea"))).hits.map(({ item }) => item.id)).toEqual(["m1"]);
    expect(await store.disk.tags(null)).toEqual([{ tag: "warm", items: 1 }]);
    expect(await store.disk.linkedFrom(memoryId(5))).toEqual([]);
  });

  test("are listed by age, use and size, by page and by tag", async () => {
    const used = { uses: 9, lastUsedAt: 70 };
    await store.disk.write([
      put(1, "short", { tags: ["a"], ...used }),
      put(2, "much longer than short", { uses: 1, lastUsedAt: 80 }),
      put(3, "middling", { tags: ["a", "b"] }),
      put(4, "elsewhere", { owner: PERSON, tags: ["b"] }),
    ]);
    expect(await list()).toEqual(["m3 m2 m1", 3]);
    expect(await list({ sort: "last-used" })).toEqual(["m2 m1 m3", 3]);
    expect(await list({ sort: "most-used" })).toEqual(["m1 m2 m3", 3]);
    expect(await list({ sort: "largest" })).toEqual(["m2 m3 m1", 3]);
    expect(await list({ offset: 1, limit: 1 })).toEqual(["m2", 3]);
    expect(await list({ tag: "a" })).toEqual(["m3 m1", 2]);
    expect(await list({ owners: null, tag: "b" })).toEqual(["m4 m3", 2]);
    expect(await store.disk.tags(CLERK)).toEqual([
      { tag: "a", items: 2 },
      { tag: "b", items: 1 },
    ]);
  });

  test("count their uses, never backwards", async () => {
    const used = (uses: number, at: number): MemoryWrite => ({
      type: "used",
      owner: CLERK,
      id: memoryId(1),
      uses,
      at,
    });
    await store.disk.write([put(1, "tea"), used(4, 50), used(2, 40)]);
    expect(await kept(1)).toMatchObject({ uses: 4, lastUsedAt: 50, updatedAt: 1 });
    await store.disk.write([{ type: "used", owner: EVE, id: memoryId(1), uses: 8, at: 90 }]);
    expect(await kept(1)).toMatchObject({ uses: 4 });
  });

  test("are found by those that link to them", async () => {
    await store.disk.write([put(1, "a", { links: [memoryId(3)] }), put(2, "b", { links: [memoryId(3)] })]);
    expect((await store.disk.linkedFrom(memoryId(3))).map(({ id }) => id)).toEqual(["m2", "m1"]);
    await store.disk.write([remove(2)]);
    expect((await store.disk.linkedFrom(memoryId(3))).map(({ id }) => id)).toEqual(["m1"]);
    expect((await store.disk.find([memoryId(9), memoryId(1)])).map(({ id }) => id)).toEqual(["m1"]);
  });
});

test("an owner never sees another's", async () => {
  await store.disk.write([
    put(1, "secret of Ada", { owner: ADA, tags: ["secret"] }),
    put(1, "secret of Bob", { owner: BOB }),
  ]);
  const texts = async (...owners: (typeof ADA)[]) =>
    (await store.disk.search(query("secret", { owners }))).hits.map(({ item }) => item.text).sort();
  expect(await texts(ADA)).toEqual(["secret of Ada"]);
  expect(await texts(EVE)).toEqual([]);
  expect(await texts(ADA, BOB, ADA)).toEqual(["secret of Ada", "secret of Bob"]);
  expect(await kept(1, EVE)).toBeNull();
  expect(await list({ owners: [EVE] })).toEqual(["", 0]);
  expect(await list({ owners: [] })).toEqual(["", 0]);
  expect(await store.disk.tags(EVE)).toEqual([]);
  await store.disk.write([{ type: "remove", owner: EVE, id: memoryId(1), at: 2 }]);
  await store.disk.write([{ type: "remove", owner: ADA, id: memoryId(1), at: 2 }]);
  expect(await store.disk.removed(BOB, memoryId(1))).toBeNull();
  expect(await store.disk.totals()).toMatchObject([{ owner: BOB, items: 1 }]);
});

describe("what was removed", () => {
  test("can be restored until so many others were removed", async () => {
    const first = memoryItem(1, "tea", { tags: ["drinks"] });
    await store.disk.write([{ type: "put", item: first }, ...[2, 3, 4].map((n) => put(n, `other ${n}`))]);
    await store.disk.write([remove(1), remove(2), remove(3)]);
    expect(await store.disk.removed(CLERK, memoryId(1))).toEqual(first);
    await store.reopen();
    await store.disk.write([restore(1)]);
    expect(await kept(1)).toEqual(first);
    expect(await store.disk.removed(CLERK, memoryId(1))).toBeNull();
    expect((await store.disk.search(query("drinks"))).hits).toHaveLength(1);
    await store.disk.write([remove(4), remove(1)]);
    expect(await store.disk.removed(CLERK, memoryId(2))).toBeNull();
    await expect(store.disk.write([restore(2)])).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  test("is removed, and restored, once", async () => {
    await store.disk.write([put(1, "tea")]);
    await store.disk.write([remove(1)]);
    await store.disk.write([remove(1), restore(1), restore(1)]);
    expect(await kept(1)).toEqual(memoryItem(1, "tea"));
  });
});

describe("merges", () => {
  const merge = (added: number, text: string): MemoryWrite => ({
    type: "merge",
    before: memoryItem(1, "tea"),
    item: memoryItem(1, text),
    added: memoryItem(added, `likes ${added}`),
    similarity: 0.9,
    at: added,
  });

  test("can be undone, the last ones, each once", async () => {
    await store.disk.write([put(1, "tea")]);
    for (const n of [2, 3, 4]) await store.disk.write([merge(n, `tea ${n}`)]);
    // A call made again after a crash.
    await store.disk.write([merge(4, "tea 4")]);
    const merges = await store.disk.merges(CLERK, memoryId(1));
    expect(merges.map(({ added, at }) => [added, at])).toEqual([
      ["likes 4", 4],
      ["likes 3", 3],
    ]);
    const id = merges[0]?.id ?? 0;
    const whole = await store.disk.merge(CLERK, memoryId(1), id);
    expect(whole).toEqual({ before: memoryItem(1, "tea"), added: memoryItem(4, "likes 4") });
    expect(await store.disk.merge(EVE, memoryId(1), id)).toBeNull();
    const undo: MemoryWrite = {
      type: "unmerge",
      merge: id,
      item: memoryItem(1, "tea"),
      added: memoryItem(4, "likes 4"),
    };
    await store.disk.write([undo]);
    expect([await kept(1), await kept(4)].map((item) => item?.text)).toEqual(["tea", "likes 4"]);
    expect(await store.disk.merges(CLERK, memoryId(1))).toHaveLength(1);
    await expect(store.disk.write([put(8, "none of it"), undo])).rejects.toMatchObject({
      data: { code: "not-found" },
    });
    expect(await kept(8)).toBeNull();
  });

  test("go where their item goes", async () => {
    await store.disk.write([put(1, "tea"), merge(2, "tea 2")]);
    await store.disk.write([{ type: "move", from: CLERK, item: memoryItem(1, "tea 2", { owner: PERSON }) }]);
    expect(await kept(1)).toBeNull();
    expect(await kept(1, PERSON)).toMatchObject({ text: "tea 2", owner: PERSON });
    expect(await store.disk.merges(CLERK, memoryId(1))).toEqual([]);
    expect(await store.disk.merges(PERSON, memoryId(1))).toHaveLength(1);
    expect((await store.disk.search(query("tea", { owners: [PERSON] }))).hits).toHaveLength(1);
    // Made again, it changes nothing.
    await store.disk.write([{ type: "move", from: CLERK, item: memoryItem(1, "tea 2", { owner: PERSON }) }]);
    expect(await store.disk.merges(PERSON, memoryId(1))).toHaveLength(1);
    expect(await store.disk.totals()).toMatchObject([{ owner: PERSON, items: 1 }]);
  });
});

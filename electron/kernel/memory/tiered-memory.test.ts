import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agentId, syscallId } from "../../../shared/ids.ts";
import { type MemoryOwner, memoryId } from "../../../shared/memory.ts";
import { agentMemory, groupMemory, PERSON } from "../../../shared/memory-owners.ts";
import { settle } from "../testing/manual-clock.ts";
import { MemoryStand, THE_PERSON } from "../testing/memory-stand.ts";
import { anItem } from "../testing/sample-memory-item.ts";
import type { MemoryDraft } from "./memory-manager.ts";

const CLERK = agentMemory("clerk");
const BOSS = agentMemory("boss");
const BY_CLERK = { agentId: agentId(3), syscallId: syscallId(9) };

let stand: MemoryStand;
beforeEach(async () => {
  stand = await MemoryStand.open();
});
afterEach(() => stand.close());

const add = (owner: MemoryOwner, text: string, fields: Partial<MemoryDraft> = {}) =>
  stand.manager.add(stand.draft(owner, text, fields), THE_PERSON);
const textOf = async (owner: MemoryOwner, id: `m${number}`): Promise<string> =>
  (await stand.manager.use(owner, memoryId(Number(id.slice(1))))).text;
const textsOf = async (owner: MemoryOwner): Promise<readonly string[]> => {
  const all = { owners: [owner], tag: null, sort: "newest", offset: 0, limit: 100 } as const;
  return (await stand.manager.list(all)).items.map(({ item }) => item.text).sort();
};
const placesOf = async (owner: MemoryOwner): Promise<Readonly<Record<string, string>>> => {
  const all = { owners: [owner], tag: null, sort: "newest", offset: 0, limit: 100 } as const;
  const { items } = await stand.manager.list(all);
  return Object.fromEntries(items.map(({ item, place }) => [item.id, place]));
};
const notFound = { data: { code: "not-found" } };

describe("an item", () => {
  test("is what it was added as, with its writer, and the same call again keeps one", async () => {
    const draft = stand.draft(CLERK, "Ada likes tea", {
      tags: ["drinks", "drinks"],
      metadata: { from: "Ada" },
    });
    const { item } = await stand.manager.add({ ...draft, origin: "the page at x" }, BY_CLERK);
    expect(await stand.manager.add({ ...draft, text: "something else" }, BY_CLERK)).toEqual({
      item,
      merged: "no",
    });
    expect(item).toMatchObject({
      text: "Ada likes tea",
      tags: ["drinks"],
      metadata: { from: "Ada" },
      provenance: { by: "agent", agentId: "a3", syscallId: "s9", origin: "the page at x" },
    });
    expect(stand.manager.usage(CLERK)).toMatchObject({ items: 1, bytes: item.bytes, ramBytes: item.bytes });
    expect(stand.log.of("memory.changed")).toMatchObject([
      { agentId: "a3", by: "s9", owner: CLERK, id: "m1", change: "added", usage: { items: 1 } },
    ]);
  });

  test("of another owner is not there", async () => {
    await add(CLERK, "private");
    const { manager } = stand;
    for (const attempt of [
      () => manager.use(BOSS, memoryId(1)),
      () => manager.detail(BOSS, memoryId(1)),
      () => manager.update(BOSS, memoryId(1), { text: "x" }, THE_PERSON),
      () => manager.remove(BOSS, memoryId(1), THE_PERSON),
      () => manager.restore(BOSS, memoryId(1), THE_PERSON),
      () => manager.pin(BOSS, memoryId(1), "yes", THE_PERSON),
      () => manager.move(BOSS, memoryId(1), BOSS, THE_PERSON),
    ])
      await expect(attempt()).rejects.toMatchObject(notFound);
    expect(await textOf(CLERK, "m1")).toBe("private");
  });

  test("that is changed after reading from outside is marked, and stays so", async () => {
    await add(CLERK, "the office is in Riga");
    const id = memoryId(1);
    await stand.manager.update(CLERK, id, { text: "the office is in Oslo", origin: "a page" }, BY_CLERK);
    const again = await stand.manager.update(CLERK, id, { text: "back in Riga", origin: null }, THE_PERSON);
    expect(again.provenance.origin).toBe("a page");
  });

  test("comes back after it was removed, once", async () => {
    await add(CLERK, "keep me");
    await stand.manager.remove(CLERK, memoryId(1), THE_PERSON);
    expect(stand.manager.usage(CLERK)).toMatchObject({ items: 0, bytes: 0, ramItems: 0, ramBytes: 0 });
    await stand.manager.restore(CLERK, memoryId(1), THE_PERSON);
    expect(await textsOf(CLERK)).toEqual(["keep me"]);
    await expect(stand.manager.restore(CLERK, memoryId(1), THE_PERSON)).rejects.toMatchObject(notFound);
  });

  test("moves to another owner with all that it has", async () => {
    await add(CLERK, "for all", { tags: ["team"] });
    await stand.manager.pin(CLERK, memoryId(1), "yes", THE_PERSON);
    await stand.manager.move(CLERK, memoryId(1), groupMemory("office"), THE_PERSON);
    await expect(stand.manager.use(CLERK, memoryId(1))).rejects.toMatchObject(notFound);
    const moved = await stand.manager.use(groupMemory("office"), memoryId(1));
    expect(moved).toMatchObject({ text: "for all", tags: ["team"], pinned: "yes" });
    expect(stand.log.state().memories.get(CLERK)?.usage.items).toBe(0);
    expect(stand.manager.owners()).toEqual([groupMemory("office")]);
  });

  test("links to others, and shows those that are there", async () => {
    for (const text of ["one", "two", "three"]) await add(CLERK, text);
    await stand.manager.link(CLERK, memoryId(1), memoryId(2), "yes", THE_PERSON);
    await stand.manager.link(CLERK, memoryId(1), memoryId(3), "yes", THE_PERSON);
    await stand.manager.link(CLERK, memoryId(1), memoryId(3), "yes", THE_PERSON);
    await stand.manager.remove(CLERK, memoryId(3), THE_PERSON);
    expect((await stand.manager.detail(CLERK, memoryId(1))).links).toEqual([
      { id: "m2", owner: CLERK, text: "two" },
    ]);
    expect((await stand.manager.detail(CLERK, memoryId(2))).linkedFrom.map(({ id }) => id)).toEqual(["m1"]);
    await stand.manager.link(CLERK, memoryId(1), memoryId(2), "no", THE_PERSON);
    expect((await stand.manager.detail(CLERK, memoryId(2))).linkedFrom).toEqual([]);
    await expect(
      stand.manager.link(CLERK, memoryId(1), memoryId(9), "yes", THE_PERSON),
    ).rejects.toMatchObject(notFound);
  });

  test("gets notes beside what it has", async () => {
    await add(CLERK, "Ada likes tea", { tags: ["drinks"] });
    await add(CLERK, "Bob likes tea");
    const notes = { keywords: ["tea"], tags: ["people"], links: [memoryId(2), memoryId(1), memoryId(7)] };
    const noted = await stand.manager.note(CLERK, memoryId(1), notes, { agentId: null, syscallId: null });
    expect(noted).toMatchObject({ keywords: ["tea"], tags: ["drinks", "people"], links: ["m2"] });
  });
});

describe("RAM", () => {
  const size = anItem(1, {
    text: "fact 1",
    createdAt: 1_795_000_000_000,
    updatedAt: 1_795_000_000_000,
  }).bytes;

  test("above 80 % of the budget the least used leave for the disk, and come back by use", async () => {
    stand.setBudgets({ standard: size * 8, own: {} });
    for (let n = 1; n <= 8; n += 1) {
      await add(CLERK, `fact ${n}`);
      stand.clock.advance(10_000);
    }
    expect(await placesOf(CLERK)).toMatchObject({ m1: "disk", m2: "disk", m3: "ram", m8: "ram" });
    expect(stand.manager.usage(CLERK)).toMatchObject({ items: 8, ramItems: 6 });
    expect(stand.log.of("memory.evicted").map(({ ids }) => ids)).toEqual([["m1"], ["m2"]]);
    expect(await textOf(CLERK, "m1")).toBe("fact 1");
    expect(stand.log.of("memory.loaded")).toMatchObject([{ ids: ["m1"], count: 1 }]);
    expect(await placesOf(CLERK)).toMatchObject({ m1: "ram", m3: "disk" });
    expect(stand.log.state().memories.get(CLERK)).toMatchObject({
      evictions: 3,
      loads: 1,
      usage: stand.manager.usage(CLERK),
    });
  });

  test("pinned ones stay in it, and budgets change live", async () => {
    for (let n = 1; n <= 4; n += 1) await add(CLERK, `fact ${n}`);
    await stand.manager.pin(CLERK, memoryId(2), "yes", THE_PERSON);
    stand.setBudgets({ standard: 100_000, own: { [CLERK]: 0 } });
    expect(await placesOf(CLERK)).toEqual({ m1: "disk", m2: "ram", m3: "disk", m4: "disk" });
    expect(stand.log.of("memory.budgeted").at(-1)).toMatchObject({ owner: CLERK, usage: { budgetBytes: 0 } });
    // A RAM that has no room for an item has it neither come nor go.
    const before = stand.log.events.length;
    expect(await textOf(CLERK, "m1")).toBe("fact 1");
    expect(stand.log.events.length).toBe(before);
    await stand.manager.pin(CLERK, memoryId(2), "no", THE_PERSON);
    expect((await placesOf(CLERK)).m2).toBe("disk");
  });

  test("an agent cannot hold more of it by pinning than its budget; the person may", async () => {
    stand.setBudgets({ standard: size * 2.5, own: {} });
    for (let n = 1; n <= 3; n += 1) await add(CLERK, `fact ${n}`);
    for (const n of [1, 2]) await stand.manager.pin(CLERK, memoryId(n), "yes", BY_CLERK);
    await expect(stand.manager.pin(CLERK, memoryId(3), "yes", BY_CLERK)).rejects.toMatchObject({
      data: { code: "limit-reached" },
    });
    await stand.manager.pin(CLERK, memoryId(3), "yes", THE_PERSON);
    expect(stand.manager.usage(CLERK).ramItems).toBe(3);
  });

  test("uses of one item at the same time read the disk once", async () => {
    await add(CLERK, "read me");
    await stand.restart("stop");
    let reads = 0;
    const { get } = stand.disk;
    stand.disk.get = (owner, ids) => {
      reads += 1;
      return get(owner, ids);
    };
    const read = await Promise.all(Array.from({ length: 20 }, () => stand.manager.use(CLERK, memoryId(1))));
    expect(new Set(read.map(({ text }) => text))).toEqual(new Set(["read me"]));
    expect(reads).toBe(1);
    expect(stand.log.of("memory.loaded")).toHaveLength(1);
    expect((await stand.manager.detail(CLERK, memoryId(1))).item.uses).toBe(20);
  });

  test("a start finds it empty, says so, and knows what is on disk and how often it was used", async () => {
    await add(CLERK, "Ada likes tea");
    await stand.manager.use(CLERK, memoryId(1));
    await stand.restart("stop");
    expect(stand.manager.usage(CLERK)).toMatchObject({ items: 1, ramItems: 0, ramBytes: 0 });
    expect(stand.log.state().memories.get(CLERK)?.usage).toEqual(stand.manager.usage(CLERK));
    expect((await stand.manager.detail(CLERK, memoryId(1))).item.uses).toBe(1);
  });
});

describe("search", () => {
  const search = { tag: null, limit: 10, vector: null } as const;

  test("finds what owners have, with reasons, and use brings it in", async () => {
    await add(CLERK, "Ada likes green tea");
    await add(BOSS, "Ada likes black tea");
    await add(PERSON, "tea at four");
    await stand.restart("stop");
    const owners = [CLERK, PERSON];
    const seen = await stand.manager.search({ ...search, text: "tea", owners, as: "look" });
    expect(seen.items.map(({ item, place }) => [item.id, place]).sort()).toEqual([
      ["m1", "disk"],
      ["m3", "disk"],
    ]);
    const used = await stand.manager.search({ ...search, text: "green tea", owners, as: "use" });
    expect(used.items.map(({ item, place }) => [item.id, item.uses, place])).toEqual([
      ["m1", 1, "ram"],
      ["m3", 1, "ram"],
    ]);
    expect(used.items[0]?.match?.words?.rank).toBe(1);
    expect(used.searchedBy.type).toBe("words");
    const all = await stand.manager.search({ ...search, text: "tea", owners: null, as: "look" });
    expect(all.items).toHaveLength(3);
  });
});

describe("a disk that refuses", () => {
  test("leaves RAM and sums as they were, and the item as it was", async () => {
    await add(CLERK, "Ada likes tea");
    const before = stand.manager.usage(CLERK);
    const { write } = stand.disk;
    stand.disk.write = async () => {
      throw new Error("no room");
    };
    await expect(add(CLERK, "one more fact")).rejects.toThrow("no room");
    await expect(stand.manager.update(CLERK, memoryId(1), { text: "x" }, THE_PERSON)).rejects.toThrow(
      "no room",
    );
    await expect(stand.manager.remove(CLERK, memoryId(1), THE_PERSON)).rejects.toThrow("no room");
    expect(await textOf(CLERK, "m1")).toBe("Ada likes tea");
    stand.clock.advance(60_000);
    await settle();
    stand.disk.write = write;
    expect(stand.manager.usage(CLERK)).toEqual(before);
    await add(CLERK, "one more fact");
    expect(stand.manager.usage(CLERK).items).toBe(2);
  });
});

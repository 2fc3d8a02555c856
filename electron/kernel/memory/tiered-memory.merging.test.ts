import { afterEach, beforeEach, expect, test } from "vitest";
import { agentId, syscallId } from "../../../shared/ids.ts";
import { type MemoryOwner, memoryId } from "../../../shared/memory.ts";
import { agentMemory } from "../../../shared/memory-owners.ts";
import { MemoryStand, THE_PERSON } from "../testing/memory-stand.ts";
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
const textsOf = async (owner: MemoryOwner): Promise<readonly string[]> => {
  const all = { owners: [owner], tag: null, sort: "newest", offset: 0, limit: 100 } as const;
  return (await stand.manager.list(all)).items.map(({ item }) => item.text).sort();
};
const notFound = { data: { code: "not-found" } };

test("near-duplicates are one item that says the fuller, and become two again", async () => {
  await add(CLERK, "Ada likes green tea", { tags: ["drinks"] });
  const again = await add(CLERK, "Ada likes green tea!", { tags: ["Ada"] });
  expect(again).toMatchObject({
    merged: "yes",
    item: { id: "m1", text: "Ada likes green tea!", tags: ["drinks", "Ada"] },
  });
  const [merge] = (await stand.manager.detail(CLERK, memoryId(1))).merges;
  expect(merge).toMatchObject({
    before: "Ada likes green tea",
    added: "Ada likes green tea!",
    similarity: 1,
  });
  expect(stand.log.of("memory.changed").at(-1)).toMatchObject({ change: "merged", usage: { items: 1 } });
  await stand.manager.undoMerge(CLERK, memoryId(1), merge?.id ?? 0, THE_PERSON);
  expect(await textsOf(CLERK)).toEqual(["Ada likes green tea", "Ada likes green tea!"]);
  expect((await stand.manager.detail(CLERK, memoryId(1))).item.tags).toEqual(["drinks"]);
  expect((await stand.manager.detail(CLERK, memoryId(2))).item.tags).toEqual(["Ada"]);
  expect(stand.manager.usage(CLERK).items).toBe(2);
  await expect(stand.manager.undoMerge(CLERK, memoryId(1), merge?.id ?? 0, THE_PERSON)).rejects.toMatchObject(
    notFound,
  );
});

test("numbers and names that differ are two", async () => {
  for (const day of [10, 11, 12]) await add(CLERK, `Ada's birthday is ${day} December`);
  await add(CLERK, "Bob's birthday is 10 December");
  expect(stand.manager.usage(CLERK).items).toBe(4);
});

test("near-duplicates that come at the same time are one", async () => {
  await Promise.all(
    ["Ada likes tea", "ada likes tea", "Ada likes tea.", "Bob likes tea"].map((text) => add(CLERK, text)),
  );
  expect(stand.manager.usage(CLERK).items).toBe(2);
});

test("near-duplicates of two owners are two, and what came from outside joins nothing else", async () => {
  await add(CLERK, "Ada likes tea");
  await add(BOSS, "Ada likes tea");
  expect((await add(CLERK, "Ada likes tea", { origin: "a page" })).merged).toBe("no");
  expect((await add(CLERK, "Ada likes tea", { origin: "a page" })).merged).toBe("yes");
  expect((await add(CLERK, "Ada likes tea", { metadata: { source: "x" } })).merged).toBe("yes");
  expect((await add(CLERK, "Ada likes tea", { metadata: { source: "y" } })).merged).toBe("no");
});

test("the same call again merges once", async () => {
  await add(CLERK, "Ada likes tea");
  const draft = stand.draft(CLERK, "ada likes tea");
  for (let n = 0; n < 2; n += 1) {
    expect(await stand.manager.add(draft, BY_CLERK)).toMatchObject({ merged: "yes", item: { id: "m1" } });
  }
  expect((await stand.manager.detail(CLERK, memoryId(1))).merges).toHaveLength(1);
});

test("what was changed since a merge stays when it is undone", async () => {
  await add(CLERK, "Ada likes tea");
  await add(CLERK, "ada likes tea");
  await stand.manager.update(CLERK, memoryId(1), { text: "Ada likes coffee" }, THE_PERSON);
  const [merge] = (await stand.manager.detail(CLERK, memoryId(1))).merges;
  await stand.manager.undoMerge(CLERK, memoryId(1), merge?.id ?? 0, THE_PERSON);
  expect(await textsOf(CLERK)).toEqual(["Ada likes coffee", "ada likes tea"]);
});

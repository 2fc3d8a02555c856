import { describe, expect, test } from "vitest";
import { memoryId } from "../../shared/memory.ts";
import { agentMemory, PERSON } from "../../shared/memory-owners.ts";
import { CLERK, memoryItem, put, query } from "./testing/memory-items.ts";
import { useMemoryStore } from "./testing/use-memory-store.ts";

const store = useMemoryStore();

/** Three meanings on axes of their own, with a little of everything so that no sign is chance. */
const AXES = { drinks: 0, places: 1, people: 2 } as const;
const towards = (axis: keyof typeof AXES, dimensions = 12, noise = 0): Float32Array =>
  Float32Array.from({ length: dimensions }, (_, index) =>
    index % 3 === AXES[axis] ? 1 : -0.2 + noise * index,
  );

async function embed(model: string, vectors: Readonly<Record<string, Float32Array>>): Promise<void> {
  const pending = await store.disk.pendingEmbeddings(model, 100);
  const saved = pending.flatMap(({ key, text }) => {
    const vector = vectors[text];
    return vector === undefined ? [] : [{ key, vector }];
  });
  await store.disk.saveEmbeddings(model, saved);
}
const search = (text: string, model: string, vector: Float32Array, extra: Parameters<typeof query>[1] = {}) =>
  store.disk.search(query(text, { vector: { model, vector }, ...extra }));
const waiting = async (model: string) =>
  (await store.disk.pendingEmbeddings(model, 100)).map(({ text }) => text).sort();

describe("search by words and meaning", () => {
  test("joins both lists, tells the parts of the score, and survives a restart", async () => {
    await store.disk.write([
      put(1, "Darjeeling at four"),
      put(2, "the harbour of Riga"),
      put(3, "tea in Riga"),
    ]);
    await embed("one", {
      "Darjeeling at four": towards("drinks"),
      "the harbour of Riga": towards("places"),
      "tea in Riga": towards("drinks", 12, 0.02),
    });
    await store.reopen();
    const { hits, searchedBy } = await search("tea", "one", towards("drinks"));
    expect(searchedBy).toEqual({ type: "words-and-meaning", model: "one" });
    expect(hits.map(({ item }) => item.id)).toEqual(["m3", "m1", "m2"]);
    expect(hits[0]?.match).toMatchObject({
      score: 1 / 61 + 1 / 62,
      words: { rank: 1 },
      meaning: { rank: 2 },
    });
    expect(hits[1]?.match).toMatchObject({ score: 1 / 61, words: null, meaning: { rank: 1 } });
    expect(hits[1]?.match.meaning?.distance).toBeCloseTo(0, 5);
    expect(hits[2]?.match.meaning?.distance).toBeGreaterThan(0.5);
  });

  test("keeps to owners and tags", async () => {
    const owner = agentMemory("eve");
    await store.disk.write([
      put(1, "green", { tags: ["mine"] }),
      put(2, "black"),
      put(3, "white", { owner: PERSON, tags: ["mine"] }),
      put(4, "secret", { owner, tags: ["mine"] }),
    ]);
    const same = towards("drinks");
    await embed("one", { green: same, black: same, white: same, secret: same });
    const ids = async (extra: Parameters<typeof query>[1]) =>
      (await search("", "one", same, extra)).hits.map(({ item }) => item.id).sort();
    expect(await ids({})).toEqual(["m1", "m2"]);
    expect(await ids({ owners: [CLERK, PERSON], tag: "mine" })).toEqual(["m1", "m3"]);
    expect(await ids({ owners: [agentMemory("nobody")] })).toEqual([]);
    expect(await ids({ owners: null })).toHaveLength(4);
  });

  test("finds the nearest of thousands", async () => {
    const dimensions = 64;
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648 - 0.5;
    };
    const vectors = Array.from({ length: 3_000 }, () => Float32Array.from({ length: dimensions }, random));
    await store.disk.write(vectors.map((_, n) => put(n + 1, `text ${n + 1}`)));
    const pending = await store.disk.pendingEmbeddings("one", 3_000);
    const ofText = ({ text }: { text: string }) => vectors[Number(text.slice(5)) - 1] ?? new Float32Array();
    await store.disk.saveEmbeddings(
      "one",
      pending.map((text) => ({ key: text.key, vector: ofText(text) })),
    );
    for (const n of [1, 1_500, 3_000]) {
      const near = (vectors[n - 1] ?? new Float32Array()).map((value) => value + random() * 0.3);
      const { hits } = await search("", "one", near, { limit: 1 });
      expect(hits[0]?.item.id).toBe(memoryId(n));
    }
  });

  test("without a vector of that model words alone are searched, and it says so", async () => {
    await store.disk.write([put(1, "tea")]);
    const { hits, searchedBy } = await search("tea", "two", towards("drinks"));
    expect(hits).toHaveLength(1);
    expect(searchedBy).toMatchObject({ type: "words", reason: expect.stringContaining("two") });
  });

  test("vectors of another length are refused", async () => {
    const refused = { data: { code: "bad-input", message: expect.stringMatching(/24 dimensions.*have 12/) } };
    await store.disk.write([put(1, "tea"), put(2, "milk")]);
    await embed("one", { tea: towards("drinks") });
    await expect(search("tea", "one", towards("drinks", 24))).rejects.toMatchObject({
      data: { code: "bad-input" },
    });
    const [milk] = await store.disk.pendingEmbeddings("one", 10);
    const key = milk?.key ?? "";
    await expect(
      store.disk.saveEmbeddings("one", [{ key, vector: towards("drinks", 24) }]),
    ).rejects.toMatchObject(refused);
    await expect(
      store.disk.saveEmbeddings("new", [{ key, vector: new Float32Array() }]),
    ).rejects.toMatchObject({
      data: { code: "bad-input" },
    });
    // Half of a refused call would have made a model of it.
    expect((await search("tea", "new", towards("drinks"))).searchedBy.type).toBe("words");
    expect(await store.disk.embeddingCounts("one")).toEqual({ done: 1, total: 2 });
  });

  test("a vector without direction is neither near nor far", async () => {
    await store.disk.write([put(1, "tea")]);
    await embed("one", { tea: new Float32Array(12) });
    const { hits } = await search("", "one", towards("drinks"));
    expect(hits[0]?.match.meaning).toEqual({ rank: 1, distance: 1 });
  });
});

describe("texts that want vectors", () => {
  test("are those that are new or have changed; each model has its own", async () => {
    await store.disk.write([put(1, "tea"), put(2, "milk")]);
    await embed("one", { tea: towards("drinks"), milk: towards("drinks") });
    await embed("two", { tea: towards("drinks", 24) });
    await store.disk.write([put(1, "coffee"), put(2, "milk", { tags: ["white"], uses: 3 }), put(3, "salt")]);
    expect(await waiting("one")).toEqual(["coffee", "salt"]);
    expect(await waiting("two")).toEqual(["coffee", "milk", "salt"]);
    expect(await waiting("three")).toEqual(["coffee", "milk", "salt"]);
    expect(await store.disk.embeddingCounts("one")).toEqual({ done: 1, total: 3 });
    expect(await store.disk.embeddingCounts("three")).toEqual({ done: 0, total: 3 });
    const ids = (await search("", "one", towards("drinks"))).hits.map(({ item }) => item.id);
    expect(ids).toEqual(["m2"]);
  });

  test("that have changed or gone meanwhile drop the vector", async () => {
    await store.disk.write([put(1, "tea"), put(2, "milk"), put(3, "salt")]);
    // Nothing that is known of numbers from before may be needed.
    await store.reopen();
    const pending = await store.disk.pendingEmbeddings("one", 10);
    await store.disk.write([
      put(1, "coffee"),
      { type: "remove", owner: CLERK, id: memoryId(2), at: 5 },
      { type: "remove", owner: CLERK, id: memoryId(3), at: 5 },
      put(4, "sugar"),
    ]);
    await store.disk.saveEmbeddings(
      "one",
      pending.map(({ key }) => ({ key, vector: towards("people") })),
    );
    expect(await store.disk.embeddingCounts("one")).toEqual({ done: 0, total: 2 });
    expect(await waiting("one")).toEqual(["coffee", "sugar"]);
    await store.disk.write([{ type: "restore", owner: CLERK, id: memoryId(2) }]);
    expect(await waiting("one")).toEqual(["coffee", "milk", "sugar"]);
  });

  test("keep their vector when the item moves to another owner", async () => {
    await store.disk.write([put(1, "tea"), put(2, "milk")]);
    await embed("one", { tea: towards("drinks"), milk: towards("drinks") });
    await store.disk.write([
      { type: "move", from: CLERK, item: memoryItem(1, "tea", { owner: PERSON }) },
      { type: "move", from: CLERK, item: memoryItem(2, "oat milk", { owner: PERSON }) },
    ]);
    expect(await waiting("one")).toEqual(["oat milk"]);
    const { hits } = await search("", "one", towards("drinks"), { owners: [PERSON] });
    expect(hits.map(({ item }) => item.id)).toEqual(["m1"]);
  });

  test("of models that are let go of wait again", async () => {
    await store.disk.write([put(1, "tea")]);
    await embed("one", { tea: towards("drinks") });
    await embed("two", { tea: towards("drinks", 24) });
    await store.disk.keepEmbeddings("two");
    expect(await waiting("one")).toEqual(["tea"]);
    expect(await waiting("two")).toEqual([]);
    await embed("one", { tea: towards("drinks", 8) });
    expect((await search("", "one", towards("drinks", 8))).hits).toHaveLength(1);
    await store.reopen();
    expect((await search("", "two", towards("drinks", 24))).hits).toHaveLength(1);
  });
});

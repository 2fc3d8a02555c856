import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryId } from "../../shared/memory.ts";
import { agentMemory, PERSON } from "../../shared/memory-owners.ts";
import { CLERK, put, query } from "./testing/memory-items.ts";
import { useMemoryStore } from "./testing/use-memory-store.ts";

const store = useMemoryStore();
const found = async (text: string, extra: Parameters<typeof query>[1] = {}) =>
  (await store.disk.search(query(text, extra))).hits.map(({ item }) => item.id);

describe("search by words", () => {
  test("finds by any telling word, by stem, tag and keyword, best match first, and says how", async () => {
    await store.disk.write([
      put(1, "Ada's birthday is 10 December"),
      put(2, "Bob runs every morning before work", { keywords: ["exercise"] }),
      put(3, "The running club meets in December", { tags: ["sport"] }),
    ]);
    expect(await found("When is Ada's birthday?")).toEqual(["m1"]);
    expect((await found("who likes to run?")).sort()).toEqual(["m2", "m3"]);
    expect((await found("december running"))[0]).toBe("m3");
    expect(await found("sports")).toEqual(["m3"]);
    expect(await found("exercises")).toEqual(["m2"]);
    expect(await found("what is the capital of France")).toEqual([]);
    const { hits, searchedBy } = await store.disk.search(query("birthday"));
    expect(searchedBy).toMatchObject({ type: "words", reason: expect.stringMatching(/./) });
    expect(hits[0]?.match).toMatchObject({ score: 1 / 61, words: { rank: 1 }, meaning: null });
    expect(hits[0]?.match.words?.bm25).toBeLessThan(0);
  });

  test("common words count only when there is nothing else", async () => {
    await store.disk.write([put(1, "to be or not to be"), put(2, "the tide is out")]);
    expect(await found("what is the question")).toEqual([]);
    expect(await found("to be")).toEqual(["m1"]);
  });

  test("ignores accents and case", async () => {
    await store.disk.write([put(1, "Café Müller opens at nine")]);
    expect(await found("cafe muller")).toEqual(["m1"]);
  });

  test("finds parts of sentences without spaces, best first", async () => {
    await store.disk.write([
      put(1, "小明的生日是十二月十日"),
      put(2, "办公室在上海"),
      put(3, "ミナの誕生日は五月です"),
      put(4, "사무실은 서울에 있습니다"),
      put(5, "สำนักงานอยู่ที่กรุงเทพ"),
      put(6, "𠮷野家で会う", { tags: ["昼食"] }),
    ]);
    expect((await found("生日是什么时候"))[0]).toBe("m1");
    expect(await found("上海")).toEqual(["m2"]);
    expect((await found("誕生日"))[0]).toBe("m3");
    expect(await found("서울")).toEqual(["m4"]);
    expect(await found("กรุงเทพ")).toEqual(["m5"]);
    expect(await found("𠮷野")).toEqual(["m6"]);
    expect(await found("昼食")).toEqual(["m6"]);
    expect(await found("海")).toEqual(["m2"]);
    expect((await found("日")).sort()).toEqual(["m1", "m3"]);
    expect(await found("北京")).toEqual([]);
  });

  test("keeps to the owners, the tag and the limit; the newest go first among equals", async () => {
    const tags = ["hot drinks"];
    await store.disk.write([
      ...Array.from({ length: 20 }, (_, n) => put(n + 1, "tea 茶叶", n % 2 === 0 ? { tags } : {})),
      put(30, "tea", { owner: PERSON, tags }),
      put(31, "tea", { owner: agentMemory("eve") }),
    ]);
    expect(await found("tea", { limit: 3 })).toEqual(["m20", "m18", "m16"]);
    expect(await found("茶叶", { limit: 5 })).toHaveLength(5);
    expect((await found("茶叶", { limit: 2, tag: "hot drinks" })).sort()).toEqual(["m17", "m19"]);
    expect(await found("tea", { owners: [PERSON, CLERK], tag: "drinks" })).toEqual([]);
    expect(await found("tea", { owners: [PERSON, CLERK], limit: 99 })).toHaveLength(21);
    expect(await found("tea", { owners: null, limit: 99 })).toHaveLength(22);
    expect(await found("tea", { owners: null, tag: "hot drinks", limit: 99 })).toHaveLength(11);
  });

  test("no text breaks the query, and what was put is found by its own words", async () => {
    const syntax = fc.constantFrom(
      '"',
      "'",
      "*",
      "(",
      ")",
      "NEAR(",
      "AND",
      "OR",
      "NOT",
      "^",
      "-",
      ":",
      "said:",
      "\0",
      "{",
    );
    const hostile = fc
      .array(fc.oneof(syntax, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 7 })
      .map((parts) => parts.join(" "));
    await store.disk.write([put(1, "zebra crossing")]);
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        expect(Array.isArray(await found(text))).toBe(true);
        expect(await found(`${text} zebra`)).toContain("m1");
      }),
      { numRuns: 300 },
    );
  });
});

test("among many thousands the telling word decides, and common words fill up with the newest", async () => {
  const items = Array.from({ length: 8_000 }, (_, index) => {
    const n = index + 1;
    const rare = n % 2_000 === 7 ? " zanzibar" : "";
    const project = n % 2 === 0 ? " project" : "";
    return put(n, `meeting about things${project}${rare}`);
  });
  await store.disk.write(items);
  // Four hold the rare word, none of them the common one; then the newest that hold both common words.
  const hits = await found("zanzibar project meeting", { limit: 6 });
  expect(hits.slice(0, 4).sort()).toEqual(
    [memoryId(7), memoryId(2_007), memoryId(4_007), memoryId(6_007)].sort(),
  );
  expect(hits.slice(4)).toEqual(["m8000", "m7998"]);
  expect(await found("project meeting", { limit: 2 })).toEqual(["m8000", "m7998"]);
  expect(await found("meeting", { limit: 2 })).toEqual(["m7999", "m7997"]);
});

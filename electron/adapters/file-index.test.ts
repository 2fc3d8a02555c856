import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FileIndex } from "../kernel/ports.ts";
import { openFileIndex } from "./file-index.ts";

let folder: string;
let index: FileIndex;
const file = () => join(folder, "file-index.db");
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-file-index-"));
  index = openFileIndex(file());
});
// Numbers are not given again, and models stay known: one that is cleared is as good as a new one.
beforeEach(async () => {
  await index.clear();
  await index.keepEmbeddings("none");
});
afterAll(async () => {
  await index.close();
  rmSync(folder, { recursive: true });
});

const chunk = (text: string, line: number | null = 1) => ({ line, text });
const ALL = { vector: null, under: ["."], except: [], limit: 20 } as const;
type Query = Parameters<FileIndex["search"]>[0];
const pathsOf = async (text: string, query: Partial<Query> = {}) =>
  (await index.search({ ...ALL, text, ...query })).hits.map(({ path }) => path);

test("pieces are found by their words, with line, text and score; the better match first", async () => {
  await index.put("notes/grant.md", "s1", [
    chunk("The budget of the grant is due in May.", 3),
    chunk("Nothing here.", 9),
  ]);
  await index.put("plan.md", "s2", [chunk("A budget.")]);
  const found = await index.search({ ...ALL, text: "grant budgets" });
  expect(found.searchedBy).toMatchObject({ type: "words" });
  expect(found.hits[0]).toMatchObject({
    path: "notes/grant.md",
    chunk: { line: 3, text: "The budget of the grant is due in May." },
    score: 1 / 61,
    words: { rank: 1, bm25: expect.any(Number) },
    meaning: null,
  });
  expect(found.hits.map(({ path }) => path)).toContain("plan.md");
});

test("files are found by their names, those too that were skipped", async () => {
  await index.put("a/grantBudget_2024.md", "s", [chunk("x")]);
  await index.skip("pictures/holiday-france.png", "s", "it is binary");
  expect(await pathsOf("budget")).toEqual(["a/grantBudget_2024.md"]);
  expect(await pathsOf("france")).toEqual(["pictures/holiday-france.png"]);
  expect(await index.counts()).toEqual({ files: 1, skipped: 1 });
});

test("scripts without spaces are searched by parts of their runs", async () => {
  await index.put("中文.md", "s", [chunk("预算在五月到期")]);
  expect(await pathsOf("五月")).toEqual(["中文.md"]);
});

test("what a file held before is forgotten, and what is removed takes its folder's files along", async () => {
  await index.put("a/b.md", "s1", [chunk("zebra")]);
  await index.put("a/b.md", "s2", [chunk("giraffe")]);
  await index.put("a-c.md", "s1", [chunk("zebra finch")]);
  expect(await pathsOf("zebra")).toEqual(["a-c.md"]);
  expect(await index.stamps("", 10)).toEqual([
    { path: "a-c.md", stamp: "s1" },
    { path: "a/b.md", stamp: "s2" },
  ]);
  await index.remove("a");
  expect(await pathsOf("giraffe")).toEqual([]);
  expect(await index.stamps("", 10)).toEqual([{ path: "a-c.md", stamp: "s1" }]);
  await index.clear();
  expect(await pathsOf("zebra")).toEqual([]);
  expect(await index.counts()).toEqual({ files: 0, skipped: 0 });
});

describe("a caller sees its own places alone", () => {
  beforeEach(async () => {
    for (const path of ["a.md", "notes/a.md", "agents/clerk/a.md", "agents/clerk2/a.md", "groups/x/a.md"]) {
      await index.put(path, "s", [chunk("secret plan")]);
    }
  });

  test.each([
    [["agents/clerk", "groups/x"], [], ["agents/clerk/a.md", "groups/x/a.md"]],
    [["."], ["agents", "groups"], ["a.md", "notes/a.md"]],
    [["notes"], [], ["notes/a.md"]],
    [["."], ["notes"], ["a.md", "agents/clerk/a.md", "agents/clerk2/a.md", "groups/x/a.md"]],
    [["notes/a.md"], [], ["notes/a.md"]],
    [["nowhere"], [], []],
  ])("under %j, except %j", async (under, except, expected) => {
    expect((await pathsOf("secret", { under, except })).sort()).toEqual(expected);
  });

  test("and none of another's fills its answer up", async () => {
    for (let n = 0; n < 40; n += 1) await index.put(`agents/loud/${n}.md`, "s", [chunk("secret secret")]);
    expect(await pathsOf("secret", { except: ["agents", "groups"], limit: 1 })).toHaveLength(1);
  });
});

test("a caller never sees more than its places, whatever lies where", async () => {
  const folders = fc.constantFrom("agents/a", "agents/b", "groups/g", "notes", "notes/deep", "agents");
  const path = fc.tuple(folders, fc.constantFrom("x.md", "y.md")).map((parts) => parts.join("/"));
  const inside = (each: string, some: readonly string[]) =>
    some.some((at) => at === "." || each === at || each.startsWith(`${at}/`));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(path, { maxLength: 8 }),
      fc.uniqueArray(fc.oneof(folders, fc.constant(".")), { minLength: 1, maxLength: 3 }),
      fc.uniqueArray(folders, { maxLength: 3 }),
      async (paths, under, except) => {
        await index.clear();
        for (const each of paths) await index.put(each, "s", [chunk("plan")]);
        const expected = paths.filter((each) => inside(each, under) && !inside(each, except));
        expect([...(await pathsOf("plan", { under, except, limit: 50 }))].sort()).toEqual(expected.sort());
      },
    ),
    { numRuns: 60 },
  );
});

describe("by meaning", () => {
  const model = "m1";
  const vector = (x: number, y: number) => Float32Array.of(x, y, 0);
  const embed = async (vectorOf: (text: string) => Float32Array) => {
    const pending = await index.pendingEmbeddings(model, 100);
    await index.saveEmbeddings(
      model,
      pending.map(({ key, text }) => ({ key, vector: vectorOf(text) })),
    );
  };

  test("pieces are found that share no word with the query, and both ranks are told", async () => {
    await index.put("a.md", "s", [chunk("felines sleep")]);
    await index.put("b.md", "s", [chunk("cars drive")]);
    await embed((text) => (text.includes("feline") ? vector(1, 0) : vector(0, 1)));
    expect(await index.embeddingCounts(model)).toEqual({ done: 4, total: 4 });
    const found = await index.search({ ...ALL, text: "cat", vector: { model, vector: vector(1, 0.1) } });
    expect(found.searchedBy).toEqual({ type: "words-and-meaning", model });
    expect(found.hits[0]).toMatchObject({ path: "a.md", words: null, meaning: { rank: 1 } });
    const other = await index.search({ ...ALL, text: "cars", vector: { model: "m2", vector: vector(1, 0) } });
    expect(other.searchedBy).toMatchObject({ type: "words", reason: expect.stringContaining("m2") });
    expect(other.hits[0]?.path).toBe("b.md");
  });

  test("a vector of a text that has changed meanwhile is dropped", async () => {
    await index.put("a.md", "s1", [chunk("old")]);
    const pending = await index.pendingEmbeddings(model, 10);
    await index.put("a.md", "s2", [chunk("new")]);
    await index.saveEmbeddings(
      model,
      pending.map(({ key }) => ({ key, vector: vector(1, 0) })),
    );
    expect(await index.embeddingCounts(model)).toEqual({ done: 0, total: 2 });
    expect((await index.pendingEmbeddings(model, 10)).map(({ text }) => text).sort()).toEqual([
      "a.md",
      "new",
    ]);
  });

  test("is kept to the caller's places as well", async () => {
    await index.put("agents/a/x.md", "s", [chunk("one")]);
    await index.put("b.md", "s", [chunk("two")]);
    await embed(() => vector(1, 0));
    const query = { vector: { model, vector: vector(1, 0) }, except: ["agents", "groups"] };
    expect(new Set(await pathsOf("zzz", query))).toEqual(new Set(["b.md"]));
  });
});

describe("a damaged index", () => {
  test("is set aside and said so, and an empty one takes its place", async () => {
    await index.put("a.md", "s", [chunk("zebra")]);
    await index.close();
    writeFileSync(file(), "this is no database");
    const told: string[] = [];
    index = openFileIndex(file(), { damaged: (reason) => told.push(reason) });
    expect(await pathsOf("zebra")).toEqual([]);
    expect(told).toEqual([expect.stringContaining("damaged")]);
    expect(readdirSync(folder)).toContain("file-index.db.damaged");
    await index.put("a.md", "s", [chunk("zebra")]);
    expect(await pathsOf("zebra")).toEqual(["a.md"]);
  });
});

test("it stays over a restart", async () => {
  await index.put("a.md", "s", [chunk("zebra")]);
  await index.close();
  index = openFileIndex(file());
  expect(await pathsOf("zebra")).toEqual(["a.md"]);
});

test("a closed one says so", async () => {
  const closed = openFileIndex(join(folder, "other.db"));
  await closed.close();
  await expect(closed.counts()).rejects.toMatchObject({ data: { code: "storage-failed" } });
});

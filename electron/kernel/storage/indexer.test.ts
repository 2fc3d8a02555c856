import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FileIndexStatus } from "../../../shared/files.ts";
import { openFileIndex } from "../../adapters/file-index.ts";
import { createFileTree } from "../../adapters/file-tree.ts";
import { sampleDocx } from "../../adapters/testing/sample-files.ts";
import { createTextExtractor } from "../../adapters/text-extractor.ts";
import { FILE_INDEX_BYTES, INDEX_PROGRESS_MS, INDEX_RETRY_MS, UNINDEXED_SEARCHED } from "../limits.ts";
import type { FileIndex, FileTree, TextExtractor } from "../ports.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { createFileSearch, type FileSearch, findingsText } from "./file-search.ts";
import { Indexer } from "./indexer.ts";

let base: string;
let index: FileIndex;
let extractor: TextExtractor;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "aios-indexer-"));
  index = openFileIndex(join(base, "file-index.db"));
  extractor = createTextExtractor();
});
afterAll(async () => {
  await index.close();
  await extractor.close();
  rmSync(base, { recursive: true });
});

let folder: string;
let clock: ManualClock;
let files: FileTree;
let told: FileIndexStatus[];
let indexer: Indexer;
let search: FileSearch;
beforeEach(async () => {
  folder = mkdtempSync(join(base, "tree-"));
  await index.clear();
  open();
});
afterEach(() => indexer.stop());

function open(parts: { readonly files?: FileTree; readonly index?: FileIndex } = {}): void {
  clock = new ManualClock();
  told = [];
  files = parts.files ?? createFileTree(folder);
  const used = parts.index ?? index;
  const announce = (status: FileIndexStatus): void => void told.push(status);
  indexer = new Indexer({ files, index: used, extractor, clock, announce, indexed: () => {} });
  const indexing = { index: used, unindexed: () => indexer.unindexed() };
  search = createFileSearch({ files, indexing, vectorOf: async () => null });
}

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const idle = (): Promise<void> => {
  const { count, scan } = indexer.unindexed();
  if (count === 0 && scan === "done" && told.at(-1)?.phase === "idle") return Promise.resolve();
  return clock.until(
    () =>
      indexer.unindexed().count === 0 && indexer.unindexed().scan === "done" && told.at(-1)?.phase === "idle",
  );
};
async function scanned(): Promise<void> {
  told = [];
  indexer.scan();
  await idle();
}
async function changed(path: string): Promise<void> {
  told = [];
  indexer.changed(path);
  await idle();
}
const ALL = { under: ["."], except: [], limit: 20, signal: new AbortController().signal } as const;
const find = (text: string, query: Partial<Parameters<FileSearch>[0]> = {}) =>
  search({ ...ALL, text, ...query });
const textOf = async (text: string) => findingsText(await find(text), text);

test("all files of the tree are read, whatever they are, and found with their lines", async () => {
  put("notes/a.md", "# Grant\n\nThe budget is due in May.\n");
  put("report.docx", sampleDocx(["The budget was overspent"]));
  put("picture.png", Buffer.from([0, 1, 2]));
  await scanned();
  expect(told.at(-1)).toEqual({ phase: "idle", done: 0, total: 0, files: 2, skipped: 1 });
  expect((await textOf("budget")).split("\n").sort()).toEqual([
    "notes/a.md:3: The budget is due in May.",
    "report.docx:0: The budget was overspent",
  ]);
  expect(await textOf("picture")).toBe("picture.png:0: (the name matches)");
  expect(await textOf("zebra")).toBe("No matches.");
  expect(await textOf("budget zebra")).toMatch(/^No matches of all words. The closest:\n/);
});

test("what changes, comes and goes is followed, with the kernel running or not", async () => {
  put("a.md", "zebra");
  put("b.md", "giraffe");
  await scanned();
  put("a.md", "lion");
  await changed("a.md");
  rmSync(join(folder, "b.md"));
  await changed("b.md");
  expect(await textOf("zebra")).toBe("No matches.");
  expect(await textOf("lion")).toBe("a.md:1: lion");
  expect(await textOf("giraffe")).toBe("No matches.");
  await indexer.stop();
  put("c/d.md", "tiger");
  rmSync(join(folder, "a.md"));
  open();
  await scanned();
  expect(await textOf("tiger")).toBe("c/d.md:1: tiger");
  expect(await textOf("lion")).toBe("No matches.");
  expect(await index.counts()).toEqual({ files: 1, skipped: 0 });
});

test("a folder that has changed stands for all that is in it", async () => {
  put("new/deep/a.md", "zebra");
  await changed("new");
  expect(await textOf("zebra")).toBe("new/deep/a.md:1: zebra");
  rmSync(join(folder, "new"), { recursive: true });
  await changed("new");
  expect(await textOf("zebra")).toBe("No matches.");
  expect(await index.counts()).toEqual({ files: 0, skipped: 0 });
});

describe("what is not for the index", () => {
  test("key material is not read, even under a name it once had, nor is the trash", async () => {
    put(".env", "TOKEN=zebra");
    put("keys/id_rsa", "zebra");
    put(".trash/old.md", "zebra");
    put("readme.md", "no animals");
    await scanned();
    await changed(".env");
    expect((await index.search({ ...ALL, text: "zebra env rsa", vector: null })).hits).toEqual([]);
    expect(await index.counts()).toEqual({ files: 1, skipped: 0 });
  });

  test("what is too big is known by its name alone", async () => {
    put("big-zebra.txt", Buffer.alloc(FILE_INDEX_BYTES + 1, "a "));
    await scanned();
    expect(told.at(-1)).toMatchObject({ files: 0, skipped: 1 });
    expect(await textOf("zebra")).toBe("big-zebra.txt:0: (the name matches)");
  });
});

describe("while files wait to be read", () => {
  test("a search finds what was just written all the same, and nothing of what it held before", async () => {
    put("a.md", "zebra");
    await scanned();
    put("a.md", "one\nlion king");
    put("lion.md", "x");
    indexer.changed("a.md");
    indexer.changed("lion.md");
    expect((await textOf("lion")).split("\n").sort()).toEqual([
      "a.md:2: lion king",
      "lion.md:0: (the name matches)",
    ]);
    expect(await textOf("zebra")).toBe("No matches.");
    await idle();
    expect(await textOf("lion")).toContain("a.md:2: lion king");
  });

  test("and says so where there are too many to look at", async () => {
    for (let n = 0; n <= UNINDEXED_SEARCHED; n += 1) put(`${n}.md`, "zebra");
    indexer.scan();
    const early = await find("zebra", { limit: 100 });
    expect(early.notes).toEqual([expect.stringContaining("still being looked through")]);
    expect(new Set(early.hits.map(({ path }) => path)).size).toBe(UNINDEXED_SEARCHED + 1);
    await idle();
    expect((await find("zebra", { limit: 100 })).hits).toHaveLength(UNINDEXED_SEARCHED + 1);
    expect((await find("zebra")).notes).toEqual([]);
  });

  test("screens see how far it is, at most once in a while", async () => {
    for (let n = 0; n < 30; n += 1) put(`${n}.md`, "zebra");
    told = [];
    indexer.scan();
    await clock.until(() => told.at(-1)?.phase === "idle", INDEX_PROGRESS_MS / 10);
    const progress = told.filter(({ phase }) => phase === "indexing");
    for (const { done, total } of progress) expect(done).toBeLessThanOrEqual(total);
    expect(told.length - 1).toBeLessThanOrEqual(clock.mono() / INDEX_PROGRESS_MS);
    expect(told.filter(({ phase }) => phase === "idle")).toHaveLength(1);
  });
});

test("a caller finds nothing outside its places, in the index or just written", async () => {
  put("agents/a/x.md", "zebra");
  put("common.md", "zebra");
  await scanned();
  put("agents/b/y.md", "zebra");
  indexer.changed("agents/b/y.md");
  const paths = async (query: Partial<Parameters<FileSearch>[0]>) =>
    (await find("zebra", query)).hits.map(({ path }) => path);
  expect(await paths({ except: ["agents", "groups"] })).toEqual(["common.md"]);
  expect(await paths({ under: ["agents/b"] })).toEqual(["agents/b/y.md"]);
  await idle();
});

describe("an index that fails", () => {
  const failing = (): FileIndex => ({
    ...index,
    put: () => Promise.reject(new Error("disk full")),
    search: () => Promise.reject(new Error("disk full")),
  });

  test("is done without: the files are looked through, by words", async () => {
    open({ index: failing() });
    put("a.md", "one zebra");
    expect(await find("zebra")).toMatchObject({
      hits: [{ path: "a.md", line: 1, text: "one zebra" }],
      searchedBy: { type: "words", reason: expect.stringContaining("cannot be read") },
    });
  });

  test("is tried again, and has everything then", async () => {
    let disk: "full" | "free" = "full";
    open({
      index: { ...index, put: (...args) => (disk === "full" ? failing().put(...args) : index.put(...args)) },
    });
    put("a.md", "zebra");
    indexer.scan();
    await clock.until(() => told.at(-1)?.phase === "idle");
    expect(await index.counts()).toEqual({ files: 0, skipped: 0 });
    disk = "free";
    clock.advance(INDEX_RETRY_MS);
    await idle();
    expect(await textOf("zebra")).toBe("a.md:1: zebra");
  });
});

test("everything can be read again, and stopping breaks off what is under way", async () => {
  for (let n = 0; n < 20; n += 1) put(`${n}.md`, "zebra");
  await scanned();
  await indexer.readAgain();
  await indexer.stop();
  const { files: read } = await index.counts();
  open();
  await scanned();
  expect(read).toBeLessThan(20);
  expect(await index.counts()).toEqual({ files: 20, skipped: 0 });
});

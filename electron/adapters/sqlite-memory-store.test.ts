import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MemoryItem } from "../kernel/ports.ts";
import { openSqliteMemoryStore } from "./sqlite-memory-store.ts";
import { thrownBy } from "./testing/thrown-by.ts";

let folder: string;
let file: string;
let store: ReturnType<typeof openSqliteMemoryStore>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-memory-"));
  file = join(folder, "memory.db");
  store = openSqliteMemoryStore(file);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

let now = 1_000;
function item(id: string, text: string, extra: Partial<MemoryItem> = {}): MemoryItem {
  now += 1;
  return { id, owner: "note-keeper", text, tags: [], origin: null, createdAt: now, updatedAt: now, ...extra };
}
const found = (query: string, owner = "note-keeper") => store.search(owner, query, 10).map(({ id }) => id);

describe("memory store", () => {
  test("keeps items over a restart, and lists the newest first", () => {
    const first = item("m1", "Ada's birthday is 10 December", { tags: ["people", "dates"] });
    store.put(first);
    store.put(item("m2", "The office is in Riga"));
    store.close();
    store = openSqliteMemoryStore(file);
    expect(store.get("note-keeper", "m1")).toEqual(first);
    expect(store.list("note-keeper", 10).map(({ id }) => id)).toEqual(["m2", "m1"]);
    expect(store.list("note-keeper", 1)).toHaveLength(1);
    expect(store.count("note-keeper")).toBe(2);
  });

  test("the same id again replaces the item, in the index too", () => {
    store.put(item("m1", "likes coffee"));
    store.put(item("m1", "likes tea"));
    expect(store.count("note-keeper")).toBe(1);
    expect(found("coffee")).toEqual([]);
    expect(found("tea")).toEqual(["m1"]);
  });

  test("removes once", () => {
    store.put(item("m1", "likes tea"));
    expect(store.remove("note-keeper", "m1")).toBe(true);
    expect(store.remove("note-keeper", "m1")).toBe(false);
    expect(store.get("note-keeper", "m1")).toBeNull();
    expect(found("tea")).toEqual([]);
  });

  test("an owner never sees another's", () => {
    store.put(item("m1", "secret of Ada", { owner: "ada" }));
    store.put(item("m1", "secret of Bob", { owner: "bob" }));
    expect(store.search("ada", "secret", 10).map(({ text }) => text)).toEqual(["secret of Ada"]);
    expect(store.get("eve", "m1")).toBeNull();
    expect(store.list("eve", 10)).toEqual([]);
    expect(store.count("eve")).toBe(0);
    expect(store.remove("eve", "m1")).toBe(false);
    expect(store.count("bob")).toBe(1);
  });
});

describe("search", () => {
  test("finds by any telling word, by stem and by tag, best match first", () => {
    store.put(item("m1", "Ada's birthday is 10 December"));
    store.put(item("m2", "Bob runs every morning before work"));
    store.put(item("m3", "The running club meets in December", { tags: ["sport"] }));
    expect(found("When is Ada's birthday?")).toEqual(["m1"]);
    expect(found("who likes to run?").sort()).toEqual(["m2", "m3"]);
    expect(found("december running")[0]).toBe("m3");
    expect(found("sports")).toEqual(["m3"]);
    expect(found("what is the capital of France")).toEqual([]);
  });

  test("common words count only when there is nothing else", () => {
    store.put(item("m1", "to be or not to be"));
    store.put(item("m2", "the tide is out"));
    expect(found("what is the question")).toEqual([]);
    expect(found("to be")).toEqual(["m1"]);
  });

  test("ignores accents and case", () => {
    store.put(item("m1", "Café Müller opens at nine"));
    expect(found("cafe muller")).toEqual(["m1"]);
  });

  test("finds parts of Chinese and Japanese sentences, best first", () => {
    store.put(item("m1", "小明的生日是十二月十日"));
    store.put(item("m2", "办公室在上海"));
    store.put(item("m3", "ミナの誕生日は五月です"));
    expect(found("生日是什么时候")[0]).toBe("m1");
    expect(found("上海")).toEqual(["m2"]);
    expect(found("誕生日")[0]).toBe("m3");
    expect(found("北京")).toEqual([]);
  });

  test("respects the limit", () => {
    for (let n = 0; n < 20; n++) store.put(item(`m${n}`, `tea number ${n} 茶叶`));
    expect(store.search("note-keeper", "tea", 5)).toHaveLength(5);
    expect(store.search("note-keeper", "tea 茶叶", 5)).toHaveLength(5);
  });

  test("no text breaks the query, and what was put is found by its own words", () => {
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
      "text:",
      "\0",
      "{",
    );
    const hostile = fc
      .array(fc.oneof(syntax, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 7 })
      .map((parts) => parts.join(" "));
    store.put(item("m1", "zebra crossing"));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(Array.isArray(found(text))).toBe(true);
        expect(found(`${text} zebra`)).toContain("m1");
      }),
      { numRuns: 300 },
    );
  });
});

test("a damaged file is reported, not replaced", () => {
  const other = join(folder, "other.db");
  writeFileSync(other, "no database at all, ".repeat(500));
  expect(thrownBy(() => openSqliteMemoryStore(other))).toMatchObject({ data: { code: "database-damaged" } });
});

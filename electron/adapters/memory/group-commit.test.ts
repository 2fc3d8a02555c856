import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryId } from "../../../shared/memory.ts";
import { agentMemory } from "../../../shared/memory-owners.ts";
import type { MemoryWrite } from "../../kernel/memory-ports.ts";
import { CLERK, put, query } from "../testing/memory-items.ts";
import { type MemoryTables, openMemoryTables } from "./memory-tables.ts";

const EVE = agentMemory("eve");
const open = (): MemoryTables =>
  openMemoryTables(join(folder, "memory.db"), { removedKept: 9, mergesKept: 9 });
let folder: string;
let tables: MemoryTables;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-group-"));
  tables = open();
});
afterEach(() => {
  tables.close();
  rmSync(folder, { recursive: true });
});
const reopen = (): void => {
  tables.close();
  tables = open();
};
const remove = (n: number): MemoryWrite => ({ type: "remove", owner: CLERK, id: memoryId(n), at: 9 });
const missing: MemoryWrite = { type: "restore", owner: CLERK, id: memoryId(99) };
const found = (text: string) =>
  tables.answers.search(query(text, { owners: [CLERK, EVE] })).hits.map(({ item }) => item.id);

test("parts of a group are one: what the first says is what the last can change", () => {
  tables.take([[put(1, "tea")], [put(2, "milk"), put(3, "salt")]]);
  tables.take([[put(4, "rye", { owner: EVE })], [put(1, "coffee")], [remove(3)]]);
  tables.take([[put(5, "tea"), put(2, "milk", { tags: ["cold"] })]]);
  expect(tables.commit([[put(6, "oats")]])).toEqual([null, null, null, null, null, null, null]);
  for (const look of [() => {}, reopen]) {
    look();
    expect(["tea", "coffee", "milk", "cold", "salt", "rye", "oats"].map(found)).toEqual([
      ["m5"],
      ["m1"],
      ["m2"],
      ["m2"],
      [],
      ["m4"],
      ["m6"],
    ]);
    expect(tables.answers.removed(CLERK, memoryId(3))?.text).toBe("salt");
  }
});

test("a call that is refused takes nothing with it, in whatever part it came", () => {
  tables.take([[put(1, "tea")]]);
  tables.take([[put(2, "milk", { owner: EVE }), missing], [put(3, "salt", { owner: EVE })]]);
  tables.take([[put(1, "coffee")]]);
  const refusals = tables.commit([]);
  expect(refusals.map((refusal) => refusal?.code ?? null)).toEqual([null, "not-found", null, null]);
  for (const look of [() => {}, reopen]) {
    look();
    expect(["tea", "milk", "salt", "coffee"].map(found)).toEqual([[], [], ["m3"], ["m1"]]);
  }
  expect(tables.commit([[put(4, "after it")]])).toEqual([null]);
  expect(found("after")).toEqual(["m4"]);
});

test("what was taken and never committed is gone, and so are its words", () => {
  tables.commit([[put(1, "tea")]]);
  tables.take([[put(2, "milk"), remove(1)]]);
  reopen();
  expect(["tea", "milk"].map(found)).toEqual([["m1"], []]);
  expect(tables.commit([])).toEqual([]);
});

test("once the log was moved, the file alone holds all", () => {
  tables.commit([[put(1, "tea")]]);
  tables.checkpoint();
  copyFileSync(join(folder, "memory.db"), join(folder, "copy.db"));
  const copy = openMemoryTables(join(folder, "copy.db"), { removedKept: 9, mergesKept: 9 });
  try {
    expect(copy.answers.search(query("tea")).hits).toHaveLength(1);
  } finally {
    copy.close();
  }
});

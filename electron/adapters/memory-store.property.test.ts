import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MemoryItem, type MemoryOwner, memoryId } from "../../shared/memory.ts";
import { agentMemory } from "../../shared/memory-owners.ts";
import type { MemoryWrite } from "../kernel/memory-ports.ts";
import { type MemoryTables, openMemoryTables } from "./memory/memory-tables.ts";
import { memoryItem, query } from "./testing/memory-items.ts";

/** What the thread runs, without the thread: it takes longer to start than a run of this test. */
const open = (): MemoryTables =>
  openMemoryTables(join(folder, "memory.db"), { removedKept: 2, mergesKept: 2 });
let folder: string;
let tables: MemoryTables;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-memory-"));
  tables = open();
});
afterEach(() => {
  tables.close();
  rmSync(folder, { recursive: true });
});

const WORDS = ["tea", "riga", "zebra", "生日"] as const;
const TAGS = ["a", "b"] as const;

const owner = fc.constantFrom("x", "y");
const id = fc.integer({ min: 1, max: 5 });
const subset = <T>(all: readonly T[]) => fc.subarray([...all]);
const item = fc.record({ owner, id, words: subset(WORDS), tags: subset(TAGS), links: subset([1, 2, 3]) });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("put" as const), item }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("remove" as const), owner, id }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("restore" as const), owner, id }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("move" as const), item, from: owner }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("used" as const), owner, id, uses: fc.nat(5) }) },
);
/** Calls that are made at once, each with some changes; between batches the file is sometimes opened anew. */
const batch = fc.record({
  calls: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
  next: fc.oneof({ weight: 6, arbitrary: fc.constant("go on" as const) }, fc.constant("reopen" as const)),
});

type Made<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
type Step = Made<typeof step>;

/** What the store shall hold, as plainly as can be. */
class Model {
  items = new Map<string, MemoryItem>();
  /** By owner, the last ones that were removed. */
  removed = new Map<string, MemoryItem[]>();

  copy(): Model {
    const copy = new Model();
    copy.items = new Map(this.items);
    copy.removed = new Map(this.removed);
    return copy;
  }

  /** False: the call is refused. */
  apply(write: MemoryWrite): boolean {
    switch (write.type) {
      case "put":
        this.items.set(keyOf(write.item), write.item);
        return true;
      case "remove": {
        const old = this.items.get(keyOf(write));
        if (old === undefined) return true;
        this.items.delete(keyOf(write));
        const others = this.#removedOf(write.owner).filter((one) => one.id !== write.id);
        this.removed.set(write.owner, [...others, old].slice(-2));
        return true;
      }
      case "restore": {
        if (this.items.has(keyOf(write))) return true;
        const old = this.#removedOf(write.owner).find((one) => one.id === write.id);
        if (old === undefined) return false;
        this.removed.set(
          write.owner,
          this.#removedOf(write.owner).filter((one) => one !== old),
        );
        this.items.set(keyOf(old), old);
        return true;
      }
      case "move":
        if (write.from !== write.item.owner)
          this.items.delete(keyOf({ owner: write.from, id: write.item.id }));
        this.items.set(keyOf(write.item), write.item);
        return true;
      case "used": {
        const old = this.items.get(keyOf(write));
        if (old === undefined) return true;
        const lastUsedAt = Math.max(old.lastUsedAt ?? 0, write.at);
        this.items.set(keyOf(write), { ...old, uses: Math.max(old.uses, write.uses), lastUsedAt });
        return true;
      }
      default:
        throw new Error(`the model knows no ${write.type}`);
    }
  }

  #removedOf(name: string): readonly MemoryItem[] {
    return this.removed.get(name) ?? [];
  }
}

const keyOf = (what: { readonly owner: string; readonly id: string }): string => `${what.owner} ${what.id}`;

let runs = 0;
let now = 0;

test("any order of calls, made at once or over restarts, holds what a plain map holds", () => {
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 5 }), (batches) => {
      runs += 1;
      const named = (name: string): MemoryOwner => agentMemory(`${name}${runs}`);
      const owners = [named("x"), named("y")];
      let model = new Model();
      for (const { calls, next } of batches) {
        const writes = calls.map((steps) => steps.map((one) => toWrite(one, named)));
        const refusals = tables.commit(writes);
        for (const [index, changes] of writes.entries()) {
          const after = model.copy();
          const taken = changes.every((change) => after.apply(change));
          expect(refusals[index]?.code).toBe(taken ? undefined : "not-found");
          if (taken) model = after;
        }
        if (next === "reopen") {
          tables.close();
          tables = open();
        }
        expectToHold(model, owners);
      }
    }),
    { numRuns: 100 },
  );
});

function toWrite(one: Step, named: (name: string) => MemoryOwner): MemoryWrite {
  now += 1;
  switch (one.type) {
    case "put":
      return { type: "put", item: made(one.item, named) };
    case "move":
      return { type: "move", item: made(one.item, named), from: named(one.from) };
    case "used":
      return { type: "used", owner: named(one.owner), id: memoryId(one.id), uses: one.uses, at: now };
    default:
      return { type: one.type, owner: named(one.owner), id: memoryId(one.id), at: now };
  }
}

function made(of: Made<typeof item>, named: (name: string) => MemoryOwner): MemoryItem {
  const text = ["note", ...of.words].join(" ");
  const links = of.links.map(memoryId);
  return memoryItem(of.id, text, {
    owner: named(of.owner),
    tags: of.tags,
    links,
    createdAt: now,
    updatedAt: now,
  });
}

function expectToHold(model: Model, owners: readonly MemoryOwner[]): void {
  const all = [...model.items.values()];
  const keys = (items: readonly MemoryItem[]): string[] => items.map(keyOf).sort();
  for (const name of owners) {
    const own = all.filter((one) => one.owner === name);
    const ids = [1, 2, 3, 4, 5].map(memoryId);
    const expected = ids.map((one) => model.items.get(keyOf({ owner: name, id: one })) ?? null);
    expect(tables.answers.get(name, ids)).toEqual(expected);
    for (const word of WORDS) {
      const { hits } = tables.answers.search(query(word, { owners: [name], limit: 50 }));
      expect(keys(hits.map((hit) => hit.item))).toEqual(keys(own.filter(({ text }) => text.includes(word))));
    }
    for (const tag of TAGS) {
      const listed = { owners: [name], tag, sort: "newest", offset: 0, limit: 50 } as const;
      const tagged = own.filter(({ tags }) => tags.includes(tag));
      const { items, total } = tables.answers.list(listed);
      expect([keys(items), total]).toEqual([keys(tagged), tagged.length]);
    }
    const restorable = ids.map((one) => tables.answers.removed(name, one));
    const removed = model.removed.get(name) ?? [];
    expect(keys(restorable.filter((one) => one !== null))).toEqual(keys(removed));
  }
  for (const target of [1, 2, 3].map(memoryId)) {
    const linking = tables.answers.linkedFrom(target).filter((one) => owners.includes(one.owner));
    expect(keys(linking)).toEqual(keys(all.filter(({ links }) => links.includes(target))));
  }
}

import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { MemoryId, MemoryItem, MemoryOwner } from "../../../shared/memory.ts";
import { agentMemory, groupMemory, PERSON } from "../../../shared/memory-owners.ts";
import { MEMORY_WATERMARK } from "../limits.ts";
import { settle } from "../testing/manual-clock.ts";
import { MemoryStand, THE_PERSON } from "../testing/memory-stand.ts";
import { measured } from "./held-form.ts";
import { HISTORY_BYTES } from "./ram-tier.ts";

const stand = await MemoryStand.open();
afterAll(() => stand.close());

/** What was put in: plain maps, without tiers, budgets or a disk. */
interface Model {
  readonly items: Map<MemoryId, MemoryItem>;
  readonly removed: Map<MemoryId, MemoryItem>;
  /** By item, the newest last. */
  readonly merges: Map<MemoryId, { readonly before: MemoryItem; readonly added: MemoryItem }[]>;
}

const OWNERS: readonly MemoryOwner[] = [agentMemory("clerk"), agentMemory("boss"), groupMemory("office")];

const pick = fc.nat();
const words = fc
  .array(fc.constantFrom("tea", "Riga", "plan", "生日", "кофе", "don't", "«x»", "\u0000", "👍"), {
    maxLength: 6,
  })
  .map((list) => list.join(" "));
const fill = fc.constantFrom("", " filler".repeat(10), " ещё".repeat(100));
const fields = fc.record({
  words,
  fill,
  tags: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 3 }),
  metadata: fc.dictionary(fc.constantFrom("k", "l", "__proto__"), words, { maxKeys: 2 }),
});
type Fields = typeof fields extends fc.Arbitrary<infer T> ? T : never;

type Step =
  | { readonly do: "add"; readonly owner: number; readonly fields: Fields }
  | { readonly do: "budget"; readonly owner: number; readonly bytes: number }
  | { readonly do: "restart"; readonly how: "stop" | "kill" }
  | { readonly do: "update"; readonly item: number; readonly fields: Fields }
  | { readonly do: "move" | "link" | "unlink"; readonly item: number; readonly to: number }
  | {
      readonly do: "use" | "search" | "remove" | "restore" | "pin" | "unpin" | "again" | "undo";
      readonly item: number;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("add"), owner: pick, fields } as const) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("update"), item: pick, fields } as const) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("move", "link", "unlink"), item: pick, to: pick } as const),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constantFrom("use", "use", "search", "remove", "restore", "pin", "unpin", "again", "undo"),
      item: pick,
    } as const),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("budget"),
      owner: pick,
      bytes: fc.constantFrom(0, 600, 2_000, 5_000, 100_000),
    } as const),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("restart"), how: fc.constantFrom("stop", "kill") } as const),
  },
);

const ONLY = { uses: 0, lastUsedAt: null, createdAt: 0, updatedAt: 0 } as const;
/** What does not depend on time and use. */
const kept = (item: MemoryItem) => ({ ...item, ...ONLY, provenance: null });
const nth = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
const all = (owners: readonly MemoryOwner[]) =>
  ({ owners, tag: null, sort: "newest", offset: 0, limit: 1_000 }) as const;

let numbers = 0;
const seen = { evicted: 0, loaded: 0, merged: 0, undone: 0 };

function choicesOf({ items, removed, merges }: Model, what: Step["do"]): readonly MemoryItem[] {
  if (what === "restore") return [...removed.values()];
  const merged = [...merges.keys()].flatMap((id) => items.get(id) ?? []);
  return what === "undo" && merged.length > 0 ? merged : [...items.values()];
}

/** Does one thing to the manager and to the model. Things of a group are on items of their own, side by side. */
async function act(model: Model, next: Step, busy: Set<MemoryId>): Promise<void> {
  const { manager } = stand;
  if (next.do === "budget" || next.do === "restart") return;
  if (next.do === "add") {
    numbers += 1;
    const owner = nth(OWNERS, next.owner) ?? PERSON;
    const text = `fact ${numbers} ${next.fields.words}${next.fields.fill}`.trim();
    const { tags, metadata } = next.fields;
    const { item, merged } = await manager.add(stand.draft(owner, text, { tags, metadata }), THE_PERSON);
    expect([item.text, item.owner, merged]).toEqual([text, owner, "no"]);
    model.items.set(item.id, item);
    return;
  }
  const chosen = nth(choicesOf(model, next.do), next.item);
  if (!chosen || busy.has(chosen.id)) return;
  busy.add(chosen.id);
  const { id, owner } = chosen;
  const set = (item: MemoryItem): void => void model.items.set(id, measured(item));
  switch (next.do) {
    case "use":
      expect(kept(await manager.use(owner, id))).toEqual(kept(chosen));
      for (const other of OWNERS) {
        if (other === owner) continue;
        await expect(manager.use(other, id)).rejects.toMatchObject({ data: { code: "not-found" } });
      }
      return;
    case "search": {
      const text = chosen.text.split(" ").slice(0, 2).join(" ");
      const search = { text, owners: [owner], tag: null, limit: 1_000, vector: null, as: "use" } as const;
      const { items } = await manager.search(search);
      expect(items.every(({ item }) => item.owner === owner)).toBe(true);
      expect(items.map(({ item }) => item.id)).toContain(id);
      return;
    }
    case "update": {
      const { words: text, fill: more, tags, metadata } = next.fields;
      const edit = {
        text: `${chosen.text.split(" ").slice(0, 2).join(" ")} ${text}${more}`.trim(),
        tags,
        metadata,
      };
      await manager.update(owner, id, edit, THE_PERSON);
      set({ ...chosen, ...edit });
      return;
    }
    case "remove":
      await manager.remove(owner, id, THE_PERSON);
      model.items.delete(id);
      model.removed.set(id, chosen);
      return;
    case "restore":
      await manager.restore(owner, id, THE_PERSON);
      model.removed.delete(id);
      set(chosen);
      return;
    case "pin":
    case "unpin": {
      const pinned = next.do === "pin" ? "yes" : "no";
      await manager.pin(owner, id, pinned, THE_PERSON);
      set({ ...chosen, pinned });
      return;
    }
    case "move": {
      const to = nth(OWNERS, next.to) ?? owner;
      await manager.move(owner, id, to, THE_PERSON);
      set({ ...chosen, owner: to });
      return;
    }
    case "link":
    case "unlink": {
      const to = nth([...model.items.keys()], next.to) ?? id;
      // One that is removed at the same time may be gone, or not yet.
      if (to === id || (busy.has(to) && next.do === "link")) return;
      busy.add(to);
      await manager.link(owner, id, to, next.do === "link" ? "yes" : "no", THE_PERSON);
      const others = chosen.links.filter((each) => each !== to);
      if (next.do === "unlink") set({ ...chosen, links: others });
      else if (!chosen.links.includes(to)) set({ ...chosen, links: [...others, to] });
      return;
    }
    case "again": {
      const draft = stand.draft(owner, `${chosen.text}!`.toUpperCase());
      const { item, merged } = await manager.add(draft, THE_PERSON);
      if (merged === "no") {
        // What ends in an emoji, a sign or nothing but signs may be no near-duplicate.
        model.items.set(item.id, item);
        return;
      }
      seen.merged += 1;
      expect(item.id).toBe(id);
      const added = measured({
        ...item,
        id: draft.id,
        text: draft.text,
        tags: [],
        metadata: {},
        keywords: [],
        links: [],
        pinned: "no",
      });
      model.merges.set(id, [...(model.merges.get(id) ?? []), { before: chosen, added }]);
      set({ ...chosen, text: draft.text });
      return;
    }
    case "undo": {
      const [newest] = (await manager.detail(owner, id)).merges;
      const merge = model.merges.get(id)?.pop();
      if (!newest || !merge) {
        expect(newest).toBeUndefined();
        return;
      }
      seen.undone += 1;
      await manager.undoMerge(owner, id, newest.id, THE_PERSON);
      if (chosen.text === merge.added.text) {
        const { text, tags, metadata } = merge.before;
        set({ ...chosen, text, tags, metadata });
      }
      // Two that are alike: the next one like them may join either.
      numbers += 1;
      const text = `fact ${numbers}`;
      await manager.update(owner, merge.added.id, { text }, THE_PERSON);
      model.items.set(merge.added.id, measured({ ...merge.added, owner, text }));
      return;
    }
    default:
      next satisfies never;
  }
}

/** All that was put in is there, nobody has another's, and the sums are the sums. */
async function check(model: Model): Promise<void> {
  const { manager, log } = stand;
  await settle(4);
  for (const owner of OWNERS) {
    const views = (await manager.list(all([owner]))).items;
    const mine = [...model.items.values()].filter((item) => item.owner === owner);
    const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1);
    expect(views.map(({ item }) => kept(item)).sort(byId)).toEqual(mine.map(kept).sort(byId));
    const usage = manager.usage(owner);
    const sum = (items: readonly MemoryItem[]) => items.reduce((bytes, item) => bytes + item.bytes, 0);
    const inRam = views.filter(({ place }) => place === "ram").map(({ item }) => item);
    expect([usage.items, usage.bytes, usage.ramItems]).toEqual([mine.length, sum(mine), inRam.length]);
    const histories = usage.ramBytes - sum(inRam);
    expect(histories >= 0 && histories % HISTORY_BYTES === 0).toBe(true);
    const isOver = usage.ramBytes > usage.budgetBytes * MEMORY_WATERMARK;
    if (isOver) expect(inRam.every(({ pinned }) => pinned === "yes")).toBe(true);
    const stated = log.state().memories.get(owner)?.usage;
    if (stated || mine.length > 0) expect(stated).toEqual(usage);
  }
}

/** Each run begins with nothing, on the same disk. */
async function forgetAll(): Promise<void> {
  for (const { item } of (await stand.manager.list(all(OWNERS))).items) {
    await stand.manager.remove(item.owner, item.id, THE_PERSON);
  }
}

test("any order of operations, evictions, restarts and budgets returns exactly what was put in", async () => {
  const groups = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 8, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(groups, fc.integer({ min: 0, max: 40 }), async (list, reopens) => {
      await forgetAll();
      const model: Model = { items: new Map(), removed: new Map(), merges: new Map() };
      stand.setBudgets({ standard: 2_000, own: {} });
      for (const group of list) {
        stand.clock.advance(7_000);
        const busy = new Set<MemoryId>();
        await Promise.all(group.map((each) => act(model, each, busy)));
        for (const each of group) {
          if (each.do === "restart") await stand.restartManager(each.how);
          if (each.do !== "budget") continue;
          const owner = nth(OWNERS, each.owner) ?? PERSON;
          stand.setBudgets({ standard: 2_000, own: { ...stand.budgets.own, [owner]: each.bytes } });
        }
        await check(model);
      }
      if (reopens === 0) await stand.restart("kill");
      await check(model);
      seen.evicted += stand.log.of("memory.evicted").length;
      seen.loaded += stand.log.of("memory.loaded").length;
      stand.log.events.length = 0;
    }),
    { numRuns: 60 },
  );
  expect(Object.values(seen).every((count) => count >= 5)).toBe(true);
}, 120_000);

import type { MemoryId, MemoryItem, MemoryOwner } from "../../../shared/memory.ts";
import { MEMORY_CANDIDATES } from "../limits.ts";
import { measured } from "./held-form.ts";
import { type ItemKeeper, unlessGone } from "./item-keeper.ts";
import type { MemoryCaller, MemoryDraft } from "./memory-manager.ts";
import { merged, union } from "./merging.ts";
import { likeness } from "./near-duplicate.ts";

interface Added {
  readonly item: MemoryItem;
  readonly merged: "yes" | "no";
}

/** Adds items; near-duplicates of one owner become one. */
export class ItemAdding {
  readonly #keeper: ItemKeeper;
  /** Texts that are being added, by owner: of two alike at the same time the second must see the first. */
  readonly #underWay = new Map<
    MemoryOwner,
    Map<MemoryId, { readonly text: string; readonly end: Promise<unknown> }>
  >();

  constructor(keeper: ItemKeeper) {
    this.#keeper = keeper;
  }

  async add(draft: MemoryDraft, by: MemoryCaller): Promise<Added> {
    const alike = draft.duplicates === "merge" ? this.#alike(draft) : [];
    const work = this.#keeper.locks.run(draft.id, async () => {
      await Promise.allSettled(alike);
      return this.#addOnce(draft, by);
    });
    const underWay = this.#underWay.get(draft.owner) ?? new Map();
    this.#underWay.set(draft.owner, underWay.set(draft.id, { text: draft.text, end: work }));
    try {
      return await work;
    } finally {
      if (underWay.get(draft.id)?.end === work) underWay.delete(draft.id);
      if (underWay.size === 0) this.#underWay.delete(draft.owner);
    }
  }

  /** Ends of the work on texts that came before and may be this one's duplicates. */
  #alike({ owner, id, text }: MemoryDraft): readonly Promise<unknown>[] {
    const others = [...(this.#underWay.get(owner) ?? [])];
    return others
      .filter(([other, each]) => other !== id && likeness(each.text, text))
      .map(([, { end }]) => end);
  }

  async #addOnce(draft: MemoryDraft, by: MemoryCaller): Promise<Added> {
    const { disk } = this.#keeper;
    const item = newItem(draft, by, this.#keeper.clock.wall());
    const [[there], candidates] = await Promise.all([disk.find([draft.id]), this.#candidates(draft)]);
    // A call that is made again after a crash finds what it had done.
    if (there) return { item: there, merged: "no" };
    for (const candidate of candidates) {
      const taken = await this.#keeper.locks.run(candidate.id, () => this.#merge(candidate, item, by));
      if (taken) return { item: taken, merged: "yes" };
    }
    const added = await this.#keeper.adding(draft.owner, () =>
      this.#keeper.put(null, item, [{ type: "put", item }], { change: "added", by }),
    );
    return { item: added, merged: "no" };
  }

  async #candidates({ owner, text, duplicates }: MemoryDraft): Promise<readonly MemoryItem[]> {
    if (duplicates === "keep") return [];
    const query = { owners: [owner], tag: null, text, vector: null, limit: MEMORY_CANDIDATES };
    const { hits } = await this.#keeper.disk.search(query);
    return hits
      .map(({ item }) => ({ item, similarity: likeness(item.text, text)?.similarity ?? 0 }))
      .filter(({ similarity }) => similarity > 0)
      .sort((a, b) => b.similarity - a.similarity)
      .map(({ item }) => item);
  }

  /** The item that took `added` in; null when it is no near-duplicate any more, or may not take it. */
  async #merge(candidate: MemoryItem, added: MemoryItem, by: MemoryCaller): Promise<MemoryItem | null> {
    const before = await unlessGone(this.#keeper.look(candidate.owner, candidate.id));
    const at = this.#keeper.clock.wall();
    const result = before && merged(before, added, at);
    if (!before || !result) return null;
    if (await this.#wasTaken(before, added.id)) return before;
    const { item, similarity } = result;
    return this.#keeper.put(before, item, [{ type: "merge", item, before, added, similarity, at }], {
      change: "merged",
      by,
    });
  }

  /** Whether the latest merge of an item is of this call. */
  async #wasTaken(item: MemoryItem, id: MemoryId): Promise<boolean> {
    const { disk } = this.#keeper;
    const [newest] = await disk.merges(item.owner, item.id);
    const merge = newest && (await disk.merge(item.owner, item.id, newest.id));
    return merge?.added.id === id;
  }
}

function newItem(
  { id, owner, text, tags, metadata, origin }: MemoryDraft,
  by: MemoryCaller,
  now: number,
): MemoryItem {
  const { agentId, syscallId } = by;
  return measured({
    id,
    owner,
    text,
    metadata,
    keywords: [],
    tags: union(tags, []),
    links: [],
    provenance: { by: agentId === null ? "person" : "agent", agentId, syscallId, origin },
    pinned: "no",
    uses: 0,
    lastUsedAt: null,
    createdAt: now,
    updatedAt: now,
  });
}

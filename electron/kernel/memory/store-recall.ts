import type { MemoryId, MemoryItemView, MemoryOwner } from "../../../shared/memory.ts";
import type { RecallMemory } from "../context/recall.ts";
import type { MemoryStore, MemoryItem as StoredItem } from "../ports.ts";

/** Recall over the plain store: by words alone. */
export function storeRecall(store: MemoryStore): RecallMemory {
  return {
    search: async ({ owners, text, limit }) => ({
      items: (owners ?? []).flatMap((owner) => store.search(owner, text, limit).map(viewOf)),
      searchedBy: { type: "words", reason: "No model makes embeddings" },
    }),
    use: async () => {
      throw new Error("the plain store counts no uses");
    },
    vectorOf: async () => null,
  };
}

const viewOf = (item: StoredItem, index: number): MemoryItemView => ({
  item: {
    id: item.id as MemoryId,
    owner: item.owner as MemoryOwner,
    text: item.text,
    metadata: {},
    keywords: [],
    tags: item.tags,
    links: [],
    provenance: { by: "agent", agentId: null, syscallId: null, origin: item.origin },
    pinned: "no",
    bytes: item.text.length,
    uses: 0,
    lastUsedAt: null,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
  },
  place: "disk",
  match: { score: 1 / (60 + index), words: { rank: index + 1, bm25: 0 }, meaning: null },
});

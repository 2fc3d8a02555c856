import { type MemoryItem, memoryId } from "../../../shared/memory.ts";
import { agentMemory } from "../../../shared/memory-owners.ts";
import { measured } from "../memory/held-form.ts";

/** An item of the agent clerk's, its size filled in. */
export const anItem = (n: number, fields: Partial<MemoryItem> = {}): MemoryItem =>
  measured({
    id: memoryId(n),
    owner: agentMemory("clerk"),
    text: `fact ${n}`,
    metadata: {},
    keywords: [],
    tags: [],
    links: [],
    provenance: { by: "agent", agentId: null, syscallId: null, origin: null },
    pinned: "no",
    uses: 0,
    lastUsedAt: null,
    createdAt: n,
    updatedAt: n,
    ...fields,
  });

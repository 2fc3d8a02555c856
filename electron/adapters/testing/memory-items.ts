import { type MemoryItem, memoryId } from "../../../shared/memory.ts";
import { agentMemory } from "../../../shared/memory-owners.ts";
import type { MemorySearchQuery, MemoryWrite } from "../../kernel/memory-ports.ts";

export const CLERK = agentMemory("clerk");

/** Made at wall time `n`, by nobody in particular. */
export function memoryItem(n: number, text: string, extra: Partial<MemoryItem> = {}): MemoryItem {
  return {
    id: memoryId(n),
    owner: CLERK,
    text,
    metadata: {},
    keywords: [],
    tags: [],
    links: [],
    provenance: { by: "agent", agentId: null, syscallId: null, origin: null },
    pinned: "no",
    bytes: 2 * text.length,
    uses: 0,
    lastUsedAt: null,
    createdAt: n,
    updatedAt: n,
    ...extra,
  };
}

export const put = (n: number, text: string, extra: Partial<MemoryItem> = {}): MemoryWrite => ({
  type: "put",
  item: memoryItem(n, text, extra),
});

export const query = (text: string, extra: Partial<MemorySearchQuery> = {}): MemorySearchQuery => ({
  owners: [CLERK],
  tag: null,
  text,
  vector: null,
  limit: 10,
  ...extra,
});

import { type MemoryItem, memoryId } from "../../../shared/memory.ts";
import { PERSON } from "../../../shared/memory-owners.ts";

/** An item for tests. */
export const madeItem = (
  n: number,
  text: string,
  more: Partial<Omit<MemoryItem, "id" | "text">> = {},
): MemoryItem => ({
  id: memoryId(n),
  owner: PERSON,
  text,
  metadata: {},
  keywords: [],
  tags: [],
  links: [],
  provenance: { by: "person", agentId: null, syscallId: null, origin: null },
  pinned: "no",
  bytes: 400 + text.length,
  uses: 0,
  lastUsedAt: null,
  createdAt: 1_800_000_000_000,
  updatedAt: 1_800_000_000_000,
  ...more,
});

import type { MemoryItem } from "../../../shared/memory.ts";
import { measured } from "./held-form.ts";
import { likeness } from "./near-duplicate.ts";

/** Tags, keywords and entries of metadata that one item may have: those of the contract. */
export const MOST_TAGS = 20;

/**
 * What becomes of an item that takes a near-duplicate in; null when the two are to stay two. The fuller text is kept,
 * and all tags and metadata, so that nothing is lost. What came from outside never joins what did not: it would mark
 * it, or lose its own mark.
 */
export function merged(
  item: MemoryItem,
  added: MemoryItem,
  at: number,
): { readonly item: MemoryItem; readonly similarity: number } | null {
  if (item.owner !== added.owner || item.provenance.origin !== added.provenance.origin) return null;
  const metadata = joined(item.metadata, added.metadata);
  const tags = union(item.tags, added.tags);
  const keywords = union(item.keywords, added.keywords);
  if (metadata === null || tags.length > MOST_TAGS || keywords.length > MOST_TAGS) return null;
  const like = likeness(item.text, added.text);
  if (like === null) return null;
  const text = like.fuller === "first" ? item.text : added.text;
  return {
    item: measured({ ...item, text, metadata, tags, keywords, updatedAt: at }),
    similarity: like.similarity,
  };
}

/**
 * An item after a merge is undone: as it was before, unless its text was changed since, or more was merged into it:
 * then it keeps what it has.
 */
export function unmerged(
  item: MemoryItem,
  merge: { readonly before: MemoryItem; readonly added: MemoryItem; readonly newest: "yes" | "no" },
  at: number,
): MemoryItem {
  const { before, added, newest } = merge;
  const then = likeness(before.text, added.text)?.fuller === "first" ? before.text : added.text;
  if (newest === "no" || item.text !== then) return item;
  const { text, metadata, tags, keywords } = before;
  return measured({ ...item, text, metadata, tags, keywords, updatedAt: at });
}

export const union = (one: readonly string[], other: readonly string[]): readonly string[] => [
  ...new Set([...one, ...other]),
];

/** null where the two contradict each other, or there is too much. */
function joined(one: MemoryItem["metadata"], other: MemoryItem["metadata"]): MemoryItem["metadata"] | null {
  const entries = new Map(Object.entries(one));
  for (const [key, value] of Object.entries(other)) {
    if ((entries.get(key) ?? value) !== value) return null;
    entries.set(key, value);
  }
  return entries.size > MOST_TAGS ? null : Object.fromEntries(entries);
}

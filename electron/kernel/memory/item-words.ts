import type { MemoryItem, MemoryItemView, MemoryOwner } from "../../../shared/memory.ts";
import type { ToolRun } from "../ports.ts";

/** Items as a model reads them, one after the other. Those of others say whose they are. */
export const itemLines = (items: readonly MemoryItem[], own: MemoryOwner): string =>
  items
    .map(({ id, owner, text }) => (owner === own ? `${id}: ${text}` : `${id} (${owner}): ${text}`))
    .join("\n");

/** Why items were found: their ranks by words and by meaning. */
export const whyLine = (views: readonly MemoryItemView[]): string => {
  const why = views.map(({ item, match }) => {
    const words = match?.words ? [`words ${match.words.rank}`] : [];
    const meaning = match?.meaning ? [`meaning ${match.meaning.rank}`] : [];
    return `${item.id} ${[...words, ...meaning].join(", ")}`;
  });
  return `Why: ${why.join("; ")}`;
};

/** Marks the reader with where items came from. */
export function marked(items: readonly MemoryItem[], run: Pick<ToolRun, "taint">): readonly MemoryItem[] {
  for (const { id, provenance } of items) {
    if (provenance.origin !== null) run.taint({ type: "memory", item: id, origin: provenance.origin });
  }
  return items;
}

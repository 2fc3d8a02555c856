import type {
  MeaningStatus,
  MemoryItemView,
  MemoryMatch,
  MemoryMove,
  SearchedBy,
} from "../../../shared/memory.ts";
import { formatCount } from "../../format.ts";

/** Why a search found an item: the parts of its score, in words. */
export function matchText({ words, meaning }: MemoryMatch): string {
  const parts = [
    ...(words ? [`its words (place ${words.rank})`] : []),
    ...(meaning
      ? [
          `its meaning (place ${meaning.rank}, ${nearness(meaning.distance)}, distance ${meaning.distance.toFixed(2)})`,
        ]
      : []),
  ];
  return parts.length === 0 ? "Found" : `Found by ${parts.join(" and ")}`;
}

const nearness = (distance: number): string =>
  distance <= 0.2 ? "very near" : distance <= 0.4 ? "near" : "some way off";

export const searchedText = (by: SearchedBy): string =>
  by.type === "words-and-meaning"
    ? `Searched by words and by meaning (${by.model})`
    : `Searched by words only: ${by.reason}`;

export const itemsText = (items: number): string => `${formatCount(items)} ${items === 1 ? "item" : "items"}`;

export const placeText = (place: MemoryItemView["place"]): string => (place === "ram" ? "RAM" : "Disk");

/** What moved between RAM and disk: the ids that are known, and how many more there were. */
export function movedText({ ids, count }: Pick<MemoryMove, "ids" | "count">): string {
  const more = count - ids.length;
  const named = ids.join(", ");
  if (more <= 0) return named;
  return named === "" ? itemsText(count) : `${named} and ${formatCount(more)} more`;
}

export const directionText = (direction: MemoryMove["direction"]): string =>
  direction === "evicted" ? "To disk" : "To RAM";

/** Whether meaning can be searched, in a word or two; the rest stands under it. */
export function meaningText(meaning: MeaningStatus): string {
  switch (meaning.type) {
    case "words-only":
      return "Words only";
    case "indexing":
      return `${formatCount(meaning.done)} of ${formatCount(meaning.total)} read`;
    case "ready":
      return "Words and meaning";
  }
}

export function meaningReason(meaning: MeaningStatus): string {
  switch (meaning.type) {
    case "words-only":
      return meaning.reason;
    case "indexing":
      return meaning.model;
    case "ready":
      return meaning.dimensions === 0
        ? meaning.model
        : `${meaning.model}, ${formatCount(meaning.dimensions)} numbers a text`;
  }
}

export const usesText = (uses: number): string =>
  uses === 0 ? "never used" : uses === 1 ? "used once" : `used ${formatCount(uses)} times`;

import type { MemoryMatch, MemoryOwner, SearchedBy } from "../../../shared/memory.ts";
import { PERSON } from "../../../shared/memory-owners.ts";
import { formatCount } from "../../format.ts";

/** Whose an item is, as seen from the agent that recalls it. */
export function ownerWords(owner: MemoryOwner): string {
  if (owner === PERSON) return "yours";
  return owner.startsWith("group:") ? `group ${owner.slice("group:".length)}` : "its own";
}

/** Why an item was found: its places among all hits, and how near it is in meaning. */
export function whyWords({ words, meaning }: MemoryMatch): string {
  const parts = [
    ...(words ? [`${ordinal(words.rank)} by words`] : []),
    ...(meaning ? [`${ordinal(meaning.rank)} by meaning, ${nearness(meaning.distance)}`] : []),
  ];
  return parts.length === 0 ? "found" : parts.join("; ");
}

/** The same in figures, for whoever wants them. */
export function whyFigures({ score, words, meaning }: MemoryMatch): string {
  const parts = [
    ...(words ? [`BM25 ${words.bm25.toFixed(2)} (the smaller the better)`] : []),
    ...(meaning ? [`cosine distance ${meaning.distance.toFixed(2)} (0 to 2)`] : []),
    `score ${score.toFixed(4)}`,
  ];
  return parts.join(", ");
}

const nearness = (distance: number): string =>
  distance <= 0.2 ? "very near" : distance <= 0.4 ? "near" : "some way off";

/** 1st, 2nd, 3rd, 4th, 11th, 21st. */
export function ordinal(value: number): string {
  const [tens, ones] = [Math.floor(value / 10) % 10, value % 10];
  const ending = tens === 1 ? "th" : (["th", "st", "nd", "rd"][ones] ?? "th");
  return `${formatCount(value)}${ending}`;
}

export const searchedWords = (by: SearchedBy): string =>
  by.type === "words-and-meaning" ? `by words and by meaning (${by.model})` : `by words alone: ${by.reason}`;

export const itemsWords = (items: number): string =>
  `${formatCount(items)} ${items === 1 ? "item" : "items"}`;

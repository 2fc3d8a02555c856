import type { MemoryMatch } from "../../../shared/memory.ts";

/** Damps the first ranks, so that one list alone does not decide. The value of the paper. */
const K = 60;

interface Ranked {
  readonly number: number;
  readonly match: MemoryMatch;
}

/**
 * Joins two lists, each best first, by reciprocal rank fusion: score = Σ 1 / (60 + rank), ranks from 1. (Cormack,
 * Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods", SIGIR
 * 2009.) Among equal scores the one that was found by words goes first.
 */
export function fuseRanks(
  words: readonly { readonly number: number; readonly bm25: number }[],
  meaning: readonly { readonly number: number; readonly distance: number }[],
): readonly Ranked[] {
  const matches = new Map<number, MemoryMatch>();
  for (const [index, { number, bm25 }] of words.entries()) {
    const rank = index + 1;
    matches.set(number, { score: 1 / (K + rank), words: { rank, bm25 }, meaning: null });
  }
  for (const [index, { number, distance }] of meaning.entries()) {
    const rank = index + 1;
    const { score, words } = matches.get(number) ?? { score: 0, words: null };
    matches.set(number, { score: score + 1 / (K + rank), words, meaning: { rank, distance } });
  }
  // Sorting is stable, and those found by words come first in the map.
  return [...matches]
    .map(([number, match]) => ({ number, match }))
    .sort((a, b) => b.match.score - a.match.score);
}

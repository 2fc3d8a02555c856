import type { EvictionCosts } from "../../../shared/context.ts";
import type { Speeds } from "./speeds.ts";

/** A state that could make room for another. */
export interface Evictable {
  readonly tokens: number;
  /** Of them, those of an answer that has begun: they are read one at a time. */
  readonly answerTokens: number;
  readonly bytes: number;
  /** ms since it was last used; what has been idle for long is likely to stay so. */
  readonly idleMs: number;
  /** Its agent waits for a slot and comes back at once, or for a tool or a person and does not. */
  readonly waitsFor: "slot" | "tool-or-person";
  /** Tokens of it that a file holds already. */
  readonly tokensOnDisk: number;
  /** Its part of the memory for key-value state, from 0 to 1. */
  readonly share: number;
}

export interface EvictionDecision {
  readonly choice: "saved" | "dropped";
  readonly costs: EvictionCosts;
}

/**
 * What to do with a state that has to go, after InferCept's waste formula (Abhyankar et al., arXiv 2402.01869): memory
 * times time that is wasted by preserving it, by swapping it out and in, and by discarding and recomputing it. All
 * three are divided by the whole memory, since swapping and recomputing hold up everything, which leaves times.
 * `roomOnDisk` in bytes is the most that one file may have.
 */
export function decideEviction(
  state: Evictable,
  speeds: Pick<Speeds, "ms">,
  roomOnDisk: number,
): EvictionDecision {
  const costs: EvictionCosts = {
    keepMs: state.idleMs * state.share,
    saveMs: saveMs(state, speeds),
    dropMs: speeds.ms("prefill", state.tokens - state.answerTokens) + speeds.ms("output", state.answerTokens),
  };
  const fits = state.bytes <= roomOnDisk;
  return { choice: fits && costs.saveMs < costs.dropMs ? "saved" : "dropped", costs };
}

/**
 * Position of the state whose going wastes least: agents that wait for a tool or a person before those that are next
 * in line, and among these the one for which preserving costs most over what bringing it back would. -1 for none.
 */
export function chooseVictim(
  states: readonly Evictable[],
  speeds: Pick<Speeds, "ms">,
  roomOnDisk: number,
): number {
  let victim = -1;
  let best: readonly [number, number] | null = null;
  for (const [index, state] of states.entries()) {
    const { choice, costs } = decideEviction(state, speeds, roomOnDisk);
    const back = choice === "saved" ? costs.saveMs : costs.dropMs;
    const rank = [state.waitsFor === "tool-or-person" ? 1 : 0, costs.keepMs - back] as const;
    if (best !== null && (rank[0] < best[0] || (rank[0] === best[0] && rank[1] <= best[1]))) continue;
    best = rank;
    victim = index;
  }
  return victim;
}

/** Out and in again; what lies on disk as a whole need not be written once more. */
function saveMs(state: Evictable, speeds: Pick<Speeds, "ms">): number {
  const out = state.tokensOnDisk === state.tokens ? 0 : speeds.ms("save", state.bytes);
  return out + speeds.ms("restore", state.bytes);
}

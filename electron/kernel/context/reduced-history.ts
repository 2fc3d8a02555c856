import type { Reduction } from "../../../shared/context.ts";
import { estimateTokens, type Message } from "../../../shared/messages.ts";
import {
  CUT_LEAST_TOKENS,
  MESSAGE_OVERHEAD_TOKENS,
  REDUCTION_LINE_TOKENS,
  SUMMARY_SHARE,
  SUMMARY_TOKENS,
} from "../limits.ts";
import type { SummaryTask } from "./summary.ts";
import { messageLength } from "./token-counts.ts";
import { keptPositions, lastTurnsFrom, type Turn, turnsOf } from "./turns.ts";
import { waterLevel } from "./water-level.ts";

/** What stands of a message. `characters` are those left of a cut one. */
type Shape =
  | { readonly type: "whole" }
  | { readonly type: "removed" }
  | { readonly type: "cut"; readonly characters: number }
  | { readonly type: "covered" };

type Summary = Extract<Reduction, { type: "summary" }>;

/** What stands in the place of a removed result; and round the text of a summary. */
const LINE_MESSAGE_TOKENS = REDUCTION_LINE_TOKENS + MESSAGE_OVERHEAD_TOKENS;

/**
 * A history with reductions, to which more are added while a compaction is planned. `total` are the tokens of what
 * is left. A position has the shape that the last reduction gave it; a later summary takes in earlier ones whole.
 */
export class ReducedHistory {
  readonly #history: readonly Message[];
  readonly #whole: readonly number[];
  readonly #shapes: Shape[];
  readonly #tokens: number[];
  readonly #turns: readonly Turn[];
  readonly #kept: ReadonlySet<number>;
  readonly #untouchedFrom: number;
  #summaries: readonly Summary[] = [];
  #total = 0;
  /** Reductions of this plan alone, by position. */
  readonly #new = new Map<number, Reduction>();
  #covered: SummaryTask | null = null;

  constructor(history: readonly Message[], tokens: readonly number[], inForce: readonly Reduction[]) {
    this.#history = history;
    this.#whole = history.map((_, position) => tokens[position] ?? 0);
    this.#shapes = history.map(() => ({ type: "whole" }));
    this.#tokens = [...this.#whole];
    this.#turns = turnsOf(history);
    this.#kept = keptPositions(history);
    this.#untouchedFrom = lastTurnsFrom(this.#turns);
    this.#total = this.#tokens.reduce((total, each) => total + each, 0);
    for (const reduction of inForce) this.#apply(reduction);
  }

  get total(): number {
    return this.#total;
  }

  get changes(): number {
    return this.#new.size + (this.#covered ? 1 : 0);
  }

  /** Positions of results of old turns that have more than `longerThan` tokens, oldest first. */
  oldResults(longerThan: number): readonly number[] {
    return this.#positions(this.#untouchedFrom).filter(
      (position) =>
        this.#history[position]?.role === "tool" &&
        this.#isThere(position) &&
        this.#tokensAt(position) > longerThan,
    );
  }

  remove(position: number): void {
    this.#add({ type: "result-removed", position, tokens: this.#whole[position] ?? 0 });
  }

  /**
   * As few of the oldest whole turns as bring the total down to `target`, or all that may go; null when there is
   * none beside those of an earlier summary.
   */
  oldestTurns(target: number, room: number | null): SummaryTask | null {
    const start = this.#summarisableFrom();
    const earlier = this.#summaries.filter(({ from }) => from >= start);
    const summarised = Math.max(0, ...earlier.map(({ to }) => to));
    const most = room === null ? SUMMARY_TOKENS : Math.min(SUMMARY_TOKENS, Math.floor(room * SUMMARY_SHARE));
    let goes = earlier.reduce((total, each) => total + summaryTokens(each), 0);
    let found: { readonly to: number; readonly maxTokens: number } | null = null;
    for (const { from, to } of this.#turns) {
      if (from < start || to > this.#untouchedFrom || this.#kept.has(from)) continue;
      for (let position = from; position < to; position += 1) goes += this.#tokensAt(position);
      // A summary says it in half of the tokens or less.
      const maxTokens = Math.min(most, Math.floor(goes / 2) - LINE_MESSAGE_TOKENS);
      if (to <= summarised || maxTokens < 1) continue;
      found = { to, maxTokens };
      if (this.#total - goes + maxTokens + LINE_MESSAGE_TOKENS <= target) break;
    }
    return found && this.#task(start, found.to, found.maxTokens, earlier);
  }

  /** Counts the task as done with the longest summary that it allows. */
  cover(task: SummaryTask): void {
    this.#coverRange(task);
    this.#total += task.maxTokens + LINE_MESSAGE_TOKENS;
    this.#covered = task;
    for (const position of this.#new.keys()) {
      if (this.#shapes[position]?.type === "covered") this.#new.delete(position);
    }
  }

  /** Cuts the longest messages down to one length, but not below CUT_LEAST_TOKENS: results first, then other text. */
  cut(target: number): void {
    for (const role of ["tool", "other"] as const) {
      const positions = this.#positions(this.#history.length).filter(
        (position) =>
          this.#isCuttable(position) && (this.#history[position]?.role === "tool") === (role === "tool"),
      );
      if (this.total <= target) return;
      const sizes = positions.map((position) => this.#contentTokens(position));
      const sum = sizes.reduce((total, size) => total + size, 0);
      const lines = positions.length * REDUCTION_LINE_TOKENS;
      const level = Math.max(CUT_LEAST_TOKENS, waterLevel(sizes, sum - (this.total - target) - lines));
      for (const position of positions) this.#cutTo(position, level);
    }
  }

  /** Of this plan, in order of their positions; without the summary. */
  reductions(): readonly Reduction[] {
    return [...this.#new].toSorted(([a], [b]) => a - b).map(([, reduction]) => reduction);
  }

  /** Tokens of the instructions, and of the other messages as they stand. */
  unmoved(): { readonly system: number; readonly messages: number } {
    const system = this.#positions(this.#history.length).reduce(
      (total, position) =>
        total + (this.#history[position]?.role === "system" ? this.#tokensAt(position) : 0),
      0,
    );
    return { system, messages: this.total - system };
  }

  #apply(reduction: Reduction): void {
    switch (reduction.type) {
      case "result-removed":
        this.#shapes[reduction.position] = { type: "removed" };
        this.#setTokens(reduction.position, LINE_MESSAGE_TOKENS);
        return;
      case "cut":
        this.#shapes[reduction.position] = { type: "cut", characters: reduction.characters };
        this.#setTokens(reduction.position, this.#cutTokens(reduction.position, reduction.characters));
        return;
      case "summary":
        this.#coverRange(reduction);
        this.#summaries = [...this.#summaries, reduction];
        this.#total += summaryTokens(reduction);
        return;
    }
  }

  #add(reduction: Exclude<Reduction, Summary>): void {
    this.#apply(reduction);
    this.#new.set(reduction.position, reduction);
  }

  #coverRange({ from, to, kept }: Pick<Summary, "from" | "to" | "kept">): void {
    const isIn = (earlier: Summary): boolean => earlier.from >= from && earlier.to <= to;
    for (const earlier of this.#summaries.filter(isIn)) this.#total -= summaryTokens(earlier);
    this.#summaries = this.#summaries.filter((earlier) => !isIn(earlier));
    const stays = new Set(kept);
    for (let position = from; position < to; position += 1) {
      if (stays.has(position)) continue;
      this.#shapes[position] = { type: "covered" };
      this.#setTokens(position, 0);
    }
  }

  /** The oldest message that may go, after all instructions: a summary does not reach over those. */
  #summarisableFrom(): number {
    const old = this.#history.slice(0, this.#untouchedFrom);
    const afterInstructions = old.findLastIndex(({ role }) => role === "system") + 1;
    const first = this.#turns.find(({ from }) => from >= afterInstructions && !this.#kept.has(from));
    return first?.from ?? this.#history.length;
  }

  #task(from: number, to: number, maxTokens: number, earlier: readonly Summary[]): SummaryTask {
    const range = this.#positions(to).slice(from);
    const there = range.filter((position) => this.#shapes[position]?.type !== "covered");
    return {
      from,
      to,
      kept: range.filter((position) => this.#kept.has(position)),
      messages: there.flatMap((position) => this.#history[position] ?? []),
      tokens: there.reduce((total, position) => total + (this.#whole[position] ?? 0), 0),
      earlier: earlier.map(({ text }) => text).join("\n\n"),
      maxTokens,
    };
  }

  #isThere(position: number): boolean {
    const shape = this.#shapes[position]?.type;
    return shape === "whole" || shape === "cut";
  }

  #isCuttable(position: number): boolean {
    const least = 2 * CUT_LEAST_TOKENS;
    if (this.#kept.has(position) || !this.#isThere(position) || this.#tokensAt(position) <= least)
      return false;
    return this.#contentTokens(position) > least;
  }

  #cutTo(position: number, level: number): void {
    const tokens = this.#contentTokens(position);
    if (tokens <= level || tokens - level <= REDUCTION_LINE_TOKENS) return;
    const characters = Math.floor((this.#charactersLeft(position) * level) / tokens);
    this.#add({ type: "cut", position, characters, tokens: this.#whole[position] ?? 0 });
  }

  #charactersLeft(position: number): number {
    const shape = this.#shapes[position];
    return shape?.type === "cut" ? shape.characters : (this.#history[position]?.content.length ?? 0);
  }

  /** Tokens of what is left of the content: calls of tools are never cut. */
  #contentTokens(position: number): number {
    return this.#share(position, this.#charactersLeft(position));
  }

  #share(position: number, characters: number): number {
    const message = this.#history[position];
    const all = message ? messageLength(message) : 0;
    return all === 0 ? 0 : Math.floor(((this.#whole[position] ?? 0) * characters) / all);
  }

  #cutTokens(position: number, characters: number): number {
    const gone = this.#share(position, (this.#history[position]?.content.length ?? 0) - characters);
    return Math.max(0, (this.#whole[position] ?? 0) - gone) + REDUCTION_LINE_TOKENS;
  }

  #setTokens(position: number, tokens: number): void {
    this.#total += tokens - this.#tokensAt(position);
    this.#tokens[position] = tokens;
  }

  #tokensAt(position: number): number {
    return this.#tokens[position] ?? 0;
  }

  #positions(to: number): readonly number[] {
    return Array.from({ length: to }, (_, position) => position);
  }
}

/** Of the text, whoever counted it: an estimate where that says more. */
const summaryTokens = ({ text, tokens }: Summary): number =>
  Math.max(tokens, estimateTokens(text)) + LINE_MESSAGE_TOKENS;

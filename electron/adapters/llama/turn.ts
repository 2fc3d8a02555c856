import { KernelError } from "../../../shared/errors.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { Clock, CompletionOutcome, CompletionRun } from "../../kernel/ports.ts";
import type { Answer } from "./growing-answer.ts";
import type { Mutex } from "./mutex.ts";
import type { OutputStream } from "./output-stream.ts";
import type { Brought, PlacePool } from "./place-pool.ts";
import { YieldedAnswer } from "./resume.ts";
import type { Claim, SharedPrefixes } from "./shared-prefixes.ts";
import type { Speeds } from "./speeds.ts";
import type { TurnJournal } from "./turn-journal.ts";

/** Most tokens of a prompt that are read in one go; a cancel is heard in between. */
const LARGEST_SLICE = 128;
const SMALLEST_SLICE = 32;
/** Time in ms that one slice may take by the measured speed. */
const SLICE_MS = 200;

export interface TurnOptions {
  /** The model that is in memory now. */
  readonly loading: object;
  readonly isEnd: (token: number) => boolean;
  readonly pool: PlacePool;
  readonly journal: TurnJournal;
  readonly prefixes: SharedPrefixes;
  readonly speeds: Speeds;
  readonly clock: Clock;
  /** Shared by all calls: the engine does one thing at a time. See `readSlices`. */
  readonly engine: Mutex;
  readonly owner: AgentId | null;
  readonly prompt: readonly number[];
  /** Names the prompt's tokens. */
  readonly promptHash: string;
  /** Tokens at its beginning that other agents' prompts have too. */
  readonly sharedTokens: number;
  readonly answer: Answer;
  readonly cachedTokens: number | null;
  /** Tokens to make before the slice may end, or an answer that is made again might never get on. */
  readonly redo: number;
  readonly stream: OutputStream;
  readonly maxOutputTokens: number;
  /** Tokens that prompt and answer may have together. */
  readonly window: number;
  readonly run: CompletionRun;
  readonly signal: AbortSignal;
}

/**
 * One turn of an answer on one sequence: brings its state back, reads what is missing in slices, and makes tokens
 * until the answer ends, the slice does, or the call is cancelled. Throws `cancelled`, and whatever the engine throws
 * after the sequence has been cleaned.
 */
export async function runTurn(options: TurnOptions): Promise<CompletionOutcome> {
  const { pool, owner, prompt, answer, signal } = options;
  if (isFull(options)) return finish(options, "length", options.cachedTokens ?? 0);
  const row = [...prompt, ...answer.generated];
  const known = owner !== null && pool.kept(owner) !== null;
  const claim = known ? null : await options.prefixes.claim(prompt.slice(0, options.sharedTokens), signal);
  try {
    refuseIfCancelled(signal);
    return await onPlace(await pool.bring(owner, row), row, claim, options);
  } finally {
    claim?.end();
  }
}

async function onPlace(
  brought: Brought,
  row: readonly number[],
  claim: Claim | null,
  options: TurnOptions,
): Promise<CompletionOutcome> {
  const { pool } = options;
  let waitsFor: "slot" | "tool-or-person" = "tool-or-person";
  let begun = 0;
  try {
    const unread = await readSlices(brought, row, claim, options);
    claim?.end();
    const outcome = await answerOn(brought, row, unread, options);
    if (outcome.type === "yielded") {
      waitsFor = "slot";
      begun = options.answer.generated.length;
    }
    return outcome;
  } catch (thrown) {
    if (!(thrown instanceof KernelError)) await pool.discard(brought.place).catch(() => {});
    throw thrown;
  } finally {
    const { owner } = brought.place;
    if (pool.release(brought.place, waitsFor, begun) === "forgotten" && owner !== null) {
      await options.journal.forget(owner);
    }
  }
}

async function answerOn(
  brought: Brought,
  row: readonly number[],
  { rest, readMs }: Unread,
  options: TurnOptions,
): Promise<CompletionOutcome> {
  const { clock, answer, isEnd, run, signal, stream, speeds, journal, owner, promptHash, engine } = options;
  const { reused, report, place } = brought;
  // The last token of an answer that goes on is no loss of switching: it had to be read in any case.
  const read = row.length - reused - (answer.generated.length > 0 ? 1 : 0);
  const cached = options.cachedTokens ?? Math.min(reused, options.prompt.length);
  let outputStart = clock.mono();
  let made = 0;
  let told = false;
  const tell = (firstMs: number): void => {
    if (told) return;
    told = true;
    outputStart = clock.mono();
    run.switched?.({ ...report, prefilledTokens: read, prefillMs: read > 0 ? readMs + firstMs : 0 });
  };
  const tokens = place.sequence.evaluate(rest, {
    temperature: 0,
    yieldEogToken: true,
    grammarEvaluationState: () => answer.grammar,
  });
  try {
    for (;;) {
      let started = 0;
      const { value: token, done } = await engine.run(() => {
        refuseIfCancelled(signal);
        started = clock.mono();
        return tokens.next();
      });
      if (done || token === undefined) throw new Error("The engine made no token");
      tell(clock.mono() - started);
      refuseIfCancelled(signal);
      if (isEnd(token)) return await finish(options, "stop", cached);
      await answer.push(token);
      made += 1;
      stream.push(answer.shown, 1);
      if (isFull(options)) return await finish(options, "length", cached);
      if (owner !== null) journal.note(owner, promptHash, answer.generated, "in-time");
      refuseIfCancelled(signal);
      if (made > options.redo && run.shouldYield()) {
        if (owner !== null) journal.note(owner, promptHash, answer.generated, "now");
        return {
          type: "yielded",
          resume: {
            partial: stream.text,
            state: new YieldedAnswer(options.loading, promptHash, answer, cached),
          },
        };
      }
    }
  } catch (thrown) {
    if (owner !== null && signal.aborted) journal.note(owner, promptHash, answer.generated, "now");
    throw thrown;
  } finally {
    await tokens.return();
    if (made > 1) speeds.note("output", made - 1, clock.mono() - outputStart);
  }
}

/** The last slice of what is to be read, which makes the next token, and the time in ms that the others took. */
interface Unread {
  readonly rest: readonly number[];
  readonly readMs: number;
}

/**
 * Reads all but the last slice of what is missing. Throws `cancelled`.
 *
 * Engines add up in another order when several tokens are read at once than when it is one, so that the results
 * differ in the last digits, and once in some thousand tokens a greedy one with them. So each token is read in the
 * way in which an uninterrupted answer reads it, whatever was kept and whatever else runs: those of a prompt never
 * alone, those of an answer always alone, and never those of two calls together.
 */
async function readSlices(
  brought: Brought,
  row: readonly number[],
  claim: Claim | null,
  options: TurnOptions,
): Promise<Unread> {
  const { clock, speeds, signal, pool, engine, prompt } = options;
  const { place } = brought;
  let shared = claim === null ? 0 : options.sharedTokens;
  let at = brought.reused;
  let readMs = 0;
  for (;;) {
    refuseIfCancelled(signal);
    const boundary = at < shared ? shared : prompt.length;
    if (boundary - at === 1 && at > 0) {
      await place.sequence.eraseContextTokenRanges([{ start: at - 1, end: at }]);
      at -= 1;
    }
    const end = sliceEnd(at, boundary, sliceSize(speeds.of("prefill")));
    if (end === row.length) return { rest: row.slice(at), readMs };
    await timed(row.slice(at, end));
    at = end;
    if (at !== shared) continue;
    await pool.keepPrefix(place);
    shared = 0;
  }

  async function timed(slice: readonly number[]): Promise<void> {
    let start = 0;
    await engine.run(() => {
      refuseIfCancelled(signal);
      start = clock.mono();
      return place.sequence.evaluateWithoutGeneratingNewTokens(slice);
    });
    const ms = clock.mono() - start;
    readMs += ms;
    if (slice.length >= SMALLEST_SLICE) speeds.note("prefill", slice.length, ms);
  }
}

/** Where the slice ends that begins at `at`: of an answer it is one token; of a prompt more, with none left over. */
export function sliceEnd(at: number, boundary: number, size: number): number {
  if (at >= boundary) return at + 1;
  return boundary - at <= size + 1 ? boundary : at + size;
}

/** Tokens that are read between two looks at the cancel signal. */
export function sliceSize(tokensPerSecond: number): number {
  const fitting = Math.floor((tokensPerSecond * SLICE_MS) / 1_000);
  return Math.max(SMALLEST_SLICE, Math.min(LARGEST_SLICE, fitting));
}

async function finish(
  options: TurnOptions,
  reason: "stop" | "length",
  cachedTokens: number,
): Promise<CompletionOutcome> {
  const { answer, stream, journal, owner, prompt } = options;
  // Kept until the next answer: a crash may come before anybody has heard of this one's end.
  if (owner !== null) journal.note(owner, options.promptHash, answer.generated, "now");
  const { content, toolCalls } = answer.finish();
  stream.end(content);
  return {
    type: "finished",
    message: { role: "assistant", content, toolCalls },
    finishReason: toolCalls.length > 0 ? "tool-calls" : reason,
    usage: {
      promptTokens: prompt.length,
      outputTokens: answer.generated.length,
      source: "reported",
      cachedTokens,
    },
  };
}

function isFull({ answer, prompt, maxOutputTokens, window }: TurnOptions): boolean {
  const made = answer.generated.length;
  return made >= maxOutputTokens || prompt.length + made >= window;
}

function refuseIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new KernelError("cancelled", "The call was cancelled.");
}

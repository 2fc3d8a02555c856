import type { TokenSource } from "../../../shared/context.ts";
import type { CoreId } from "../../../shared/ids.ts";
import { estimateTokens, type Message, type ToolSpecification } from "../../../shared/messages.ts";
import {
  MESSAGE_OVERHEAD_TOKENS,
  TOKEN_BATCH_CHARACTERS,
  TOKEN_COUNT_CHARACTERS,
  TOKEN_COUNTS_KEPT,
} from "../limits.ts";
import type { Clock, LlmCore, TokenCounts } from "../ports.ts";
import { RecentCounts } from "./recent-counts.ts";

/** A core as far as counting goes. */
export type CountingCore = Pick<LlmCore, "countTokens"> & { readonly info: { readonly id: CoreId } };

export interface TokenCount {
  readonly tokens: number;
  readonly source: TokenSource;
}

/** What a model reads of a message beside the template's own marks. */
export const messageText = (message: Message): string =>
  message.role === "assistant" && message.toolCalls.length > 0
    ? message.content + JSON.stringify(message.toolCalls)
    : message.content;

/** Messages never change, so the calls of each are written out once. */
const lengths = new WeakMap<Message, number>();

/** Characters of what a model reads of a message. */
export function messageLength(message: Message): number {
  if (message.role !== "assistant" || message.toolCalls.length === 0) return message.content.length;
  const length = lengths.get(message) ?? messageText(message).length;
  lengths.set(message, length);
  return length;
}

/** The estimate of a message, for where no core counts: that of `estimateTokens`, without writing the text out. */
export const estimateMessage = (message: Message): number =>
  Math.ceil(messageLength(message) / 4) + MESSAGE_OVERHEAD_TOKENS;

/**
 * Counts tokens as a core will: by its own tokenizer where it has one, else by an estimate that says so. Each text
 * is counted once for a core, and the counts are kept within a bound. A source is the least sure of those used.
 * Counting takes turns of the event loop, TOKEN_BATCH_CHARACTERS each. Nothing here throws or rejects.
 */
export class TokenCounter {
  readonly #soon: Clock["soon"];
  readonly #cores = new Map<CoreId, CoreCounts>();

  constructor(soon: Clock["soon"]) {
    this.#soon = soon;
  }

  /** One count for each text, in order. A null core is one that nobody knows: an estimate. */
  async texts(core: CountingCore | null, texts: readonly string[]): Promise<TokenCounts> {
    if (!core?.countTokens) return { counts: texts.map(estimateTokens), source: "estimate" };
    const { byText } = this.#of(core);
    const missing = [...new Set(texts.filter((text) => byText.get(text) === undefined))];
    const counted = await this.#count(core, missing);
    for (const [text, count] of counted) if (count.source !== "estimate") byText.set(text, count);
    let source: TokenSource = "tokenizer";
    const counts = texts.map((text) => {
      const count = counted.get(text) ?? byText.get(text) ?? estimated(text);
      source = lessSure(source, count.source);
      return count.tokens;
    });
    return { counts, source };
  }

  /** One count for each message: its text, its tool calls as JSON, and the marks that a template puts round it. */
  async messages(core: CountingCore | null, messages: readonly Message[]): Promise<TokenCounts> {
    if (!core?.countTokens) return { counts: messages.map(estimateMessage), source: "estimate" };
    const { byMessage } = this.#of(core);
    const missing = messages.filter((message) => !byMessage.has(message));
    const { counts, source } = await this.texts(core, missing.map(messageText));
    const fresh = new Map(missing.map((message, index) => [message, counts[index] ?? 0]));
    let least = source;
    const all = messages.map((message) => {
      const known = byMessage.get(message);
      if (known) least = lessSure(least, known.source);
      return (known?.tokens ?? fresh.get(message) ?? 0) + MESSAGE_OVERHEAD_TOKENS;
    });
    // Estimates are not kept: the tokenizer may have been away for a moment only.
    if (source !== "estimate")
      for (const [message, tokens] of fresh) byMessage.set(message, { tokens, source });
    return { counts: all, source: least };
  }

  /** All specifications together, as JSON; none for none. */
  async tools(core: CountingCore | null, tools: readonly ToolSpecification[]): Promise<TokenCount> {
    const { counts, source } = await this.texts(
      core,
      tools.map((tool) => JSON.stringify(tool)),
    );
    return { tokens: counts.reduce((total, tokens) => total + tokens, 0), source };
  }

  /** Lets go of the counts of a core that is gone, or that has become another model. */
  forget(core: CoreId): void {
    this.#cores.delete(core);
  }

  #of(core: CountingCore): CoreCounts {
    const { id } = core.info;
    const known = this.#cores.get(id);
    if (known) return known;
    const counts: CoreCounts = {
      byMessage: new WeakMap(),
      byText: new RecentCounts(TOKEN_COUNTS_KEPT, TOKEN_COUNT_CHARACTERS),
    };
    this.#cores.set(id, counts);
    return counts;
  }

  async #count(core: CountingCore, texts: readonly string[]): Promise<ReadonlyMap<string, TokenCount>> {
    const counted = new Map<string, TokenCount>();
    const batches = batchesOf(texts);
    for (const [index, batch] of batches.entries()) {
      if (index > 0) await new Promise<void>((resolve) => this.#soon(resolve));
      const { counts, source } = await countBatch(core, batch);
      batch.forEach(({ text }, piece) => {
        const before = counted.get(text);
        const tokens = (before?.tokens ?? 0) + (counts[piece] ?? 0);
        counted.set(text, { tokens, source: before ? lessSure(before.source, source) : source });
      });
    }
    return counted;
  }
}

interface CoreCounts {
  /** Without the overhead. Ends with its message. */
  readonly byMessage: WeakMap<Message, TokenCount>;
  readonly byText: RecentCounts<TokenCount>;
}

/** A text, or a piece of one that is too long for a batch. */
interface Piece {
  readonly text: string;
  readonly piece: string;
}

/** Texts in batches of bounded characters. A long one is cut; each cut adds a token at most. */
function batchesOf(texts: readonly string[]): readonly (readonly Piece[])[] {
  const batches: Piece[][] = [];
  let batch: Piece[] = [];
  let characters = 0;
  for (const text of texts) {
    for (let start = 0; start < text.length || start === 0; ) {
      const end = pieceEnd(text, start);
      const piece = text.slice(start, end);
      if (batch.length > 0 && characters + piece.length > TOKEN_BATCH_CHARACTERS) {
        batches.push(batch);
        batch = [];
        characters = 0;
      }
      batch.push({ text, piece });
      characters += piece.length;
      start = Math.max(end, start + 1);
    }
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** Never between the two halves of a character. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(text.length, start + TOKEN_BATCH_CHARACTERS);
  return end < text.length && isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

async function countBatch(core: CountingCore, batch: readonly Piece[]): Promise<TokenCounts> {
  const pieces = batch.map(({ piece }) => piece);
  try {
    const counted = await core.countTokens?.(pieces);
    if (counted?.counts.length === pieces.length && counted.counts.every(isCount)) return counted;
  } catch {
    // The port says that it never throws; a core that does has no tokenizer at hand.
  }
  return { counts: pieces.map(estimateTokens), source: "estimate" };
}

const isCount = (tokens: number): boolean => Number.isSafeInteger(tokens) && tokens >= 0;

const estimated = (text: string): TokenCount => ({ tokens: estimateTokens(text), source: "estimate" });

const SURENESS = { tokenizer: 2, library: 1, estimate: 0 } as const satisfies Record<TokenSource, number>;
const lessSure = (one: TokenSource, other: TokenSource): TokenSource =>
  SURENESS[one] <= SURENESS[other] ? one : other;

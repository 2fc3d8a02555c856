/** The part of a tokenizer that turns tokens back into text. */
export interface Detokenizer {
  detokenize(tokens: readonly number[], specialTokens?: boolean, lastTokens?: readonly number[]): string;
}

/** Tokens before a token that may decide about its text, such as whether a space is due. */
const LOOK_BACK = 4;
/** The longest character takes four bytes; a tokenizer that falls back to bytes needs a token for each. */
const MOST_HELD_BACK = 4;
const REPLACEMENT = "\ufffd";

/**
 * Text of a row of tokens as it grows, special tokens written out. A character that is spread over several tokens comes out whole, with its last
 * one. The same tokens give the same text wherever the row is cut between two calls.
 */
export class TokenText {
  readonly #detokenizer: Detokenizer;
  #before: readonly number[];
  #held: number[] = [];

  /** `before`: the tokens that come before the row. */
  constructor(detokenizer: Detokenizer, before: readonly number[]) {
    this.#detokenizer = detokenizer;
    this.#before = before.slice(-LOOK_BACK);
  }

  /** The text that this token completes; empty while a character is incomplete. */
  push(token: number): string {
    this.#held.push(token);
    const text = this.#detokenizer.detokenize(this.#held, true, this.#before);
    if (text.endsWith(REPLACEMENT) && this.#held.length < MOST_HELD_BACK) return "";
    return this.#release(text);
  }

  /** What is left at the end: bytes that never became a character. */
  flush(): string {
    if (this.#held.length === 0) return "";
    return this.#release(this.#detokenizer.detokenize(this.#held, true, this.#before));
  }

  #release(text: string): string {
    this.#before = [...this.#before, ...this.#held].slice(-LOOK_BACK);
    this.#held = [];
    return text;
  }
}

import type { JsonObject, ToolCall } from "../../../shared/messages.ts";
import type { AnswerReader } from "./answer-reader.ts";
import type { NativeGrammarState } from "./native.ts";
import { type Detokenizer, TokenText } from "./token-text.ts";

/** What an answer is made with. */
export interface AnswerParts {
  readonly prompt: readonly number[];
  readonly detokenizer: Detokenizer;
  readonly reader: AnswerReader;
  /** Where a grammar for this schema begins. */
  readonly grammarFor: (schema: JsonObject) => Promise<NativeGrammarState>;
}

/** An answer as it grows: its tokens, the text they make, and what of it is shown. */
export class Answer {
  readonly generated: number[] = [];
  readonly #parts: AnswerParts;
  readonly #text: TokenText;
  #shown = "";
  #constraint: { readonly schema: JsonObject; readonly state: NativeGrammarState } | null = null;
  #freeTokens = 0;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
    this.#text = new TokenText(parts.detokenizer, parts.prompt);
  }

  /** All that may be shown so far. */
  get shown(): string {
    return this.#shown;
  }

  /** What the next token must fit; undefined for anything. The engine moves it on with each token. */
  get grammar(): NativeGrammarState | undefined {
    return this.#constraint?.state;
  }

  /** Tokens up to where the present constraint began: an answer can be taken up there without its grammar's state. */
  get freeTokens(): number {
    return this.#constraint === null ? this.generated.length : this.#freeTokens;
  }

  /** Looks whether a constraint holds from the first token on. */
  async begin(): Promise<void> {
    await this.#constrain();
  }

  async push(token: number): Promise<void> {
    this.generated.push(token);
    this.#shown += this.#parts.reader.push(this.#text.push(token));
    await this.#constrain();
  }

  finish(): { readonly content: string; readonly toolCalls: readonly ToolCall[] } {
    this.#shown += this.#parts.reader.push(this.#text.flush());
    return this.#parts.reader.finish();
  }

  async #constrain(): Promise<void> {
    const schema = this.#parts.reader.constraint();
    if (schema === (this.#constraint?.schema ?? null)) return;
    if (schema === null) this.#constraint = null;
    else {
      this.#freeTokens = this.generated.length;
      this.#constraint = { schema, state: await this.#parts.grammarFor(schema) };
    }
  }
}

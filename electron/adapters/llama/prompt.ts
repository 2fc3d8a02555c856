import type { AgentId } from "../../../shared/ids.ts";
import type { Message, ToolSpecification } from "../../../shared/messages.ts";
import type { ChatFormat } from "./chat-format.ts";
import type { NativeModel } from "./native.ts";
import { commonPrefix } from "./tokens.ts";

export interface Prompt {
  readonly tokens: readonly number[];
  /** Tokens at its beginning that every agent of this kind has: system message and tools. */
  readonly sharedTokens: number;
}

/** Owners whose last prompt is kept, so that a turn in slices is not cut into tokens anew at each. */
const MOST_KEPT = 256;

/** Between pieces when prompts are compared. */
const PIECE_END = "\0";

/** Turns messages into the tokens that the model reads. The same messages give the same tokens. */
export class Prompts {
  readonly #model: NativeModel;
  readonly #format: ChatFormat;
  readonly #last = new Map<AgentId, { readonly text: string; readonly prompt: Prompt }>();

  constructor(model: NativeModel, format: ChatFormat) {
    this.#model = model;
    this.#format = format;
  }

  of(owner: AgentId | null, messages: readonly Message[], tools: readonly ToolSpecification[]): Prompt {
    const pieces = this.#format.render(messages, tools);
    const text = pieces.join(PIECE_END);
    const last = owner === null ? undefined : this.#last.get(owner);
    if (last !== undefined && last.text === text) return last.prompt;
    const tokens = this.#tokenize(pieces);
    const shared = this.#tokenize(this.#format.renderShared(messages, tools));
    const prompt = { tokens, sharedTokens: commonPrefix(tokens, shared) };
    if (owner !== null) this.#keep(owner, text, prompt);
    return prompt;
  }

  forget(owner: AgentId): void {
    this.#last.delete(owner);
  }

  #keep(owner: AgentId, text: string, prompt: Prompt): void {
    this.#last.delete(owner);
    this.#last.set(owner, { text, prompt });
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= MOST_KEPT) break;
      this.#last.delete(oldest);
    }
  }

  #tokenize(pieces: readonly string[]): readonly number[] {
    const tokens = pieces.flatMap((piece, index) =>
      this.#model.tokenize(piece, true, index === 0 ? undefined : "trimLeadingSpace"),
    );
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    return bos !== null && shouldPrependBosToken && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  }
}

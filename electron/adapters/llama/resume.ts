import type { ResumeState } from "../../kernel/ports.ts";
import { Answer, type AnswerParts } from "./growing-answer.ts";

/** What a yielded turn leaves for the next one: its very tokens, and the answer itself for whoever comes first. */
export class YieldedAnswer {
  readonly prompt: string;
  readonly generated: readonly number[];
  /** Prompt tokens that the call's first turn did not have to read. */
  readonly cachedTokens: number;
  readonly #loading: object;
  #answer: Answer | null;

  /** `loading`: the model in memory that made it; the answer cannot be used with another. */
  constructor(loading: object, prompt: string, answer: Answer, cachedTokens: number) {
    this.#loading = loading;
    this.prompt = prompt;
    this.generated = answer.generated.slice();
    this.cachedTokens = cachedTokens;
    this.#answer = answer;
  }

  /** The answer in its whole state, once; null afterwards, and when the model was loaded anew. */
  take(loading: object): Answer | null {
    const answer = this.#answer;
    this.#answer = null;
    return loading === this.#loading ? answer : null;
  }
}

/** Where an answer is taken up. `again`: why what was streamed cannot be continued. */
export interface Start {
  readonly answer: Answer;
  readonly cachedTokens: number | null;
  readonly again: string | null;
  /** Tokens that are known and have to be made once more, since the engine takes no grammar up in its middle. */
  readonly redo: number;
}

export interface StartOptions {
  readonly parts: () => AnswerParts;
  /** The model that is in memory now. */
  readonly loading: object;
  /** Hash of the prompt's tokens. */
  readonly prompt: string;
  readonly resume: ResumeState | null;
  /** Tokens that an earlier process wrote down for this prompt; null for none. */
  readonly readJournal: () => Promise<readonly number[] | null>;
  /** Tokens of a text that goes on from the prompt. */
  readonly tokenize: (text: string) => readonly number[];
}

/**
 * Takes up an answer where it was left: by its exact tokens where this process or its journal has them, else by the
 * text that was streamed, else from the beginning.
 */
export async function startAnswer(options: StartOptions): Promise<Start> {
  const { resume } = options;
  if (resume === null) return begun(await grow(options, []));
  const yielded = resume.state instanceof YieldedAnswer ? resume.state : null;
  if (yielded?.prompt === options.prompt) {
    const answer = yielded.take(options.loading);
    const { cachedTokens } = yielded;
    return answer
      ? { ...begun(answer), cachedTokens }
      : { ...(await replay(options, yielded.generated)), cachedTokens };
  }
  const { partial } = resume;
  const written = await options.readJournal();
  if (written !== null) {
    const start = await replay(options, await upTo(options, written, partial));
    const { shown } = start.answer;
    if (shown.startsWith(partial) || partial.startsWith(shown)) return start;
  }
  const { answer } = await replay(options, options.tokenize(partial));
  if (partial.startsWith(answer.shown) && partial.trimEnd().length <= answer.shown.length)
    return begun(answer);
  const again = "The answer so far could not be turned back into tokens";
  return { ...begun(await grow(options, [])), again };
}

const begun = (answer: Answer): Start => ({ answer, cachedTokens: null, again: null, redo: 0 });

/**
 * The tokens that make up the text so far, and those after it that show nothing. What was written down may be further,
 * above all after a rewind: the answer goes on from where it is said to stand.
 */
async function upTo(
  options: StartOptions,
  tokens: readonly number[],
  partial: string,
): Promise<readonly number[]> {
  const answer = new Answer(options.parts());
  await answer.begin();
  for (const [index, token] of tokens.entries()) {
    const before = answer.shown.length;
    await answer.push(token);
    if (answer.shown.length <= partial.length) continue;
    return tokens.slice(0, before === partial.length ? index : index + 1);
  }
  return tokens;
}

/** Tokens under a constraint are left out: the engine moves a grammar on only with tokens that it samples itself. */
async function replay(options: StartOptions, tokens: readonly number[]): Promise<Start> {
  const whole = await grow(options, tokens);
  const redo = tokens.length - whole.freeTokens;
  return redo === 0
    ? begun(whole)
    : { ...begun(await grow(options, tokens.slice(0, whole.freeTokens))), redo };
}

async function grow(options: StartOptions, tokens: readonly number[]): Promise<Answer> {
  const answer = new Answer(options.parts());
  await answer.begin();
  for (const token of tokens) await answer.push(token);
  return answer;
}

import type { CompletionRun } from "../../kernel/ports.ts";

const ANOTHER = "The answer so far was not made again word for word";

/**
 * What was streamed of an answer and what is to follow. An answer that is made again from an earlier point says
 * nothing until it has caught up; if it turns out to be another one, what was streamed is void.
 */
export class OutputStream {
  readonly #run: CompletionRun;
  #text: string;
  /** Streamed earlier and not yet made again; null when all of it has been. */
  #awaited: string | null;
  #tokens = 0;

  constructor(run: CompletionRun, streamedBefore: string) {
    this.#run = run;
    this.#awaited = streamedBefore === "" ? null : streamedBefore;
    this.#text = streamedBefore;
  }

  /** All that was streamed and counts. */
  get text(): string {
    return this.#text;
  }

  /** `shown` is the whole answer as far as it may be shown; `newTokens` came since the last call. */
  push(shown: string, newTokens: number): void {
    this.#tokens += newTokens;
    if (this.#awaited !== null) {
      if (shown.length < this.#awaited.length && this.#awaited.startsWith(shown)) {
        this.#tokens = 0;
        return;
      }
      if (!shown.startsWith(this.#awaited)) {
        this.#run.restart(ANOTHER);
        this.#text = "";
      }
      this.#awaited = null;
    }
    const text = shown.slice(this.#text.length);
    if (text === "") return;
    this.#run.output(text, this.#tokens);
    this.#text = shown;
    this.#tokens = 0;
  }

  /** The answer is whole: what was streamed earlier and has not been made again by now will not be. */
  end(answer: string): void {
    if (this.#awaited !== null && !answer.startsWith(this.#awaited)) this.restart(ANOTHER);
    this.push(answer, 0);
  }

  /** Everything that was streamed is void; the answer starts again. */
  restart(reason: string): void {
    if (this.#text !== "") this.#run.restart(reason);
    this.#text = "";
    this.#awaited = null;
  }
}

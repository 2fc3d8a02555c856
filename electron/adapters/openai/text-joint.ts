/** How a server answers that was asked to continue a text: with what comes after it, or with the whole text. */
export type AnswerForm = "rest" | "whole";

/** What came of one piece of an answer. */
export type Joined =
  | { readonly type: "text"; readonly text: string }
  /** The server did not continue: `text` is the beginning of another answer. */
  | { readonly type: "repeated"; readonly text: string };

/** Fewer characters that are the same at both beginnings may be chance. */
const LEAST_EVIDENCE = 24;

/**
 * Joins a partial text and the stream that continues it, so that no character stands there twice or is lost.
 *
 * White space at the end of the partial is not sent: chat templates trim it and tokens begin with it, so that the
 * server often says it again. A server that begins its answer anew is told by its first characters being those of
 * the partial; a continuation may begin like the partial too, but not for longer than the partial itself repeats
 * its beginning (found by the Z-function; Gusfield 1997, 1.3).
 */
export class TextJoint {
  /** The text to continue, as it is to be sent. */
  readonly head: string;
  readonly #form: AnswerForm;
  readonly #evidence: number;
  #held = "";
  /** White space of the partial that the server may say again. */
  #space: string;
  #state: "comparing" | "joining" | "joined" = "comparing";

  private constructor(partial: string, head: string, form: AnswerForm, evidence: number) {
    this.head = head;
    this.#space = partial.slice(head.length);
    this.#form = form;
    this.#evidence = evidence;
  }

  /** null for a text that is too short, or repeats itself too much, to tell a continuation from a repetition. */
  static of(partial: string, form: AnswerForm): TextJoint | null {
    const head = partial.trimEnd();
    const repeat = longestRepeat(head);
    const evidence = Math.max(LEAST_EVIDENCE, repeat.length + 1);
    // A text that still repeats its beginning where it ends will go on to.
    const repeating = repeat.atEnd === "yes" && repeat.length >= LEAST_EVIDENCE;
    return repeating || evidence > head.length ? null : new TextJoint(partial, head, form, evidence);
  }

  /** The part of the answer's text that is certain by now. After `repeated` no more may be pushed. */
  push(text: string): Joined {
    if (this.#state === "joined") return { type: "text", text };
    this.#held += text;
    return this.#state === "comparing" ? this.#compare() : this.#joinSpace();
  }

  /** What was held back until the end of the answer. */
  end(): string {
    const held = this.#held;
    this.#held = "";
    this.#state = "joined";
    return held;
  }

  #compare(): Joined {
    const same = commonLength(this.head, this.#held);
    if (this.#form === "whole" && same === this.head.length) {
      this.#held = this.#held.slice(same);
      return this.#joinSpace();
    }
    const decided = this.#form === "rest" || same < this.#held.length;
    if (same >= this.#evidence && decided) return { type: "repeated", text: this.end() };
    return same === this.#held.length ? { type: "text", text: "" } : this.#joinSpace();
  }

  #joinSpace(): Joined {
    this.#state = "joining";
    const again = commonLength(this.#space, this.#held);
    this.#space = this.#space.slice(again);
    this.#held = this.#held.slice(again);
    if (this.#held === "" && this.#space !== "") return { type: "text", text: "" };
    return { type: "text", text: this.end() };
  }
}

function commonLength(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let length = 0;
  while (length < most && left.charCodeAt(length) === right.charCodeAt(length)) length += 1;
  return length;
}

/** The longest beginning of a text that stands in it a second time, from place 1 on. Linear in time. */
function longestRepeat(text: string): { readonly length: number; readonly atEnd: "yes" | "no" } {
  const lengths = new Uint32Array(text.length);
  let longest = 0;
  let end = 0;
  let left = 0;
  let right = 0;
  for (let at = 1; at < text.length; at += 1) {
    let length = at < right ? Math.min(right - at, lengths[at - left] ?? 0) : 0;
    while (at + length < text.length && text.charCodeAt(length) === text.charCodeAt(at + length)) length += 1;
    lengths[at] = length;
    if (at + length > right) [left, right] = [at, at + length];
    if (length > longest) [longest, end] = [length, at + length];
  }
  return { length: longest, atEnd: end === text.length ? "yes" : "no" };
}

import type { Json, JsonObject } from "../../../shared/messages.ts";

/** Deeper nesting than this is no tool call, and would cost stack. */
const DEEPEST = 64;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The arguments of a tool call out of a model's text; null where they cannot be read without guessing. Empty text
 * and `null` are no arguments. Mended are code fences, single quotes, raw line ends in strings, words of Python,
 * trailing commas, and braces missing at the end. Text that stops inside a string, a number or a pair is not
 * mended: something is lost, and only the model can say what.
 */
export function readArguments(text: string): JsonObject | null {
  const body = withoutFence(text.trim());
  if (body === "") return {};
  const strict = parse(body);
  if (strict === null) return {};
  if (isObject(strict)) return strict;
  if (typeof strict === "string") {
    const inner = parse(strict);
    return isObject(inner) ? inner : null;
  }
  if (strict !== undefined) return null;
  const mended = new TolerantReader(body).read();
  return isObject(mended) ? mended : null;
}

/** Whether the text is already a whole JSON object. */
export const isWholeObject = (text: string): boolean => text.trimEnd().endsWith("}") && isObject(parse(text));

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const withoutFence = (text: string): string =>
  /^```(?:[a-z]*)\s*\n?([\s\S]*?)\n?\s*```$/i.exec(text)?.[1]?.trim() ?? text;

const WORDS: Readonly<Record<string, Json>> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
};
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

class Unreadable extends Error {}

/** A recursive-descent reader of almost-JSON. */
class TolerantReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Json | undefined {
    try {
      const value = this.#value(0);
      this.#space();
      return this.#at === this.#text.length ? value : undefined;
    } catch (thrown) {
      if (thrown instanceof Unreadable) return undefined;
      throw thrown;
    }
  }

  #space(): string {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
    return this.#text[this.#at] ?? "";
  }

  #value(depth: number): Json {
    if (depth > DEEPEST) throw new Unreadable();
    const start = this.#space();
    if (start === "{") return this.#object(depth);
    if (start === "[") return this.#array(depth);
    if (start === '"' || start === "'") return this.#string(start);
    return this.#bare();
  }

  #object(depth: number): Json {
    const entries: [string, Json][] = [];
    this.#members("}", () => {
      const quote = this.#space();
      if (quote !== '"' && quote !== "'") throw new Unreadable();
      const key = this.#string(quote);
      if (this.#space() !== ":") throw new Unreadable();
      this.#at += 1;
      entries.push([key, this.#value(depth + 1)]);
    });
    return Object.fromEntries(entries);
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    this.#members("]", () => items.push(this.#value(depth + 1)));
    return items;
  }

  /** Members up to the closing mark, a comma before it allowed; the end of the text closes what is open. */
  #members(close: "}" | "]", member: () => void): void {
    this.#at += 1;
    for (;;) {
      const next = this.#space();
      if (next === close) {
        this.#at += 1;
        return;
      }
      if (next === "") return;
      member();
      const after = this.#space();
      if (after === ",") this.#at += 1;
      else if (after !== close && after !== "") throw new Unreadable();
    }
  }

  #string(quote: string): string {
    this.#at += 1;
    let value = "";
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw new Unreadable();
      this.#at += 1;
      if (character === quote) return value;
      value += character === "\\" ? this.#escape() : character;
    }
  }

  #escape(): string {
    const escaped = this.#text[this.#at] ?? "";
    this.#at += 1;
    if (escaped !== "u") return ESCAPES[escaped] ?? escaped;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-f]{4}$/i.test(digits)) throw new Unreadable();
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #bare(): Json {
    const token = /^[^\s,:{}[\]"']+/.exec(this.#text.slice(this.#at, this.#at + 64))?.[0] ?? "";
    this.#at += token.length;
    const word = Object.hasOwn(WORDS, token) ? WORDS[token] : undefined;
    if (word !== undefined) return word;
    // A number that touches the end of the text may have lost its last digits.
    const cut = this.#at >= this.#text.length;
    if (cut || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(token)) throw new Unreadable();
    return Number(token);
  }
}

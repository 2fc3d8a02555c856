/**
 * Rules of a grammar in GBNF, the notation of llama.cpp. A rule may be named before it is written, so that rules can
 * refer to themselves.
 */
export class GbnfRules {
  readonly #rules = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #most: number;

  /** `most` rules; one more throws. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The name of the rule for `key`, which is written by `body` the first time. */
  named(key: string, body: () => string): string {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    if (this.#names.size >= this.#most) throw new Error("the schema is too large for a grammar");
    const name = `r${this.#names.size}`;
    this.#names.set(key, name);
    this.#rules.set(name, body());
    return name;
  }

  /** A rule of its own. */
  add(body: string): string {
    return this.named(`#${this.#names.size}`, () => body);
  }

  toGrammar(root: string): string {
    const rules = [...this.#rules].map(([name, body]) => `${name} ::= ${body}`);
    return [`root ::= ${root}`, ...rules, ""].join("\n");
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

/** Exactly this text. */
export const literal = (text: string): string =>
  `"${text.replace(/[\n\r\t"\\]/g, (character) => ESCAPES[character] ?? character)}"`;

export const oneOf = (alternatives: readonly string[]): string =>
  alternatives.length === 1 ? (alternatives[0] ?? "") : `( ${alternatives.join(" | ")} )`;

/** `most`: null for any number. */
export function repeated(item: string, least: number, most: number | null): string {
  if (most === 0) return '""';
  if (least === 0 && most === null) return `( ${item} )*`;
  return `( ${item} ){${least},${most ?? ""}}`;
}

/** The values of the texts used last, within a bound of entries and of characters of the texts. */
export class RecentCounts<Value> {
  readonly #entries: number;
  readonly #characters: number;
  /** The one used last stands last. */
  readonly #values = new Map<string, Value>();
  #held = 0;

  constructor(entries: number, characters: number) {
    this.#entries = entries;
    this.#characters = characters;
  }

  /** Also makes the text the one used last. */
  get(text: string): Value | undefined {
    const value = this.#values.get(text);
    if (value === undefined) return undefined;
    this.#values.delete(text);
    this.#values.set(text, value);
    return value;
  }

  /** A text longer than the bound is not kept at all. */
  set(text: string, value: Value): void {
    if (this.#values.delete(text)) this.#held -= text.length;
    if (text.length > this.#characters) return;
    this.#values.set(text, value);
    this.#held += text.length;
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#entries && this.#held <= this.#characters) return;
      this.#values.delete(oldest);
      this.#held -= oldest.length;
    }
  }
}

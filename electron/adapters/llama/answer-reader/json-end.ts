/**
 * Finds where a JSON object or array ends in text that comes in pieces. It counts brackets outside strings and checks
 * nothing else.
 */
export class JsonEnd {
  #at = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** `text` is all that has come so far, from the opening bracket on. The index behind the last bracket, or null. */
  find(text: string): number | null {
    for (; this.#at < text.length; this.#at++) {
      const character = text[this.#at];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (character === "\\") this.#escaped = true;
        else if (character === '"') this.#inString = false;
      } else if (character === '"') this.#inString = true;
      else if (character === "{" || character === "[") this.#depth += 1;
      else if (character === "}" || character === "]") {
        this.#depth -= 1;
        if (this.#depth <= 0) return ++this.#at;
      }
    }
    return null;
  }
}

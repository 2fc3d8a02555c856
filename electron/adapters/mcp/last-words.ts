import { StringDecoder } from "node:string_decoder";
import { LAST_WORDS_CHARACTERS, LOG_LINE_CHARACTERS } from "./limits.ts";

/** What a server prints beside the protocol: given on line by line, and the end of it kept. Bounded; never throws. */
export class LastWords {
  readonly #line: (text: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  #begun = "";
  #kept = "";

  /** `line` gets each line that is not empty, cut to LOG_LINE_CHARACTERS. */
  constructor(line: (text: string) => void) {
    this.#line = line;
  }

  push(chunk: Buffer): void {
    const lines = (this.#begun + this.#decoder.write(chunk)).split(/\r?\n/);
    this.#begun = (lines.pop() ?? "").slice(0, LOG_LINE_CHARACTERS);
    for (const line of lines) this.#add(line);
  }

  /** The last lines, whole ones where they fit; empty when there were none. */
  text(): string {
    const lines = `${this.#kept}${this.#begun}`.trim().split("\n");
    let text = lines.pop() ?? "";
    for (const line of lines.toReversed()) {
      if (text.length + line.length >= LAST_WORDS_CHARACTERS) break;
      text = `${line}\n${text}`;
    }
    return text.slice(0, LAST_WORDS_CHARACTERS);
  }

  #add(line: string): void {
    const text = line.slice(0, LOG_LINE_CHARACTERS).trimEnd();
    if (text === "") return;
    this.#kept = `${this.#kept}${text}\n`.slice(-2 * LOG_LINE_CHARACTERS);
    this.#line(text);
  }
}

/** One event of a text/event-stream. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Decodes text/event-stream (WHATWG HTML, 9.2.6) piece by piece. Unknown fields are ignored, as the standard asks,
 * so text that is no such stream gives no events.
 */
export class EventStreamDecoder {
  #rest = "";
  #searched = 0;
  #name = "";
  #data: string[] = [];
  #dataCharacters = 0;

  /** Characters held back: an unfinished line and the lines of an unfinished event. */
  get pending(): number {
    return this.#rest.length + this.#dataCharacters;
  }

  push(text: string): ServerEvent[] {
    this.#rest += text;
    const events: ServerEvent[] = [];
    let start = 0;
    const lineEnd = /\r\n|\n|\r/g;
    lineEnd.lastIndex = this.#searched;
    for (let match = lineEnd.exec(this.#rest); match !== null; match = lineEnd.exec(this.#rest)) {
      // A carriage return at the very end may be half of a pair.
      if (match[0] === "\r" && lineEnd.lastIndex === this.#rest.length) break;
      this.#line(this.#rest.slice(start, match.index), events);
      start = lineEnd.lastIndex;
    }
    this.#rest = this.#rest.slice(start);
    this.#searched = this.#rest.endsWith("\r") ? this.#rest.length - 1 : this.#rest.length;
    return events;
  }

  /** What is left when the stream ends without its last empty line, as some servers do. */
  end(): ServerEvent[] {
    const events: ServerEvent[] = [];
    if (this.#rest !== "") this.#line(this.#rest.replace(/\r$/, ""), events);
    this.#rest = "";
    this.#searched = 0;
    this.#line("", events);
    return events;
  }

  #line(line: string, events: ServerEvent[]): void {
    if (line === "") {
      if (this.#data.length > 0) events.push({ name: this.#name, data: this.#data.join("\n") });
      this.#name = "";
      this.#data = [];
      this.#dataCharacters = 0;
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") {
      this.#data.push(value);
      this.#dataCharacters += value.length + 1;
    } else if (field === "event") this.#name = value;
    // llama-server has sent failures as a field of their own.
    else if (field === "error") events.push({ name: "error", data: value });
  }
}

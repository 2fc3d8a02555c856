import type { ServerEvent } from "./event-stream.ts";

/** Cuts a stream of one JSON value a line (NDJSON) into its lines. Empty lines are left out. */
export class LineDecoder {
  #rest = "";

  /** Characters of the unfinished line. */
  get pending(): number {
    return this.#rest.length;
  }

  push(text: string): ServerEvent[] {
    const lines = text.split("\n");
    const last = lines.pop() ?? "";
    if (lines.length === 0) {
      this.#rest += last;
      return [];
    }
    lines[0] = this.#rest + (lines[0] ?? "");
    this.#rest = last;
    return lines.flatMap(eventOf);
  }

  /** The last line, if no line end came after it. */
  end(): ServerEvent[] {
    const line = this.#rest;
    this.#rest = "";
    return eventOf(line);
  }
}

const eventOf = (line: string): ServerEvent[] =>
  line.trim() === "" ? [] : [{ name: "", data: line.trim() }];

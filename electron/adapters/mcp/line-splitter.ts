/** Bytes that are kept of each end of a line that is too long. */
const END_BYTES = 256;
/** A line this many times too long has no end. */
const ENDLESS = 8;

/** A line that was too long to be kept: the ends of it. */
export interface LongLine {
  readonly bytes: number;
  readonly start: string;
  readonly end: string;
}

/** Cuts a stream of bytes into lines, each at most `longest` bytes. Looks at each byte once. */
export class LineSplitter {
  readonly #longest: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** The ends of the line that is too long. */
  #long: { readonly start: Buffer; readonly end: Buffer } | null = null;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that end in this chunk, without their ends. Throws RangeError for one that goes on and on. */
  *push(chunk: Buffer): Generator<string | LongLine> {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      yield this.#take();
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  #take(): string | LongLine {
    const [parts, bytes, long] = [this.#parts, this.#bytes, this.#long];
    this.#parts = [];
    this.#bytes = 0;
    this.#long = null;
    if (long !== null)
      return { bytes, start: long.start.toString("latin1"), end: long.end.toString("latin1") };
    const line = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    return line?.toString("utf8").replace(/\r$/, "") ?? "";
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > ENDLESS * this.#longest) {
      this.#long = null;
      throw new RangeError(`sent a message of more than ${this.#bytes} bytes, and no end of it`);
    }
    if (this.#bytes <= this.#longest) {
      this.#parts.push(part);
      return;
    }
    if (this.#long === null) {
      const all = [...this.#parts, part];
      const first = Buffer.concat(all, Math.min(END_BYTES, this.#bytes));
      this.#long = { start: first, end: lastOf(this.#parts) };
      this.#parts = [];
    }
    const end = Buffer.concat([this.#long.end, part.subarray(-END_BYTES)]).subarray(-END_BYTES);
    this.#long = { start: this.#long.start, end };
  }
}

/** The last END_BYTES of some buffers. */
function lastOf(parts: readonly Buffer[]): Buffer {
  let end: Buffer = Buffer.alloc(0);
  for (const part of parts.toReversed()) {
    if (end.length >= END_BYTES) break;
    end = Buffer.concat([part.subarray(-END_BYTES), end]);
  }
  return end.subarray(-END_BYTES);
}

/** Cuts a stream of bytes into lines, each at most `longest` bytes. Looks at each byte once. */
export class LineSplitter {
  readonly #longest: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that end in this chunk, without their ends. Throws RangeError for one that is too long. */
  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      const line = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
      this.#parts = [];
      this.#bytes = 0;
      yield line?.toString("utf8").replace(/\r$/, "") ?? "";
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#longest) {
      this.#parts = [];
      throw new RangeError(`sent a message of more than ${this.#longest} bytes`);
    }
    this.#parts.push(part);
  }
}

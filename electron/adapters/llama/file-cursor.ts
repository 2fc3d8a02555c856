import type { FileHandle } from "node:fs/promises";

const CHUNK_BYTES = 256 * 1024;

/** The file ends before what it says that it holds. */
export class EndOfFile extends Error {}
/** A length or a count that no real file has. */
export class Absurd extends Error {}

/**
 * Reads little-endian values of a file one after the other. Holds one chunk of it at a time, and reads no more than
 * `mostBytes` in all; what is skipped is not read. Throws EndOfFile, Absurd, and the file system's errors.
 */
export class FileCursor {
  readonly #handle: FileHandle;
  readonly #size: number;
  #chunk = Buffer.alloc(0);
  /** Position in the chunk, and of the chunk in the file. */
  #at = 0;
  #chunkStart = 0;
  #bytesLeft: number;

  constructor(handle: FileHandle, size: number, mostBytes: number) {
    this.#handle = handle;
    this.#size = size;
    this.#bytesLeft = mostBytes;
  }

  get position(): number {
    return this.#chunkStart + this.#at;
  }

  /** Makes sure that `bytes` can be taken. A promise only where the file must be read: there are many small values. */
  async need(bytes: number): Promise<void> {
    const { position } = this;
    if (bytes > this.#size - position) throw new EndOfFile("the file ends in the middle of its header");
    const length = Math.min(Math.max(bytes, CHUNK_BYTES), this.#size - position);
    this.#bytesLeft -= length;
    if (this.#bytesLeft < 0) throw new Absurd("its header has no end");
    const chunk = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(chunk, filled, length - filled, position + filled);
      if (bytesRead === 0) throw new EndOfFile("the file became shorter while it was read");
      filled += bytesRead;
    }
    this.#chunk = chunk;
    this.#chunkStart = position;
    this.#at = 0;
  }

  has(bytes: number): boolean {
    return this.#at + bytes <= this.#chunk.length;
  }

  async u32(): Promise<number> {
    return (await this.bytes(4)).readUInt32LE();
  }

  /** A 64-bit count, length or offset. */
  async u64(): Promise<number> {
    const value = (await this.bytes(8)).readBigUInt64LE();
    if (value > Number.MAX_SAFE_INTEGER) throw new Absurd(`a length of ${value}`);
    return Number(value);
  }

  /** A string with its length before it. */
  async text(mostBytes: number): Promise<string> {
    const length = await this.u64();
    if (length > mostBytes) throw new Absurd(`a name of ${length} bytes`);
    return (await this.bytes(length)).toString("utf8");
  }

  /** Passes over texts: vocabularies have hundreds of thousands, so nothing is awaited but the file. */
  async skipTexts(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      if (!this.has(8)) await this.need(8);
      const end = this.#at + 8 + Number(this.#chunk.readBigUInt64LE(this.#at));
      if (end <= this.#chunk.length) this.#at = end;
      else await this.skip(end - this.#at);
    }
  }

  async skip(bytes: number): Promise<void> {
    if (bytes > this.#size - this.position) throw new EndOfFile("the file ends in the middle of its header");
    if (this.has(bytes)) this.#at += bytes;
    else {
      this.#chunkStart = this.position + bytes;
      this.#chunk = Buffer.alloc(0);
      this.#at = 0;
    }
  }

  /** A view that holds until the next call. */
  async bytes(count: number): Promise<Buffer> {
    if (!this.has(count)) await this.need(count);
    const start = this.#at;
    this.#at += count;
    return this.#chunk.subarray(start, this.#at);
  }
}

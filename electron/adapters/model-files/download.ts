import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rename } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { KernelError } from "../../../shared/errors.ts";
import type { JobRun } from "../../kernel/ports.ts";
import { syncFolder } from "../atomic-file.ts";
import { readModelFacts } from "../llama/gguf-header.ts";
import { type Answer, answerOf } from "./answer.ts";
import { noRoom, notAModel, notWritten, otherDigest, tooLarge, unusableModel } from "./download-errors.ts";
import {
  digestOf,
  discard,
  type FileRecord,
  hashOf,
  type ModelPlace,
  readRecord,
  sizeOf,
  writeRecord,
} from "./part-file.ts";
import { Broken, reasonOf, requestFile } from "./request.ts";

export interface DownloadLimits {
  /** Largest file in bytes. */
  readonly mostBytes: number;
  /** Longest silence of the server in ms. */
  readonly idleMs: number;
  /** Attempts in a row that brought nothing new, and the pause after the first in ms, doubled each time. */
  readonly attempts: number;
  readonly pauseMs: number;
  /** Bytes of the disk that stay free. */
  readonly reserveBytes: number;
  /** Free bytes of the disk that a folder lies on. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

export interface DownloadOptions {
  readonly address: string;
  readonly place: ModelPlace;
  /** In small letters. */
  readonly sha256: string | null;
  readonly run: JobRun;
  readonly limits: DownloadLimits;
}

const LONGEST_PAUSE_MS = 60_000;
/** The disk may be filled by others meanwhile. */
const LOOK_AT_DISK_BYTES = 64 * 1024 * 1024;
const PROGRESS_MS = 250;

/** One file on its way. What has come stays on the disk until it is whole, or known to be wrong. */
export class Download {
  readonly #options: DownloadOptions;
  readonly #host: string;
  #record: FileRecord | null = null;
  #bytes = 0;
  #hash: Hash = createHash("sha256");
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#host = new URL(options.address).host;
  }

  /** Resolves when the file is in its place. Throws `page-unreachable`, `storage-failed`, `model-file-unusable`, `cancelled`. */
  async run(): Promise<void> {
    const { place, run } = this.#options;
    let handle: FileHandle | null = null;
    let outcome: "whole" | "broken-off" = "broken-off";
    try {
      await this.#takeUp();
      handle = await open(place.part, this.#bytes > 0 ? "r+" : "w", 0o600);
      await this.#untilWhole(handle);
      await handle.sync();
      await handle.close();
      handle = null;
      await this.#finish();
      outcome = "whole";
    } catch (thrown) {
      if (run.signal.aborted) {
        throw new KernelError("cancelled", "The download was cancelled", {
          hint: "Start it again: it goes on where it was",
        });
      }
      throw thrown instanceof KernelError ? thrown : notWritten(place.part, thrown);
    } finally {
      await handle?.close().catch(() => {});
      if (outcome === "broken-off" && this.#bytes === 0) await discard(place).catch(() => {});
    }
  }

  /** Goes on from what an earlier attempt left, if it was the beginning of this very file. */
  async #takeUp(): Promise<void> {
    const { address, place, run } = this.#options;
    const record = await readRecord(place);
    const bytes = (await sizeOf(place.part)) ?? 0;
    if (record?.addressDigest !== digestOf(address) || record.validator === null || bytes === 0) return;
    this.#say("Reading what is there", bytes, record.totalBytes);
    this.#hash = await hashOf(place.part, bytes, run.signal);
    this.#record = record;
    this.#bytes = bytes;
  }

  async #untilWhole(handle: FileHandle): Promise<void> {
    const { run, limits } = this.#options;
    let furthest = this.#bytes;
    let failures = 0;
    while (true) {
      try {
        await this.#attempt(handle);
        return;
      } catch (thrown) {
        if (!(thrown instanceof Broken) || run.signal.aborted) throw thrown;
        failures = this.#bytes > furthest ? 1 : failures + 1;
        furthest = Math.max(furthest, this.#bytes);
        if (failures >= limits.attempts) throw this.#gaveUp(thrown);
        const pause = Math.min(LONGEST_PAUSE_MS, thrown.waitMs ?? limits.pauseMs * 2 ** (failures - 1));
        this.#say(`${thrown.message}; trying again`);
        await delay(pause, undefined, { signal: run.signal });
      }
    }
  }

  async #attempt(handle: FileHandle): Promise<void> {
    const { address, run, limits } = this.#options;
    const validator = this.#record?.validator ?? null;
    const resume = this.#bytes > 0 && validator !== null ? { from: this.#bytes, validator } : null;
    const response = await requestFile({ address, resume, idleMs: limits.idleMs, signal: run.signal });
    try {
      const answer = answerOf(
        response,
        this.#host,
        resume && { ...resume, totalBytes: this.#record?.totalBytes ?? null },
      );
      switch (answer.type) {
        case "nothing-left":
          return;
        case "another-file":
          await this.#startOver(handle, null);
          throw new Broken(`${this.#host} has another file there now`);
        case "from-start":
          await this.#startOver(handle, answer);
          break;
        case "rest":
          break;
      }
      await this.#receive(response, handle);
    } finally {
      response.destroy();
    }
  }

  async #startOver(
    handle: FileHandle,
    answer: Extract<Answer, { type: "from-start" }> | null,
  ): Promise<void> {
    const { address, place } = this.#options;
    await handle.truncate(0);
    this.#bytes = 0;
    this.#hash = createHash("sha256");
    const { validator = null, totalBytes = null } = answer ?? {};
    this.#record = { addressDigest: digestOf(address), validator, totalBytes, sha256: null };
    writeRecord(place, this.#record);
  }

  async #receive(response: IncomingMessage, handle: FileHandle): Promise<void> {
    const total = this.#record?.totalBytes ?? null;
    if (total !== null) this.#refuseTooLarge(total);
    await this.#needRoom(total === null ? 0 : total - this.#bytes);
    let looked = this.#bytes;
    this.#say(`From ${this.#host}`);
    for await (const chunk of chunksOf(response, this.#host)) {
      if (this.#bytes === 0 && !startsAsModel(chunk)) throw notAModel(this.#host, chunk);
      await handle.write(chunk, 0, chunk.length, this.#bytes);
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
      this.#refuseTooLarge(this.#bytes);
      if (this.#bytes - looked > LOOK_AT_DISK_BYTES) {
        looked = this.#bytes;
        await this.#needRoom(0);
      }
      this.#sayAtTimes();
    }
    if (total !== null && this.#bytes < total) throw new Broken(`${this.#host} broke off`);
    if (total !== null && this.#bytes > total) {
      await this.#startOver(handle, null);
      throw new Broken(`${this.#host} sent more than it had said`);
    }
    if (this.#bytes === 0) throw new Broken(`${this.#host} sent nothing`);
  }

  async #finish(): Promise<void> {
    const { place, sha256, address } = this.#options;
    this.#say("Checking it");
    const digest = this.#hash.digest("hex");
    if (sha256 !== null && sha256 !== digest) {
      await discard(place);
      throw otherDigest(this.#host, digest);
    }
    try {
      await readModelFacts(place.part);
    } catch (thrown) {
      await discard(place);
      throw thrown instanceof KernelError ? unusableModel(this.#host, thrown) : thrown;
    }
    writeRecord(place, {
      addressDigest: digestOf(address),
      validator: null,
      totalBytes: this.#bytes,
      sha256: digest,
    });
    await rename(place.part, place.file);
    syncFolder(dirname(place.file));
  }

  #refuseTooLarge(bytes: number): void {
    const { mostBytes } = this.#options.limits;
    if (bytes > mostBytes) throw tooLarge(mostBytes);
  }

  async #needRoom(bytes: number): Promise<void> {
    const { place, limits } = this.#options;
    const folder = dirname(place.file);
    const free = await limits.freeBytes(folder);
    const wanted = bytes + limits.reserveBytes;
    if (free < wanted) throw noRoom(folder, wanted, free);
  }

  #gaveUp({ message }: Broken): KernelError {
    return new KernelError("page-unreachable", message, {
      hint:
        this.#bytes > 0 && this.#record?.validator
          ? "Start it again: it goes on where it broke off"
          : "Check the address and the network",
    });
  }

  #sayAtTimes(): void {
    if (performance.now() - this.#shownAt >= PROGRESS_MS) this.#say(`From ${this.#host}`);
  }

  #say(message: string, done = this.#bytes, total = this.#record?.totalBytes ?? null): void {
    this.#shownAt = performance.now();
    this.#options.run.progress({ done, total, message });
  }
}

/** What is something else need not be got to its end. */
const startsAsModel = (chunk: Buffer): boolean => "GGUF".startsWith(chunk.subarray(0, 4).toString("latin1"));

/** The body's pieces; what breaks it is Broken. */
async function* chunksOf(response: IncomingMessage, host: string): AsyncIterable<Buffer> {
  const pieces = response[Symbol.asyncIterator]();
  while (true) {
    const piece = await pieces.next().catch((thrown: unknown) => {
      throw new Broken(`${host}: ${reasonOf(thrown)}`);
    });
    if (piece.done) return;
    yield piece.value;
  }
}

import { toErrorData } from "../../../shared/errors.ts";
import type { FileIndexStatus } from "../../../shared/files.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import { FILE_INDEX_BYTES, FILES_WAITING, INDEX_PROGRESS_MS, INDEX_RETRY_MS } from "../limits.ts";
import type { Clock, FileIndex, FileTree, TextExtractor } from "../ports.ts";

export interface IndexerParts {
  readonly files: Pick<FileTree, "walk" | "stat" | "readBytes">;
  readonly index: FileIndex;
  readonly extractor: TextExtractor;
  readonly clock: Clock;
  /** Told how far it is, at most every INDEX_PROGRESS_MS. */
  readonly announce: (status: FileIndexStatus) => void;
  /** There may be texts without a vector. */
  readonly indexed: () => void;
}

/** Files that a search must not take from the index. */
export interface Unindexed {
  /** Files that wait to be read. */
  readonly waiting: Iterable<string>;
  readonly count: number;
  /** `looking`: the tree is still being looked through, so there may be more. */
  readonly scan: "looking" | "done";
}

/** Files read from the index in one go while the tree is looked through. */
const PAGE = 1_000;

/**
 * Reads the tree's files into the index in the background: all that have changed since, when it starts and whenever
 * it is told to look again, and single ones when they change. Key material is never read. Nothing here is asked for
 * by a caller, so nothing rejects: a file that cannot be read is skipped, and an index that fails is tried again.
 */
export class Indexer {
  readonly #parts: IndexerParts;
  readonly #stop = new AbortController();
  readonly #waiting = new Set<string>();
  #scan: "none" | "wanted" | "looking" = "none";
  #work: Promise<void> | null = null;
  #retry: (() => void) | null = null;
  #progress = { done: 0, total: 0 };
  #announcement: (() => void) | null = null;
  #counts = { files: 0, skipped: 0 };
  #reading: string | null = null;

  constructor(parts: IndexerParts) {
    this.#parts = parts;
  }

  /** Looks through the whole tree for what has changed. */
  scan(): void {
    this.#scan = "wanted";
    this.#run();
  }

  /** A file or folder has changed, has come or has gone. */
  changed(path: string): void {
    this.#add(path);
    this.#run();
  }

  /** Forgets everything and reads it again. Rejects where the index refuses. */
  async readAgain(): Promise<void> {
    await this.#parts.index.clear();
    this.scan();
  }

  unindexed(): Unindexed {
    const reading = this.#reading === null ? [] : [this.#reading];
    return {
      waiting: [...reading, ...this.#waiting],
      count: this.#waiting.size + reading.length,
      scan: this.#scan === "none" ? "done" : "looking",
    };
  }

  /** Resolves when nothing is under way any more. Never rejects. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#announcement?.();
    this.#retry?.();
    await this.#work;
  }

  #add(path: string): void {
    if (this.#waiting.has(path)) return;
    if (this.#waiting.size >= FILES_WAITING) {
      this.#scan = "wanted";
      return;
    }
    this.#waiting.add(path);
    this.#progress.total += 1;
  }

  #run(): void {
    if (this.#work !== null || this.#retry !== null || this.#stop.signal.aborted) return;
    this.#work = this.#untilDone().then(
      () => this.#end(),
      () => this.#pause(),
    );
  }

  #end(): void {
    this.#work = null;
    if (this.#isWanted()) this.#run();
  }

  /** The index refuses: nothing is lost, since what is not in it is found missing by the next look. */
  #pause(): void {
    this.#work = null;
    this.#scan = "wanted";
    if (this.#stop.signal.aborted) return;
    this.#announceNow("idle");
    this.#retry = this.#parts.clock.after(INDEX_RETRY_MS, () => {
      this.#retry = null;
      this.#run();
    });
  }

  readonly #isWanted = (): boolean => this.#scan === "wanted" || this.#waiting.size > 0;

  async #untilDone(): Promise<void> {
    const { signal } = this.#stop;
    this.#counts = await this.#parts.index.counts();
    while (this.#isWanted() && !signal.aborted) {
      if (this.#scan === "wanted") await this.#look();
      const [path] = this.#waiting;
      if (path === undefined) continue;
      this.#waiting.delete(path);
      this.#reading = path;
      this.#announceInTime();
      try {
        await this.#read(path);
      } finally {
        this.#reading = null;
      }
      this.#progress.done += 1;
    }
    if (signal.aborted) return;
    this.#counts = await this.#parts.index.counts();
    this.#announcement?.();
    this.#announcement = null;
    this.#progress = { done: 0, total: 0 };
    this.#announceNow("idle");
    this.#parts.indexed();
  }

  /** Finds what has changed since, and forgets what is not there any more. */
  async #look(): Promise<void> {
    this.#scan = "looking";
    const known = await this.#known();
    const walk = this.#parts.files.walk(".");
    for (let page = await walk.next(); !this.#stop.signal.aborted; page = await walk.next()) {
      if (page.done) {
        // What was not reached may still be there.
        if (page.value.whole === "yes") for (const path of known.keys()) this.#add(path);
        break;
      }
      for (const { path, type, stamp, age } of page.value) {
        if (type !== "file" || sensitivity(path) === "secret") continue;
        // One touched just now may change again without a new stamp.
        if (known.get(path) !== stamp || age === "fresh") this.#add(path);
        known.delete(path);
      }
      await this.#turn();
    }
    if (this.#scan === "looking") this.#scan = "none";
  }

  async #known(): Promise<Map<string, string>> {
    const known = new Map<string, string>();
    for (let after = ""; ; ) {
      const page = await this.#parts.index.stamps(after, PAGE);
      for (const { path, stamp } of page) known.set(path, stamp);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return known;
      after = last.path;
    }
  }

  /** Throws what the index throws. */
  async #read(path: string): Promise<void> {
    const { files, index, extractor } = this.#parts;
    const facts = await files.stat(path).catch(() => null);
    if (facts === null || facts.type === "other" || sensitivity(path) === "secret") {
      await index.remove(path);
      return;
    }
    if (facts.type === "folder") {
      await this.#readFolder(path);
      return;
    }
    const { stamp } = facts;
    if (facts.bytes > FILE_INDEX_BYTES) {
      await index.skip(path, stamp, "it is too big");
      return;
    }
    const content = await files.readBytes(path, FILE_INDEX_BYTES).catch((thrown) => toErrorData(thrown));
    if ("code" in content) {
      if (content.code === "not-found") await index.remove(path);
      else await index.skip(path, stamp, content.message);
      return;
    }
    const found = await extractor.extract(path, content.content, this.#stop.signal).catch(() => null);
    // Broken off: it waits for the next start.
    if (found === null) return;
    if (found.type === "chunks") await index.put(path, content.facts.stamp, found.chunks);
    else await index.skip(path, content.facts.stamp, found.reason);
  }

  async #readFolder(path: string): Promise<void> {
    for await (const page of this.#parts.files.walk(path)) {
      for (const each of page)
        if (each.type === "file" && sensitivity(each.path) !== "secret") this.#add(each.path);
      await this.#turn();
    }
  }

  readonly #turn = (): Promise<void> => new Promise((resolve) => this.#parts.clock.soon(resolve));

  /** Small changes are over before anybody is told. */
  #announceInTime(): void {
    this.#announcement ??= this.#parts.clock.after(INDEX_PROGRESS_MS, () => {
      this.#announcement = null;
      if (!this.#stop.signal.aborted) this.#announceNow("indexing");
    });
  }

  #announceNow(phase: FileIndexStatus["phase"]): void {
    this.#parts.announce({ phase, ...this.#progress, ...this.#counts });
  }
}

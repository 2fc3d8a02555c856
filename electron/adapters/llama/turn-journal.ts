import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { AgentId } from "../../../shared/ids.ts";
import type { Clock } from "../../kernel/ports.ts";
import { replaceFile } from "./replace-file.ts";

/** Most time in ms between two writes while an answer is made. */
const RHYTHM_MS = 250;
/** What nobody came back for in this time is removed. */
const LONGEST_KEPT_MS = 30 * 24 * 3_600_000;

const entrySchema = z.object({
  model: z.string(),
  prompt: z.string(),
  generated: z.array(z.int().min(0)),
});

interface Pending {
  /** The answer to write next; null for none. */
  next: { readonly prompt: string; readonly generated: readonly number[] } | null;
  writing: Promise<void> | null;
  lastAt: number;
}

/**
 * The tokens of answers that have begun, one small file for each owner, so that a process that was killed goes on
 * with the very tokens and not with a text that may be cut into others. Writing it never fails a turn: what is
 * missing is made again.
 */
export class TurnJournal {
  readonly #folder: string;
  readonly #model: string;
  readonly #clock: Clock;
  readonly #pending = new Map<AgentId, Pending>();

  private constructor(folder: string, model: string, clock: Clock) {
    this.#folder = folder;
    this.#model = model;
    this.#clock = clock;
  }

  static async open(folder: string, model: string, clock: Clock): Promise<TurnJournal> {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const file = join(folder, name);
      const { mtimeMs } = await stat(file);
      if (clock.wall() - mtimeMs > LONGEST_KEPT_MS) await rm(file, { force: true });
    }
    return new TurnJournal(folder, model, clock);
  }

  /** Removes an owner's file from a folder that is not open. Never rejects. */
  static async removeFrom(folder: string, owner: AgentId): Promise<void> {
    await rm(fileOf(folder, owner), { force: true }).catch(() => {});
  }

  /** The answer so far to the prompt of this hash; null when there is none. */
  async read(owner: AgentId, prompt: string): Promise<readonly number[] | null> {
    await this.#pending.get(owner)?.writing;
    try {
      const entry = entrySchema.parse(JSON.parse(await readFile(this.#file(owner), "utf8")));
      const fits = entry.model === this.#model && entry.prompt === prompt;
      return fits ? entry.generated : null;
    } catch {
      return null;
    }
  }

  /** Told of each token; writes at a bounded rhythm, and at once when `when` is `now`. */
  note(owner: AgentId, prompt: string, generated: readonly number[], when: "in-time" | "now"): void {
    // The first token is written at once: a text without its tokens may be cut into others.
    const fresh: Pending = { next: null, writing: null, lastAt: Number.NEGATIVE_INFINITY };
    const pending = this.#pending.get(owner) ?? fresh;
    this.#pending.set(owner, pending);
    if (when === "in-time" && this.#clock.mono() - pending.lastAt < RHYTHM_MS) return;
    pending.lastAt = this.#clock.mono();
    pending.next = { prompt, generated: generated.slice() };
    pending.writing ??= this.#write(owner, pending);
  }

  /** The answer is whole, or nobody will go on with it. Never rejects. */
  async forget(owner: AgentId): Promise<void> {
    const pending = this.#pending.get(owner);
    this.#pending.delete(owner);
    if (pending) pending.next = null;
    await pending?.writing;
    await rm(this.#file(owner), { force: true }).catch(() => {});
  }

  /** Resolves when all is written. */
  async settle(): Promise<void> {
    await Promise.all([...this.#pending.values()].map((pending) => pending.writing));
  }

  async #write(owner: AgentId, pending: Pending): Promise<void> {
    while (pending.next !== null) {
      const text = JSON.stringify({ model: this.#model, ...pending.next });
      pending.next = null;
      await replaceFile(this.#file(owner), text).catch(() => {});
    }
    pending.writing = null;
  }

  #file(owner: AgentId): string {
    return fileOf(this.#folder, owner);
  }
}

const fileOf = (folder: string, owner: AgentId): string =>
  join(folder, `${createHash("sha256").update(owner).digest("hex").slice(0, 32)}.json`);

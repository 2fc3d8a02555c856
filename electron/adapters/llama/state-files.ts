import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { KeptState } from "../../../shared/context.ts";
import type { AgentId } from "../../../shared/ids.ts";
import { checksum } from "./checksum.ts";
import type { NativeSequence } from "./native.ts";
import { replaceFile, TEMPORARY } from "./replace-file.ts";
import { hashTokens } from "./tokens.ts";

/** Key-value state in a file, and what it is the state of. */
export interface StoredState {
  /** Name of its files, without an ending. */
  readonly key: string;
  /** null: a beginning that agents share. */
  readonly owner: AgentId | null;
  readonly tokens: Uint32Array;
  readonly bytes: number;
  readonly crc: number;
}

const STATE = ".state";
const SIDECAR = ".json";

const sidecarSchema = z.object({
  configuration: z.string(),
  owner: z.string().nullable(),
  tokens: z.array(z.int().min(0)),
  bytes: z.int().min(0),
  crc: z.int().min(0),
});

/** Why a state file was not loaded. It is gone. */
export class DamagedState extends Error {}

/**
 * Key-value states of one model and one configuration in a folder, within a budget of bytes; the ones not used for
 * longest go first. A state counts only together with a sidecar that fits it, so a crash between two writes leaves
 * nothing that could be taken for whole.
 */
export class StateFiles {
  readonly #folder: string;
  readonly #configuration: string;
  /** In order of last use, oldest first. */
  readonly #states = new Map<string, StoredState>();
  #budget: number;
  #bytes = 0;

  private constructor(folder: string, configuration: string, budget: number) {
    this.#folder = folder;
    this.#configuration = configuration;
    this.#budget = budget;
  }

  /** Finds the states of an earlier process, and removes whatever is of another configuration or broken. */
  static async open(folder: string, configuration: string, budget: number): Promise<StateFiles> {
    const files = new StateFiles(folder, configuration, budget);
    await mkdir(folder, { recursive: true });
    await files.#readIndex();
    await files.#makeRoom(0);
    return files;
  }

  /** Removes an owner's state from a folder that is not open. Never rejects. */
  static async removeFrom(folder: string, owner: AgentId): Promise<void> {
    for (const ending of [SIDECAR, STATE]) {
      await rm(join(folder, `${ownerKey(owner)}${ending}`), { force: true }).catch(() => {});
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  get budget(): number {
    return this.#budget;
  }

  /** States that belong to an owner. */
  get owned(): number {
    let count = 0;
    for (const state of this.#states.values()) if (state.owner !== null) count += 1;
    return count;
  }

  all(): Iterable<StoredState> {
    return this.#states.values();
  }

  ofOwner(owner: AgentId): StoredState | null {
    return this.#states.get(ownerKey(owner)) ?? null;
  }

  keptOf(owner: AgentId): KeptState | null {
    const state = this.ofOwner(owner);
    return state && { where: "disk", tokens: state.tokens.length, bytes: state.bytes };
  }

  hasPrefix(tokens: ArrayLike<number>): boolean {
    return this.#states.has(prefixKey(tokens));
  }

  async setBudget(bytes: number): Promise<void> {
    this.#budget = bytes;
    await this.#makeRoom(0);
  }

  /**
   * Writes a sequence's state under its owner's name, or as a shared beginning. null when it does not fit the budget.
   * `ready` is waited for before the engine is asked.
   * Rejects with the file system's or the engine's error, leaving nothing.
   */
  async save(
    sequence: NativeSequence,
    owner: AgentId | null,
    ready: () => Promise<void>,
  ): Promise<StoredState | null> {
    const tokens = Uint32Array.from(sequence.contextTokens);
    const key = owner === null ? prefixKey(tokens) : ownerKey(owner);
    await this.remove(key);
    const temporary = this.#path(key, TEMPORARY);
    try {
      await ready();
      await sequence.saveStateToFile(temporary);
      const { bytes, crc } = await checksum(temporary);
      if (bytes > this.#budget) return null;
      await this.#makeRoom(bytes);
      const state: StoredState = { key, owner, tokens, bytes, crc };
      await rename(temporary, this.#path(key, STATE));
      await replaceFile(this.#path(key, SIDECAR), this.#sidecar(state));
      this.#states.set(key, state);
      this.#bytes += bytes;
      return state;
    } catch (error) {
      await rm(this.#path(key, STATE), { force: true });
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Loads a state, as soon as `ready`, after looking at every byte of it. Throws `DamagedState`, having removed it. */
  async load(state: StoredState, sequence: NativeSequence, ready: () => Promise<void>): Promise<void> {
    const file = this.#path(state.key, STATE);
    try {
      const { bytes, crc } = await checksum(file);
      if (bytes !== state.bytes) {
        throw new DamagedState(`the state file has ${bytes} bytes where ${state.bytes} were written`);
      }
      if (crc !== state.crc) throw new DamagedState("the state file was damaged on disk");
      await ready();
      await sequence.loadStateFromFile(file, { acceptRisk: true });
    } catch (thrown) {
      await this.remove(state.key);
      if (thrown instanceof DamagedState) throw thrown;
      throw new DamagedState(
        `the state file was not loaded: ${thrown instanceof Error ? thrown.message : ""}`,
      );
    }
    this.#touch(state);
  }

  async removeOwner(owner: AgentId): Promise<void> {
    await this.remove(ownerKey(owner));
  }

  /** Never rejects: what stays on disk without its sidecar is removed at the next start. */
  async remove(key: string): Promise<void> {
    const state = this.#states.get(key);
    if (state) {
      this.#states.delete(key);
      this.#bytes -= state.bytes;
    }
    await rm(this.#path(key, SIDECAR), { force: true }).catch(() => {});
    await rm(this.#path(key, STATE), { force: true }).catch(() => {});
  }

  /** Puts it last in the order of removal, for this process and the next. */
  #touch(state: StoredState): void {
    this.#states.delete(state.key);
    this.#states.set(state.key, state);
    const now = new Date();
    utimes(this.#path(state.key, SIDECAR), now, now).catch(() => {});
  }

  async #makeRoom(bytes: number): Promise<void> {
    for (const key of [...this.#states.keys()]) {
      if (this.#bytes + bytes <= this.#budget) return;
      await this.remove(key);
    }
  }

  #sidecar(state: StoredState): string {
    return JSON.stringify({
      configuration: this.#configuration,
      owner: state.owner,
      tokens: [...state.tokens],
      bytes: state.bytes,
      crc: state.crc,
    });
  }

  async #readIndex(): Promise<void> {
    const entries = await readdir(this.#folder, { withFileTypes: true });
    const names = new Set(entries.filter((entry) => entry.isFile()).map((entry) => entry.name));
    const found: { state: StoredState; usedAt: number }[] = [];
    for (const name of names) {
      if (!name.endsWith(SIDECAR)) continue;
      const key = name.slice(0, -SIDECAR.length);
      const state = names.has(`${key}${STATE}`) ? await this.#readSidecar(key) : null;
      if (state === null) continue;
      const { usedAt, ...rest } = state;
      found.push({ state: rest, usedAt });
    }
    for (const { state } of found.toSorted((a, b) => a.usedAt - b.usedAt)) {
      this.#states.set(state.key, state);
      this.#bytes += state.bytes;
      names.delete(`${state.key}${SIDECAR}`);
      names.delete(`${state.key}${STATE}`);
    }
    for (const name of names) await rm(join(this.#folder, name), { force: true });
  }

  async #readSidecar(key: string): Promise<(StoredState & { readonly usedAt: number }) | null> {
    const file = this.#path(key, SIDECAR);
    try {
      const { configuration, owner, tokens, ...rest } = sidecarSchema.parse(
        JSON.parse(await readFile(file, "utf8")),
      );
      if (configuration !== this.#configuration) return null;
      const { mtimeMs } = await stat(file);
      return {
        key,
        owner: owner as AgentId | null,
        tokens: Uint32Array.from(tokens),
        ...rest,
        usedAt: mtimeMs,
      };
    } catch {
      return null;
    }
  }

  #path(key: string, ending: string): string {
    return join(this.#folder, `${key}${ending}`);
  }
}

/** Owners' ids stand for nothing a file system could take amiss, but are no promise of this room. */
const ownerKey = (owner: AgentId): string =>
  `agent-${createHash("sha256").update(owner).digest("hex").slice(0, 32)}`;
const prefixKey = (tokens: ArrayLike<number>): string => `prefix-${hashTokens(tokens)}`;

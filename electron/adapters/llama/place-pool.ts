import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { KeptState, SwitchReport } from "../../../shared/context.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { Clock } from "../../kernel/ports.ts";
import { chooseVictim, decideEviction, type Evictable } from "./eviction.ts";
import { Mutex } from "./mutex.ts";
import type { NativeContext, NativeSequence } from "./native.ts";
import { TEMPORARY } from "./replace-file.ts";
import type { Speeds } from "./speeds.ts";
import { DamagedState, type StateFiles, type StoredState } from "./state-files.ts";
import { commonPrefix } from "./tokens.ts";

/** A sequence of the context and whose state it holds. While it is busy it belongs to one turn alone. */
export interface Place {
  sequence: NativeSequence;
  /** null: nobody comes back for it. */
  owner: AgentId | null;
  use: "idle" | "busy";
  waitsFor: "slot" | "tool-or-person";
  /** Monotonic, ms. */
  usedAt: number;
  /** Tokens that it held when it was last looked at. */
  tokens: number;
}

/** A place with as much of the wanted row's state as was cheapest to have; the rest is to be read. */
export interface Brought {
  readonly place: Place;
  readonly reused: number;
  /** When it was ready, monotonic, ms. */
  readonly broughtAt: number;
  readonly report: Omit<SwitchReport, "prefilledTokens" | "prefillMs">;
}

export interface PoolOptions {
  readonly context: NativeContext;
  readonly sequences: number;
  readonly kvBytesPerToken: number;
  readonly files: StateFiles;
  /** For copies between places. */
  readonly folder: string;
  readonly speeds: Speeds;
  readonly clock: Clock;
}

type Source =
  | { readonly type: "held"; readonly common: number; readonly ms: number }
  | { readonly type: "file"; readonly common: number; readonly ms: number; readonly state: StoredState }
  | { readonly type: "place"; readonly common: number; readonly ms: number; readonly place: Place };

/** The sequences of one context: who has which, what makes room, and where a state comes back from. */
export class PlacePool {
  readonly #options: PoolOptions;
  readonly #places: Place[];
  /** Whatever changes owners or files runs alone. */
  readonly #mutex = new Mutex();
  readonly #forgotten = new Set<AgentId>();

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.sequences }, () => ({
      sequence: options.context.getSequence(),
      owner: null,
      use: "idle",
      waitsFor: "tool-or-person",
      usedAt: 0,
      tokens: 0,
    }));
  }

  get inRam(): number {
    return this.#places.filter((place) => place.owner !== null).length;
  }

  get ramBytes(): number {
    const tokens = this.#places.reduce((sum, place) => sum + place.tokens, 0);
    return tokens * this.#options.kvBytesPerToken;
  }

  kept(owner: AgentId): KeptState | null {
    const place = this.#places.find((each) => each.owner === owner);
    if (place && place.tokens > 0) {
      return { where: "ram", tokens: place.tokens, bytes: place.tokens * this.#options.kvBytesPerToken };
    }
    const state = this.#options.files.ofOwner(owner);
    return state && { where: "disk", tokens: state.tokens.length, bytes: state.bytes };
  }

  /**
   * Gives a place that holds a beginning of `row`, at least its last token short, for a turn of `owner` (null: of a
   * call that stands alone). Whoever gets it gives it back by `release`.
   */
  bring(owner: AgentId | null, row: readonly number[]): Promise<Brought> {
    return this.#mutex.run(async () => {
      const own = owner === null ? undefined : this.#places.find((place) => place.owner === owner);
      // A second call of the same agent at the same time stands alone: its place is in use.
      const lasting = own?.use === "busy" ? null : owner;
      const kept = own?.use === "idle" ? own : this.#unowned(row);
      const { place, evicted } = kept ? { place: kept, evicted: null } : await this.#evict();
      place.use = "busy";
      try {
        const found = await this.#fill(place, row, own !== undefined && own === place);
        place.owner = lasting;
        if (lasting !== null) this.#forgotten.delete(lasting);
        const broughtAt = this.#options.clock.mono();
        return { place, reused: found.reusedTokens, broughtAt, report: { ...found, evicted } };
      } catch (thrown) {
        await this.#renew(place);
        place.use = "idle";
        throw thrown;
      }
    });
  }

  release(place: Place, waitsFor: Place["waitsFor"]): void {
    place.use = "idle";
    place.waitsFor = waitsFor;
    place.usedAt = this.#options.clock.mono();
    place.tokens = place.sequence.contextTokens.length;
    const owner = place.owner;
    if (owner !== null && this.#forgotten.has(owner)) void this.forget(owner);
  }

  /** The engine failed on it: nothing that it holds can be trusted. */
  discard(place: Place): Promise<void> {
    return this.#mutex.run(async () => {
      await this.#renew(place);
      place.use = "idle";
    });
  }

  /** Keeps the state that a place holds right now as a beginning that others may load. Never rejects. */
  keepPrefix(place: Place): Promise<void> {
    return this.#mutex.run(async () => {
      await this.#save(place, null);
    });
  }

  /** Never rejects. A place in use is let go of when its turn ends. */
  forget(owner: AgentId): Promise<void> {
    return this.#mutex.run(async () => {
      this.#forgotten.delete(owner);
      for (const place of this.#places) {
        if (place.owner !== owner) continue;
        if (place.use === "busy") this.#forgotten.add(owner);
        else await this.#renew(place).catch(() => {});
      }
      await this.#options.files.removeOwner(owner).catch(() => {});
    });
  }

  /** Writes what fits the budget on disk, so that the context can be freed. Never rejects. */
  saveAll(): Promise<void> {
    return this.#mutex.run(async () => {
      for (const place of this.#places.toSorted((a, b) => a.usedAt - b.usedAt)) {
        if (place.owner === null || this.#isOnDisk(place)) continue;
        await this.#save(place, place.owner);
      }
    });
  }

  setDiskBudget(bytes: number): Promise<void> {
    return this.#mutex.run(() => this.#options.files.setBudget(bytes).catch(() => {}));
  }

  /** A place that nobody comes back for; the one that holds most of the row. */
  #unowned(row: readonly number[]): Place | null {
    let best: { readonly place: Place; readonly common: number } | null = null;
    for (const place of this.#places) {
      if (place.owner !== null || place.use === "busy") continue;
      const common = commonPrefix(place.sequence.contextTokens, row);
      if (best === null || common > best.common) best = { place, common };
    }
    return best?.place ?? null;
  }

  async #evict(): Promise<{ readonly place: Place; readonly evicted: SwitchReport["evicted"] }> {
    const { speeds, files, clock } = this.#options;
    const idle = this.#places.filter((place) => place.use === "idle");
    const states = idle.map((place) => this.#evictable(place));
    const index = chooseVictim(states, speeds, files.budget);
    const place = idle[index];
    const state = states[index];
    if (!place || !state) throw new Error("More calls run than there are sequences");
    const decision = decideEviction(state, speeds, files.budget);
    const start = clock.mono();
    const { owner } = place;
    const saved =
      decision.choice === "saved" && (this.#isOnDisk(place) || (await this.#save(place, owner)) !== null);
    place.owner = null;
    const evicted = {
      owner: owner ?? "",
      choice: saved ? ("saved" as const) : ("dropped" as const),
      tokens: state.tokens,
      bytes: state.bytes,
      ms: clock.mono() - start,
      costs: decision.costs,
    };
    return { place, evicted };
  }

  #evictable(place: Place): Evictable {
    const tokens = place.sequence.contextTokens.length;
    return {
      tokens,
      bytes: tokens * this.#options.kvBytesPerToken,
      idleMs: this.#options.clock.mono() - place.usedAt,
      waitsFor: place.waitsFor,
      tokensOnDisk: this.#isOnDisk(place) ? tokens : 0,
      share: 1 / this.#places.length,
    };
  }

  #isOnDisk(place: Place): boolean {
    const stored = place.owner === null ? null : this.#options.files.ofOwner(place.owner);
    const tokens = place.sequence.contextTokens;
    return stored !== null && stored.tokens.length === tokens.length
      ? commonPrefix(stored.tokens, tokens) === tokens.length
      : false;
  }

  /** null when it was not written: no room, or the disk's error. A state can always be made again. */
  async #save(place: Place, owner: AgentId | null): Promise<StoredState | null> {
    const { files, speeds, clock } = this.#options;
    const start = clock.mono();
    const state = await files.save(place.sequence, owner).catch(() => null);
    if (state) speeds.note("save", state.bytes, clock.mono() - start);
    return state;
  }

  /** Makes the place hold as much of the row as is cheapest, and nothing else. */
  async #fill(
    place: Place,
    row: readonly number[],
    own: boolean,
  ): Promise<Omit<Brought["report"], "evicted">> {
    const { clock } = this.#options;
    const start = clock.mono();
    const refused = new Set<Place>();
    let problem: string | undefined;
    for (;;) {
      const source = this.#cheapest(place, row, refused);
      try {
        const restoredBytes = await this.#take(source, place);
        const reusedTokens = await this.#trim(place, source.common);
        return {
          from: reusedTokens === 0 ? "prompt" : fromOf(source, own),
          reusedTokens,
          restoredBytes,
          restoreMs: clock.mono() - start,
          ...(problem === undefined ? {} : { problem }),
        };
      } catch (thrown) {
        if (!(thrown instanceof DamagedState)) throw thrown;
        problem = thrown.message;
        if (source.type === "place") refused.add(source.place);
        await this.#renew(place);
      }
    }
  }

  /** Where the beginning of the row comes from in the least time, reading what is then missing included. */
  #cheapest(place: Place, row: readonly number[], refused: ReadonlySet<Place>): Source {
    const { speeds, files, kvBytesPerToken } = this.#options;
    const most = row.length - 1;
    const reading = (common: number): number => speeds.ms("prefill", row.length - common);
    const common = (tokens: ArrayLike<number>): number => Math.min(commonPrefix(tokens, row), most);
    const held = common(place.sequence.contextTokens);
    let best: Source = { type: "held", common: held, ms: reading(held) };
    for (const state of files.all()) {
      const here = common(state.tokens);
      const ms = speeds.ms("restore", state.bytes) + reading(here);
      if (here > best.common && ms < best.ms) best = { type: "file", common: here, ms, state };
    }
    for (const other of this.#places) {
      if (other === place || other.use === "busy" || refused.has(other)) continue;
      const tokens = other.sequence.contextTokens;
      const here = common(tokens);
      const bytes = tokens.length * kvBytesPerToken;
      const ms = speeds.ms("save", bytes) + speeds.ms("restore", bytes) + reading(here);
      if (here > best.common && ms < best.ms) best = { type: "place", common: here, ms, place: other };
    }
    return best;
  }

  /** Bytes that were loaded. Throws `DamagedState`. */
  async #take(source: Source, place: Place): Promise<number> {
    const { files, folder, speeds, clock } = this.#options;
    switch (source.type) {
      case "held":
        return 0;
      case "file": {
        const start = clock.mono();
        await files.load(source.state, place.sequence);
        speeds.note("restore", source.state.bytes, clock.mono() - start);
        return source.state.bytes;
      }
      case "place": {
        const file = join(folder, `copy${TEMPORARY}`);
        try {
          const { fileSize } = await source.place.sequence.saveStateToFile(file);
          await place.sequence.loadStateFromFile(file, { acceptRisk: true });
          return fileSize;
        } catch (thrown) {
          throw new DamagedState(thrown instanceof Error ? thrown.message : "the state was not copied");
        } finally {
          await rm(file, { force: true });
        }
      }
    }
  }

  /** Forgets what comes after `keep` tokens; returns how many are left. */
  async #trim(place: Place, keep: number): Promise<number> {
    const { sequence } = place;
    const end = sequence.contextTokens.length;
    if (end > keep) {
      // Models that cannot forget an end alone would read the beginning again in one go, which no cancel could end.
      const start = sequence.needsCheckpoints ? 0 : keep;
      await sequence.eraseContextTokenRanges([{ start, end }]);
    }
    place.tokens = sequence.contextTokens.length;
    return place.tokens;
  }

  async #renew(place: Place): Promise<void> {
    place.owner = null;
    place.tokens = 0;
    await place.sequence.dispose();
    place.sequence = this.#options.context.getSequence();
  }
}

function fromOf(source: Source, own: boolean): SwitchReport["from"] {
  switch (source.type) {
    case "held":
      return own ? "in-place" : "ram";
    case "file":
      return source.state.owner === null ? "prefix" : "disk";
    case "place":
      return "ram";
  }
}

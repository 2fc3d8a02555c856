import type { KeptState, SwitchReport } from "../../../shared/context.ts";
import type { AgentId } from "../../../shared/ids.ts";
import { chooseVictim, decideEviction, type Evictable } from "./eviction.ts";
import { Mutex } from "./mutex.ts";
import { type Place, renew, Stopwatch } from "./place.ts";
import type { StoredState } from "./state-files.ts";
import { type SourceOptions, StateSources } from "./state-sources.ts";
import { commonPrefix } from "./tokens.ts";

/** A place with as much of the wanted row's state as was cheapest to have; the rest is to be read. */
export interface Brought {
  readonly place: Place;
  readonly reused: number;
  readonly report: Omit<SwitchReport, "prefilledTokens" | "prefillMs">;
}

export interface PoolOptions extends SourceOptions {
  readonly sequences: number;
}

interface Saved {
  readonly state: StoredState;
  readonly ms: number;
}

/** The sequences of one context: who has which, what makes room, and where a state comes back from. */
export class PlacePool {
  readonly #options: PoolOptions;
  readonly #places: Place[];
  /** Whatever changes owners or files runs alone. */
  readonly #mutex = new Mutex();
  readonly #forgotten = new Set<AgentId>();
  readonly #sources: StateSources;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#sources = new StateSources(options);
    this.#places = Array.from({ length: options.sequences }, () => ({
      sequence: options.context.getSequence(),
      owner: null,
      use: "idle",
      waitsFor: "tool-or-person",
      usedAt: 0,
      tokens: 0,
      answerTokens: 0,
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
    return this.#options.files.keptOf(owner);
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
        const found = await this.#sources.bring(place, this.#places, row, own === place ? "own" : "other");
        place.owner = lasting;
        if (lasting !== null) this.#forgotten.delete(lasting);
        return { place, reused: found.reusedTokens, report: { ...found, evicted } };
      } catch (thrown) {
        await renew(place, this.#options.context);
        place.use = "idle";
        throw thrown;
      }
    });
  }

  /** `forgotten`: its owner was let go of while the turn ran, and whatever else is kept of it may go too. */
  release(place: Place, waitsFor: Place["waitsFor"], answerTokens: number): "kept" | "forgotten" {
    place.use = "idle";
    place.waitsFor = waitsFor;
    place.answerTokens = answerTokens;
    place.usedAt = this.#options.clock.mono();
    place.tokens = place.sequence.contextTokens.length;
    const owner = place.owner;
    if (owner === null || !this.#forgotten.has(owner)) return "kept";
    void this.forget(owner);
    return "forgotten";
  }

  /** The engine failed on it: nothing that it holds can be trusted. It is given back by `release` all the same. */
  discard(place: Place): Promise<void> {
    return this.#mutex.run(() => renew(place, this.#options.context));
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
        else await renew(place, this.#options.context).catch(() => {});
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
    const { speeds, files } = this.#options;
    const idle = this.#places.filter((place) => place.use === "idle");
    const states = idle.map((place) => this.#evictable(place));
    const index = chooseVictim(states, speeds, files.budget);
    const place = idle[index];
    const state = states[index];
    if (!place || !state) throw new Error("More calls run than there are sequences");
    const decision = decideEviction(state, speeds, files.budget);
    const { owner } = place;
    const wanted = decision.choice === "saved";
    const onDisk = wanted && this.#isOnDisk(place);
    const saved = wanted && !onDisk ? await this.#save(place, owner) : null;
    place.owner = null;
    const evicted = {
      owner: owner ?? "",
      choice: onDisk || saved ? ("saved" as const) : ("dropped" as const),
      tokens: state.tokens,
      bytes: state.bytes,
      ms: saved?.ms ?? 0,
      costs: decision.costs,
    };
    return { place, evicted };
  }

  #evictable(place: Place): Evictable {
    const tokens = place.sequence.contextTokens.length;
    return {
      tokens,
      answerTokens: Math.min(place.answerTokens, tokens),
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
  async #save(place: Place, owner: AgentId | null): Promise<Saved | null> {
    const { files, speeds, clock, kvBytesPerToken } = this.#options;
    if (place.sequence.contextTokens.length * kvBytesPerToken > files.budget) return null;
    const watch = new Stopwatch(clock);
    const ready = (): Promise<void> => watch.untilFree(place.sequence);
    const state = await files.save(place.sequence, owner, ready).catch(() => null);
    if (state) speeds.note("save", state.bytes, watch.ms);
    return state && { state, ms: watch.ms };
  }
}

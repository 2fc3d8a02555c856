import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { SwitchReport } from "../../../shared/context.ts";
import type { Clock } from "../../kernel/ports.ts";
import type { NativeContext } from "./native.ts";
import { type Place, renew, Stopwatch } from "./place.ts";
import { TEMPORARY } from "./replace-file.ts";
import type { Speeds } from "./speeds.ts";
import { DamagedState, type StateFiles, type StoredState } from "./state-files.ts";
import { commonPrefix } from "./tokens.ts";

export interface SourceOptions {
  readonly context: NativeContext;
  readonly kvBytesPerToken: number;
  readonly files: StateFiles;
  /** For copies between places. */
  readonly folder: string;
  readonly speeds: Speeds;
  readonly clock: Clock;
}

/** What a place holds of a row, and what it took to get it there. */
export type Found = Omit<SwitchReport, "prefilledTokens" | "prefillMs" | "evicted">;

type Source =
  | { readonly type: "held"; readonly common: number; readonly ms: number }
  | { readonly type: "file"; readonly common: number; readonly ms: number; readonly state: StoredState }
  | { readonly type: "place"; readonly common: number; readonly ms: number; readonly place: Place };

/** Where the state of a row's beginning can be had: in the place itself, in files, in other agents' places. */
export class StateSources {
  readonly #options: SourceOptions;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** Makes the place hold as much of the row as is cheapest, and nothing else. */
  async bring(
    place: Place,
    places: readonly Place[],
    row: readonly number[],
    whose: "own" | "other",
  ): Promise<Found> {
    const watch = new Stopwatch(this.#options.clock);
    const refused = new Set<Place>();
    let problem: string | undefined;
    for (;;) {
      const source = this.#cheapest(place, places, row, refused);
      try {
        const restoredBytes = await this.#take(source, place, watch);
        const reusedTokens = await this.#trim(place, source.common, watch);
        return {
          from: reusedTokens === 0 ? "prompt" : fromOf(source, whose),
          reusedTokens,
          restoredBytes,
          restoreMs: watch.ms,
          ...(problem === undefined ? {} : { problem }),
        };
      } catch (thrown) {
        if (!(thrown instanceof DamagedState)) throw thrown;
        problem = thrown.message;
        if (source.type === "place") refused.add(source.place);
        await renew(place, this.#options.context);
      }
    }
  }

  /** Where the beginning of the row comes from in the least time, reading what is then missing included. */
  #cheapest(
    place: Place,
    places: readonly Place[],
    row: readonly number[],
    refused: ReadonlySet<Place>,
  ): Source {
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
    for (const other of places) {
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
  async #take(source: Source, place: Place, watch: Stopwatch): Promise<number> {
    const { files, folder, speeds } = this.#options;
    switch (source.type) {
      case "held":
        return 0;
      case "file": {
        const before = watch.ms;
        await files.load(source.state, place.sequence, () => watch.untilFree(place.sequence));
        speeds.note("restore", source.state.bytes, watch.ms - before);
        return source.state.bytes;
      }
      case "place": {
        const file = join(folder, `copy${TEMPORARY}`);
        try {
          await watch.untilFree(source.place.sequence);
          const { fileSize } = await source.place.sequence.saveStateToFile(file);
          await watch.untilFree(place.sequence);
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
  async #trim(place: Place, keep: number, watch: Stopwatch): Promise<number> {
    const { sequence } = place;
    const end = sequence.contextTokens.length;
    if (end > keep) {
      // Models that cannot forget an end alone would read the beginning again in one go, which no cancel could end.
      const start = sequence.needsCheckpoints ? 0 : keep;
      await watch.untilFree(sequence);
      await sequence.eraseContextTokenRanges([{ start, end }]);
    }
    place.tokens = sequence.contextTokens.length;
    return place.tokens;
  }
}

function fromOf(source: Source, whose: "own" | "other"): SwitchReport["from"] {
  switch (source.type) {
    case "held":
      return whose === "own" ? "in-place" : "ram";
    case "file":
      return source.state.owner === null ? "prefix" : "disk";
    case "place":
      return "ram";
  }
}

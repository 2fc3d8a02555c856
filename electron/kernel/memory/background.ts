import type { KernelEvent } from "../../../shared/events.ts";
import type { Gate } from "../access/gate.ts";
import type { CoreRegistry } from "../cores/core-registry.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock, EmbeddingSource, QueryVector } from "../ports.ts";
import type { SettingsKeeper } from "../settings-keeper.ts";
import type { SyscallPath } from "../syscall-path.ts";
import { Embedder } from "./embedder.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { NoteTaker } from "./note-taker.ts";

export interface MemoryBackgroundParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly cores: CoreRegistry;
  readonly path: () => SyscallPath;
  readonly gate: Pick<Gate, "refuseModel">;
  readonly settings: Pick<SettingsKeeper, "get">;
  readonly manager: () => MemoryManager;
}

/** What models do for memory and files when nobody waits: vectors of what is kept, and notes. */
export interface MemoryBackground {
  /** The vector of a search; null: by words alone. Never rejects. */
  vectorOf(query: string): Promise<QueryVector | null>;
  /** A source may have new texts. */
  poke(): void;
  /** Once the cores and memory are there. */
  open(sources: readonly EmbeddingSource[]): void;
  /** For the log's follower: another model may have come, or gone. */
  apply(event: KernelEvent): void;
  close(): void;
}

export function createMemoryBackground(parts: MemoryBackgroundParts): MemoryBackground {
  const { log, clock, cores, path, gate } = parts;
  const settings = () => parts.settings.get();
  const embedder = new Embedder({ log, clock, cores, path, settings });
  const vectorOf = (query: string) => embedder.vectorOf(query);
  let notes: NoteTaker | null = null;
  return {
    vectorOf,
    poke: () => embedder.poke(),
    open(sources) {
      const memory = parts.manager();
      const taker = new NoteTaker({
        memory,
        cores,
        path,
        settings,
        vectorOf,
        mayRead: (agentId, model) => gate.refuseModel(agentId, [model]) === null,
      });
      notes = taker;
      memory.onChange((change) => {
        embedder.poke();
        taker.changed(change);
      });
      embedder.open(sources);
    },
    apply: (event) => embedder.apply(event),
    close() {
      embedder.close();
      notes?.close();
    },
  };
}

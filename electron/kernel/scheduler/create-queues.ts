import type { QueueName } from "../../../shared/syscall.ts";
import type { EventLog } from "../events/event-log.ts";
import { MEMORY_SLOTS, STORAGE_SLOTS, TOOL_SLOTS } from "../limits.ts";
import type { Clock } from "../ports.ts";
import type { SettingsKeeper } from "../settings-keeper.ts";
import type { QueueParts, SyscallPath } from "../syscall-path.ts";
import { CorePool } from "./core-pool.ts";
import { Dispatcher, type Execute } from "./dispatcher.ts";
import { Scheduler } from "./scheduler.ts";

export interface QueuesParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly settings: Pick<SettingsKeeper, "get">;
  readonly path: () => Pick<SyscallPath, "finish">;
  readonly llmPool: CorePool;
  readonly executeLlm: Execute;
  readonly executeTool: Execute;
}

export type Queues = Readonly<Record<QueueName, QueueParts>>;

/** The queue of each module with all that serves it. The policy of the settings is that of the model queue. */
export function createQueues(parts: QueuesParts): Queues {
  const { log, clock, settings, path } = parts;
  const queue = (name: QueueName, pool: CorePool, execute: Execute): QueueParts => {
    // Modules serve agents in turn, so that one agent's burst does not hold up the others.
    const scheduler = new Scheduler(name === "llm" ? settings.get().policy : "round-robin");
    const dispatcher = new Dispatcher({
      queue: name,
      scheduler,
      pool,
      clock,
      log,
      execute,
      sliceTokens: () => settings.get().sliceTokens,
      finish: (syscall, outcome) => path().finish(syscall, outcome),
    });
    return { scheduler, pool, dispatcher };
  };
  return {
    llm: queue("llm", parts.llmPool, parts.executeLlm),
    memory: queue("memory", new CorePool(MEMORY_SLOTS), parts.executeTool),
    storage: queue("storage", new CorePool(STORAGE_SLOTS), parts.executeTool),
    tool: queue("tool", new CorePool(TOOL_SLOTS), parts.executeTool),
  };
}

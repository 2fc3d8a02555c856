import type { ContractHandlers } from "../../../shared/contract.ts";
import type { MEMORY_CONTRACT } from "../../../shared/contract-memory.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { RecallMemory } from "../context/recall.ts";
import type { MemoryStore, Tool } from "../ports.ts";
import { memoryTools } from "./memory-tools.ts";
import { storeRecall } from "./store-recall.ts";

export interface MemoryRoomParts {
  readonly store: MemoryStore;
  readonly originOf: (agentId: AgentId | null) => string | null;
}

export type MemoryHandlers = Pick<ContractHandlers, keyof typeof MEMORY_CONTRACT>;

/** The memory manager, wired: its tools for agents and its methods for screens. */
export interface MemoryRoom {
  readonly tools: readonly Tool[];
  readonly handlers: MemoryHandlers;
  /** What recall into prompts reads. */
  readonly recall: RecallMemory;
}

export function createMemoryRoom({ store, originOf }: MemoryRoomParts): MemoryRoom {
  const unbuilt = async (): Promise<never> => {
    throw new KernelError("unknown-method", "This part of memory is not built yet");
  };
  return {
    tools: memoryTools(store, originOf),
    recall: storeRecall(store),
    handlers: {
      "memory.items": unbuilt,
      "memory.item": unbuilt,
      "memory.tags": unbuilt,
      "memory.add": unbuilt,
      "memory.update": unbuilt,
      "memory.remove": unbuilt,
      "memory.restore": unbuilt,
      "memory.pin": unbuilt,
      "memory.move": unbuilt,
      "memory.link": unbuilt,
      "memory.undoMerge": unbuilt,
      "memory.setBudget": unbuilt,
    },
  };
}

import type { ContractHandlers } from "../../../shared/contract.ts";
import type { MEMORY_CONTRACT } from "../../../shared/contract-memory.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { AgentId } from "../../../shared/ids.ts";
import { MEMORY_OWNERS_KEPT } from "../../../shared/limits.ts";
import type { MemoryOwner } from "../../../shared/memory.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { Settings } from "../../../shared/settings.ts";
import type { AccessBook } from "../access/access-book.ts";
import { readableMemories } from "../access/ceiling.ts";
import type { ContextMarks } from "../access/context-marks.ts";
import type { Gate } from "../access/gate.ts";
import type { Catalogue } from "../agents/catalogue.ts";
import type { RecallMemory } from "../context/recall.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock, EffectsCaller, MemoryStore, Tool } from "../ports.ts";
import type { SettingsKeeper } from "../settings-keeper.ts";
import { guardCall, guardTools } from "../storage/guarded.ts";
import type { StorageGuard } from "../storage/storage-guard.ts";
import type { SyscallPath } from "../syscall-path.ts";
import { callByPerson } from "../tools/person-call.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import type { Embedder } from "./embedder.ts";
import { memoryCareTools } from "./memory-care-tools.ts";
import { createMemoryHandlers } from "./memory-handlers.ts";
import type { MemoryBudgets, MemoryManager } from "./memory-manager.ts";
import { memoryTools } from "./memory-tools.ts";
import { createMemoryManager } from "./tiered-memory.ts";

export interface MemoryRoomParts {
  readonly store: MemoryStore;
  readonly guard: StorageGuard;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly settings: Pick<SettingsKeeper, "get" | "update">;
  readonly path: () => SyscallPath;
  readonly registry: Pick<ToolRegistry, "get">;
  readonly marks: Pick<ContextMarks, "originOf">;
  readonly gate: Pick<Gate, "lineage">;
  readonly book: Pick<AccessBook, "groupsOf">;
  readonly catalogue: Pick<Catalogue, "known">;
  readonly embedder: Pick<Embedder, "vectorOf">;
  /** Aborts when the kernel stops. */
  readonly signal: AbortSignal;
}

export type MemoryHandlers = Pick<ContractHandlers, keyof typeof MEMORY_CONTRACT>;

/** The memory manager, wired: its tools for agents and its methods for screens. */
export interface MemoryRoom {
  readonly manager: MemoryManager;
  readonly tools: readonly Tool[];
  readonly handlers: MemoryHandlers;
  /** What recall into prompts reads. */
  readonly recall: RecallMemory;
  /** Reads the totals; call once, when the settings are read. */
  open(): Promise<void>;
  settingsChanged(settings: Settings): void;
  /** Writes down what is not on disk yet, and closes the store. */
  close(): Promise<void>;
}

export function createMemoryRoom(parts: MemoryRoomParts): MemoryRoom {
  const { store, log, clock, settings, gate, marks } = parts;
  const manager = createMemoryManager({ disk: store, log, clock, budgets: budgetsOf(settings.get()) });

  const vectorOf = (query: string) => parts.embedder.vectorOf(query);

  /** Memories that a caller reads without naming them. */
  const readable = ({ agentId = null, memoryOwner }: EffectsCaller): readonly MemoryOwner[] =>
    readableMemories(gate.lineage(agentId), memoryOwner) as readonly MemoryOwner[];

  function checkOwner(owner: MemoryOwner): void {
    const [type, name] = owner.split(":");
    if (name === undefined || (type !== "agent" && type !== "group")) return;
    // One that is gone may have left something.
    const isKnown =
      type === "agent" ? parts.catalogue.known(name) !== null : parts.book.groupsOf([name]).length > 0;
    if (isKnown || manager.usage(owner).items > 0) return;
    throw new KernelError("not-found", `There is no ${type} ${name}`, { field: "owner" });
  }

  async function setBudget(owner: MemoryOwner, bytes: number | null): Promise<void> {
    const { [owner]: _, ...others } = settings.get().memoryBudgets;
    if (bytes !== null && Object.keys(others).length >= MEMORY_OWNERS_KEPT) {
      throw new KernelError("limit-reached", `${MEMORY_OWNERS_KEPT} memories have budgets of their own`, {
        hint: "Give some the standard one first",
      });
    }
    await settings.update({ memoryBudgets: bytes === null ? others : { ...others, [owner]: bytes } });
  }

  const originOf = (agentId: AgentId | null) => marks.originOf(agentId);
  const toolParts = { memory: manager, originOf, readable, checkOwner, vectorOf };
  const call = guardCall(parts.guard, (tool, args: JsonObject) =>
    callByPerson({ path: parts.path(), tools: parts.registry, signal: parts.signal }, tool, args),
  );
  return {
    manager,
    tools: guardTools(parts.guard, [
      ...memoryTools(toolParts),
      ...memoryCareTools({ ...toolParts, setBudget }),
    ]),
    handlers: createMemoryHandlers({ memory: manager, call, vectorOf }),
    recall: { search: manager.search, use: manager.use, vectorOf, readable },
    open: () => manager.open(),
    settingsChanged: (changed) => manager.setBudgets(budgetsOf(changed)),
    async close() {
      await manager.close();
      await store.close();
    },
  };
}

const budgetsOf = ({ memoryRamBytes, memoryBudgets }: Settings): MemoryBudgets => ({
  standard: memoryRamBytes,
  own: memoryBudgets,
});

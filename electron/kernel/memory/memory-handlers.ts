import { KernelError } from "../../../shared/errors.ts";
import { memoryIdSchema } from "../../../shared/memory.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { MEMORY_SEARCHED } from "../limits.ts";
import type { QueryVector } from "../ports.ts";
import type { MemoryManager } from "./memory-manager.ts";
import type { MemoryHandlers } from "./memory-room.ts";

export interface MemoryHandlerParts {
  readonly memory: MemoryManager;
  /** A call of the person's, by the one path. Throws what it ends with. */
  readonly call: (tool: string, args: JsonObject) => Promise<string>;
  readonly vectorOf: (query: string) => Promise<QueryVector | null>;
}

/** The contract's methods on memories. What changes anything is a call of the person's. */
export function createMemoryHandlers({ memory, call, vectorOf }: MemoryHandlerParts): MemoryHandlers {
  const change = async (tool: string, args: JsonObject): Promise<Record<string, never>> => {
    await call(tool, args);
    return {};
  };
  return {
    "memory.items": async ({ owner, query, tag, sort, offset, limit }) => {
      const owners = owner === null ? null : [owner];
      if (query === "") {
        return { ...(await memory.list({ owners, tag, sort, offset, limit })), searchedBy: null };
      }
      const vector = await vectorOf(query);
      const found = await memory.search({
        text: query,
        owners,
        tag,
        limit: MEMORY_SEARCHED,
        vector,
        as: "look",
      });
      return {
        items: found.items.slice(offset, offset + limit),
        total: found.items.length,
        searchedBy: found.searchedBy,
      };
    },
    "memory.item": ({ owner, id }) => memory.detail(owner, id),
    "memory.tags": async ({ owner }) => ({ tags: await memory.tags(owner) }),
    "memory.add": async ({ owner, text, tags, metadata }) => {
      const said = await call("remember", { text, tags, metadata, for: owner });
      const [, how, id] = /^(Remembered as|Merged into) (m\d+)/.exec(said) ?? [];
      const parsed = memoryIdSchema.safeParse(id);
      // The person may have changed what they asked for: the words of the call are all that there is.
      if (!parsed.success) throw new KernelError("internal", said);
      return { id: parsed.data, merged: how === "Merged into" ? "yes" : "no" };
    },
    "memory.update": async ({ owner, id, ...edit }) => {
      const given = Object.entries(edit).filter(([, value]) => value !== undefined);
      await call("update_memory", { owner, id, ...Object.fromEntries(given) });
      return (await memory.detail(owner, id)).item;
    },
    "memory.remove": (args) => change("forget", args),
    "memory.restore": (args) => change("restore_memory", args),
    "memory.pin": (args) => change("pin_memory", args),
    "memory.move": (args) => change("move_memory", args),
    "memory.link": (args) => change("link_memories", args),
    "memory.undoMerge": (args) => change("undo_memory_merge", args),
    "memory.setBudget": (args) => change("set_memory_budget", args),
  };
}

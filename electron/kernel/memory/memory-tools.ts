import { z } from "zod";
import { nameSchema } from "../../../shared/access.ts";
import { MEMORY_CHARACTERS } from "../../../shared/contract-memory.ts";
import { KernelError } from "../../../shared/errors.ts";
import { type AgentId, idNumber } from "../../../shared/ids.ts";
import type { Effect } from "../../../shared/permission.ts";
import { MEMORY_ITEMS } from "../limits.ts";
import type { MemoryItem, MemoryStore, Tool, ToolRun } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";

const LISTED = 50;
const FOUND = 8;
const textSchema = z.string().trim().min(1, "expected a text").max(MEMORY_CHARACTERS);
const idSchema = z.string().regex(/^m\d+$/, "expected an id such as m12");

const agentSchema = nameSchema
  .optional()
  .describe("Another agent's name, when a privilege group shares its memory with you");

/** Whose memory a call reads: the caller's own, or that of the agent it names. */
const ownerOf = (args: { readonly agent?: string | undefined }, caller: { memoryOwner: string }): string =>
  args.agent === undefined ? caller.memoryOwner : `agent:${args.agent}`;

/** What an agent has read from outside, in words; null when nothing. */
type OriginOf = (agentId: AgentId | null) => string | null;

/**
 * The memory module's tools. Each agent name has a memory of its own, which outlives its runs. Others may read it
 * where a privilege group shares it: that is the gate's to decide. What an agent remembers after it has read from
 * outside marks whoever reads it: else a page could speak to the agent's next run as its own memory.
 */
export function memoryTools(store: MemoryStore, originOf: OriginOf = () => null): readonly Tool[] {
  const reads = async (
    args: { readonly agent?: string | undefined },
    caller: { memoryOwner: string },
  ): Promise<readonly Effect[]> => [
    { type: "read", target: `memory:${ownerOf(args, caller)}`, reversible: "yes" },
  ];
  const writes = async (_: unknown, caller: { memoryOwner: string }): Promise<readonly Effect[]> => [
    { type: "write", target: `memory:${caller.memoryOwner}`, reversible: "yes" },
  ];
  const need = (owner: string, id: string): MemoryItem => {
    const item = store.get(owner, id);
    if (!item)
      throw new KernelError("not-found", `There is no memory ${id}`, { hint: "Use recall to find its id" });
    return item;
  };
  const common = { kind: "memory", idempotent: "yes" } as const;
  const privates = [{ type: "memory" }] as const;
  return [
    defineTool({
      ...common,
      name: "remember",
      description: "Keeps a text in your memory, over restarts.",
      input: z.strictObject({ text: textSchema, tags: z.array(z.string().max(60)).max(20).default([]) }),
      effects: writes,
      run: async ({ text, tags }, run) => {
        if (store.count(run.memoryOwner) >= MEMORY_ITEMS) {
          throw new KernelError("limit-reached", `Your memory holds ${MEMORY_ITEMS} items`, {
            hint: "Forget some first",
          });
        }
        // Named after the syscall: the same call made twice keeps one item.
        const id = `m${idNumber(run.syscallId)}`;
        const now = run.clock.wall();
        const origin = originOf(run.agentId);
        store.put({ id, owner: run.memoryOwner, text, tags, origin, createdAt: now, updatedAt: now });
        return `Remembered as ${id}: ${text}`;
      },
    }),
    defineTool({
      ...common,
      name: "recall",
      description: "Finds what you remember by words, best first.",
      input: z.strictObject({ query: z.string().trim().min(1).max(1_000), agent: agentSchema }),
      effects: reads,
      privates,
      run: async ({ query, agent }, run) =>
        lines(marked(store.search(ownerOf({ agent }, run), query, FOUND), run), NOTHING_ABOUT),
    }),
    defineTool({
      ...common,
      name: "get_memory",
      description: "Reads one item of your memory by its id.",
      input: z.strictObject({ id: idSchema, agent: agentSchema }),
      effects: reads,
      privates,
      run: async ({ id, agent }, run) => lines(marked([need(ownerOf({ agent }, run), id)], run), ""),
    }),
    defineTool({
      ...common,
      name: "update_memory",
      description: "Replaces the text of one item of your memory.",
      input: z.strictObject({ id: idSchema, text: textSchema }),
      effects: writes,
      run: async ({ id, text }, run) => {
        const item = need(run.memoryOwner, id);
        const origin = originOf(run.agentId) ?? item.origin;
        store.put({ ...item, text, origin, updatedAt: run.clock.wall() });
        return `Updated ${id}: ${text}`;
      },
    }),
    defineTool({
      ...common,
      name: "forget",
      description: "Removes one item of your memory by its id.",
      input: z.strictObject({ id: idSchema }),
      effects: writes,
      run: async ({ id }, run) => {
        need(run.memoryOwner, id);
        store.remove(run.memoryOwner, id);
        return `Forgot ${id}`;
      },
    }),
    defineTool({
      ...common,
      name: "list_memories",
      description: `Lists what you remember, newest first, at most ${LISTED} items.`,
      input: z.strictObject({ agent: agentSchema }),
      effects: reads,
      privates,
      run: async ({ agent }, run) => {
        const owner = ownerOf({ agent }, run);
        const more = store.count(owner) - LISTED;
        const listed = lines(marked(store.list(owner, LISTED), run), "Nothing is remembered yet.");
        return more > 0 ? `${listed}\n… and ${more} older` : listed;
      },
    }),
  ];
}

const NOTHING_ABOUT = "Nothing is remembered about this.";

/** Marks the reader with where items came from. */
function marked(items: readonly MemoryItem[], run: ToolRun): readonly MemoryItem[] {
  for (const { id, origin } of items) if (origin !== null) run.taint({ type: "memory", item: id, origin });
  return items;
}

const lines = (items: readonly MemoryItem[], empty: string): string =>
  items.length === 0 ? empty : items.map((item) => `${item.id}: ${item.text}`).join("\n");

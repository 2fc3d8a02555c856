import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import { type MemoryOwner, memoryOwnerSchema } from "../../../shared/memory.ts";
import type { Tool } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";
import { MemoryPlaces, ownMemory, writes } from "./memory-places.ts";
import { callerOf, itemSchema, type MemoryToolParts } from "./memory-tools.ts";

export interface MemoryCareParts extends MemoryToolParts {
  /** null: the budget of Settings. Durable when it resolves. */
  readonly setBudget: (owner: MemoryOwner, bytes: number | null) => Promise<void>;
}

/** Tools that put memories right: mostly the person's, from the Memory screen. */
export function memoryCareTools(parts: MemoryCareParts): readonly Tool[] {
  const { memory, checkOwner } = parts;
  const places = new MemoryPlaces(parts);
  const common = { kind: "memory", idempotent: "no" } as const;
  return [
    defineTool({
      ...common,
      name: "move_memory",
      description: "Gives one item of memory to another: person, group:<name> or agent:<name>.",
      input: itemSchema.extend({ to: memoryOwnerSchema }),
      effects: async (args, caller) => writes(await places.find(args, caller), args.to),
      run: async (args, run) => {
        checkOwner(args.to);
        await memory.move(await places.of(args, run), args.id, args.to, callerOf(run));
        return `Moved ${args.id} to ${args.to}`;
      },
    }),
    defineTool({
      ...common,
      name: "restore_memory",
      description: "Brings back an item of memory that was removed.",
      input: itemSchema,
      effects: async ({ owner }, caller) => writes(owner ?? ownMemory(caller)),
      run: async ({ id, owner }, run) => {
        await memory.restore(owner ?? ownMemory(run), id, callerOf(run));
        return `Restored ${id}`;
      },
    }),
    defineTool({
      ...common,
      name: "undo_memory_merge",
      description: "Makes two items again of one that a near-duplicate was merged into.",
      input: itemSchema.extend({ merge: z.int().positive() }),
      effects: async (args, caller) => writes(await places.find(args, caller)),
      run: async (args, run) => {
        await memory.undoMerge(await places.of(args, run), args.id, args.merge, callerOf(run));
        return `${args.id} is two items again`;
      },
    }),
    defineTool({
      ...common,
      name: "set_memory_budget",
      description: "Sets how many bytes of RAM a memory may take; null for the standard.",
      input: z.strictObject({
        owner: memoryOwnerSchema,
        bytes: z.int().min(0).max(1_000_000_000).nullable(),
      }),
      effects: async ({ owner }) => writes(owner),
      run: async ({ owner, bytes }, run) => {
        if (run.agentId !== null)
          throw new KernelError("not-allowed", "Only the person sets budgets of memory");
        checkOwner(owner);
        await parts.setBudget(owner, bytes);
        return `The memory of ${owner} may take ${memory.usage(owner).budgetBytes} bytes of RAM`;
      },
    }),
  ];
}

import { z } from "zod";
import { memoryMetadataSchema, memoryTagsSchema, memoryTextSchema } from "../../../shared/contract-memory.ts";
import { type AgentId, idNumber } from "../../../shared/ids.ts";
import { type MemoryOwner, memoryId, memoryIdSchema, memoryOwnerSchema } from "../../../shared/memory.ts";
import type { EffectsCaller, QueryVector, Tool, ToolRun } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";
import { itemLines, marked, whyLine } from "./item-words.ts";
import type { MemoryCaller, MemoryManager } from "./memory-manager.ts";
import { MemoryPlaces, ownMemory, reads, writes } from "./memory-places.ts";

const LISTED = 50;
const FOUND = 8;

export interface MemoryToolParts {
  readonly memory: MemoryManager;
  /** What an agent has read from outside, in words; null when nothing. */
  readonly originOf: (agentId: AgentId | null) => string | null;
  /** Memories that a caller reads without naming them, its own first. */
  readonly readable: (caller: EffectsCaller) => readonly MemoryOwner[];
  /** Throws `not-found` for an agent or group that is not there. */
  readonly checkOwner: (owner: MemoryOwner) => void;
  /** null: searches go by words alone. */
  readonly vectorOf: (query: string) => Promise<QueryVector | null>;
}

export const ownerSchema = memoryOwnerSchema
  .optional()
  .describe("Whose memory: person, group:<name> or agent:<name>; yours, or where the id is, by default");
export const itemSchema = z.strictObject({ id: memoryIdSchema, owner: ownerSchema });

export const callerOf = ({ agentId, syscallId }: ToolRun): MemoryCaller => ({ agentId, syscallId });

/**
 * The memory module's tools. Each agent name has a memory of its own, which outlives its runs; a group's is its
 * members', the person's is everybody's to read. Whose may be touched is the gate's to decide. What an agent remembers
 * after it has read from outside marks whoever reads it: else a page could speak to an agent's next run, or to another
 * agent, as memory.
 */
export function memoryTools(parts: MemoryToolParts): readonly Tool[] {
  const { memory, originOf } = parts;
  const places = new MemoryPlaces(parts);
  const common = { kind: "memory", idempotent: "yes" } as const;
  const privates = [{ type: "memory" }] as const;
  return [
    defineTool({
      ...common,
      name: "remember",
      description:
        "Keeps a text in memory, over restarts. What is nearly the same as an item there joins it.",
      input: z.strictObject({
        text: memoryTextSchema,
        tags: memoryTagsSchema.default([]),
        metadata: memoryMetadataSchema.default({}),
        for: memoryOwnerSchema
          .optional()
          .describe("Whose memory: group:<name> of a group of yours, or person; yours by default"),
      }),
      effects: async (args, caller) => writes(args.for ?? ownMemory(caller)),
      run: async ({ text, tags, metadata, for: named }, run) => {
        const owner = named ?? ownMemory(run);
        if (named) parts.checkOwner(named);
        // Named after the syscall: the same call made twice keeps one item.
        const id = memoryId(idNumber(run.syscallId));
        const origin = originOf(run.agentId);
        const draft = { id, owner, text, tags, metadata, origin, duplicates: "merge" } as const;
        const { item, merged } = await memory.add(draft, callerOf(run));
        return merged === "yes"
          ? `Merged into ${item.id}, which says nearly the same: ${item.text}`
          : `Remembered as ${item.id}: ${item.text}`;
      },
    }),
    defineTool({
      ...common,
      name: "recall",
      description:
        "Finds what is remembered, by you, your groups and the person: by words and meaning, best first.",
      input: z.strictObject({
        query: z.string().trim().min(1).max(1_000),
        owner: ownerSchema,
        tag: z.string().max(60).optional(),
      }),
      effects: async (args, caller) => reads(places.findAll(args, caller)),
      privates,
      run: async (args, run) => {
        const { items } = await memory.search({
          text: args.query,
          owners: places.allOf(args, run),
          tag: args.tag ?? null,
          limit: FOUND,
          vector: await parts.vectorOf(args.query),
          as: "use",
        });
        if (items.length === 0) return "Nothing is remembered about this.";
        const found = marked(
          items.map(({ item }) => item),
          run,
        );
        return `${itemLines(found, ownMemory(run))}\n${whyLine(items)}`;
      },
    }),
    defineTool({
      ...common,
      name: "get_memory",
      description: "Reads one item of memory by its id.",
      input: itemSchema,
      effects: async (args, caller) => reads([await places.find(args, caller)]),
      privates,
      run: async (args, run) => {
        const item = await memory.use(await places.of(args, run), args.id);
        return itemLines(marked([item], run), ownMemory(run));
      },
    }),
    defineTool({
      ...common,
      name: "update_memory",
      description: "Replaces the text of one item of memory, or its tags, keywords or metadata.",
      input: itemSchema
        .extend({
          text: memoryTextSchema.optional(),
          tags: memoryTagsSchema.optional(),
          keywords: memoryTagsSchema.optional(),
          metadata: memoryMetadataSchema.optional(),
        })
        .refine(({ text, tags, keywords, metadata }) => text ?? tags ?? keywords ?? metadata, {
          path: ["text"],
          message: "expected a text, or something else to change",
        }),
      effects: async (args, caller) => writes(await places.find(args, caller)),
      run: async (args, run) => {
        const { text, tags, keywords, metadata } = args;
        const edit = { text, tags, keywords, metadata, origin: originOf(run.agentId) };
        const item = await memory.update(await places.of(args, run), args.id, edit, callerOf(run));
        return `Updated ${item.id}: ${item.text}`;
      },
    }),
    defineTool({
      ...common,
      name: "forget",
      description: "Removes one item of memory by its id.",
      input: itemSchema,
      effects: async (args, caller) => writes(await places.find(args, caller)),
      run: async (args, run) => {
        await memory.remove(await places.of(args, run), args.id, callerOf(run));
        return `Forgot ${args.id}`;
      },
    }),
    defineTool({
      ...common,
      name: "list_memories",
      description: `Lists what you remember, or another memory that is named, newest first, at most ${LISTED} items.`,
      input: z.strictObject({ owner: ownerSchema, tag: z.string().max(60).optional() }),
      effects: async ({ owner }, caller) => reads([owner ?? ownMemory(caller)]),
      privates,
      run: async ({ owner: named, tag = null }, run) => {
        const owner = named ?? ownMemory(run);
        const query = { owners: [owner], tag, sort: "newest", offset: 0, limit: LISTED } as const;
        const { items, total } = await memory.list(query);
        if (items.length === 0) return "Nothing is remembered yet.";
        const lines = itemLines(
          marked(
            items.map(({ item }) => item),
            run,
          ),
          ownMemory(run),
        );
        return total > LISTED ? `${lines}\n… and ${total - LISTED} older` : lines;
      },
    }),
    defineTool({
      ...common,
      name: "link_memories",
      description: "Links one item of memory to another that has to do with it, or removes the link.",
      input: itemSchema.extend({ to: memoryIdSchema, linked: z.enum(["yes", "no"]).default("yes") }),
      effects: async (args, caller) => [
        ...writes(await places.find(args, caller)),
        ...reads([await places.find({ id: args.to }, caller)]),
      ],
      run: async (args, run) => {
        const { id, to, linked } = args;
        const owner = await places.of(args, run);
        await memory.link(owner, id, to, linked, callerOf(run));
        return linked === "yes" ? `Linked ${id} to ${to}` : `${id} is linked to ${to} no more`;
      },
    }),
    defineTool({
      ...common,
      name: "pin_memory",
      description: "Keeps one item of memory in RAM, where it is found at once, or lets it go.",
      input: itemSchema.extend({ pinned: z.enum(["yes", "no"]).default("yes") }),
      effects: async (args, caller) => writes(await places.find(args, caller)),
      run: async (args, run) => {
        await memory.pin(await places.of(args, run), args.id, args.pinned, callerOf(run));
        return args.pinned === "yes" ? `Pinned ${args.id}` : `${args.id} is pinned no more`;
      },
    }),
  ];
}

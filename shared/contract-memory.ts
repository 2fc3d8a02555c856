import { z } from "zod";
import {
  type MemoryId,
  type MemoryItem,
  type MemoryItemDetail,
  type MemoryItemView,
  memoryIdSchema,
  memoryOwnerSchema,
  type SearchedBy,
} from "./memory.ts";
import { done, output } from "./schema-parts.ts";

/** Characters of one item. */
export const MEMORY_CHARACTERS = 8_000;
/** Most items that one `memory.items` returns. */
export const MEMORY_PAGE = 200;

export const memoryTextSchema = z.string().trim().min(1, "expected a text").max(MEMORY_CHARACTERS);
export const memoryTagsSchema = z.array(z.string().trim().min(1).max(60)).max(20);
export const memoryMetadataSchema = z
  .record(z.string().min(1).max(60), z.string().max(500))
  .refine((metadata) => Object.keys(metadata).length <= 20, "expected 20 entries at most");

const ofItem = z.strictObject({ owner: memoryOwnerSchema, id: memoryIdSchema });

/**
 * What the person sees of memories and does with them. Each change is a memory syscall of the person's, by the one
 * path; its failure is thrown.
 */
export const MEMORY_CONTRACT = {
  /** A page of one owner's items, or of all. With a query best first, else newest first. */
  "memory.items": {
    input: z.strictObject({
      owner: memoryOwnerSchema.nullable().default(null),
      query: z.string().trim().max(1_000).default(""),
      tag: z.string().max(60).nullable().default(null),
      sort: z.enum(["newest", "last-used", "largest", "most-used"]).default("newest"),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(MEMORY_PAGE).default(MEMORY_PAGE),
    }),
    output: output<{
      readonly items: readonly MemoryItemView[];
      /** Of all pages; for a search the hits that were looked at. */
      readonly total: number;
      readonly searchedBy: SearchedBy | null;
    }>(),
  },
  "memory.item": { input: ofItem, output: output<MemoryItemDetail>() },
  "memory.tags": {
    input: z.strictObject({ owner: memoryOwnerSchema.nullable().default(null) }),
    output: output<{ readonly tags: readonly { readonly tag: string; readonly items: number }[] }>(),
  },
  "memory.add": {
    input: z.strictObject({
      owner: memoryOwnerSchema,
      text: memoryTextSchema,
      tags: memoryTagsSchema.default([]),
      metadata: memoryMetadataSchema.default({}),
    }),
    output: output<{ readonly id: MemoryId; readonly merged: "yes" | "no" }>(),
  },
  /** Absent fields stay. */
  "memory.update": {
    input: ofItem.extend({
      text: memoryTextSchema.optional(),
      tags: memoryTagsSchema.optional(),
      keywords: memoryTagsSchema.optional(),
      metadata: memoryMetadataSchema.optional(),
    }),
    output: output<MemoryItem>(),
  },
  /** Can be taken back by `memory.restore` for a while. */
  "memory.remove": { input: ofItem, output: done },
  "memory.restore": { input: ofItem, output: done },
  "memory.pin": { input: ofItem.extend({ pinned: z.enum(["yes", "no"]) }), output: done },
  /** To another owner: an agent of the same group, the group, or the person. */
  "memory.move": { input: ofItem.extend({ to: memoryOwnerSchema }), output: done },
  "memory.link": {
    input: ofItem.extend({ to: memoryIdSchema, linked: z.enum(["yes", "no"]) }),
    output: done,
  },
  /** Gives the item back the text that it had, and makes an item of its own of what was merged into it. */
  "memory.undoMerge": { input: ofItem.extend({ merge: z.int().positive() }), output: done },
  /** Bytes of RAM; null for the one in Settings. */
  "memory.setBudget": {
    input: z.strictObject({
      owner: memoryOwnerSchema,
      bytes: z.int().min(0).max(1_000_000_000).nullable(),
    }),
    output: done,
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

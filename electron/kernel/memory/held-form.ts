import type { MemoryId, MemoryItem, MemoryOwner } from "../../../shared/memory.ts";

/** The part of an item that does not change with its use, as one string: its size is known, and one object holds it. */
export type HeldForm = string & { readonly [brand]: "HeldForm" };
declare const brand: unique symbol;

/**
 * What holding one item takes beside its held form, in bytes of V8's heap: its place in the map of the tier, its
 * record, its name and its place in the order of eviction. Measured (see ram-tier.memory.test.ts).
 */
const BOOKKEEPING_BYTES = 288;
/** Header of a string on the heap: map, hash and length. Its size is rounded up to whole words. */
const STRING_HEADER_BYTES = 16;
const WORD_BYTES = 8;

type Fields = readonly [
  text: string,
  metadata: MemoryItem["metadata"],
  keywords: MemoryItem["keywords"],
  tags: MemoryItem["tags"],
  links: MemoryItem["links"],
  by: MemoryItem["provenance"]["by"],
  agentId: MemoryItem["provenance"]["agentId"],
  syscallId: MemoryItem["provenance"]["syscallId"],
  origin: string | null,
  pinned: MemoryItem["pinned"],
  createdAt: number,
  updatedAt: number,
];

export function toHeldForm(item: Omit<MemoryItem, "bytes">): HeldForm {
  const { by, agentId, syscallId, origin } = item.provenance;
  const fields: Fields = [
    item.text,
    item.metadata,
    item.keywords,
    item.tags,
    item.links,
    by,
    agentId,
    syscallId,
    origin,
    item.pinned,
    item.createdAt,
    item.updatedAt,
  ];
  return JSON.stringify(fields) as HeldForm;
}

/** Bytes of RAM that an item takes, its bookkeeping included: `MemoryItem.bytes`. */
export function heldBytes(form: HeldForm): number {
  // V8 keeps a text of Latin letters in one byte a character, any other in two.
  const characters = /[^\0-\xff]/.test(form) ? 2 * form.length : form.length;
  return BOOKKEEPING_BYTES + STRING_HEADER_BYTES + WORD_BYTES * Math.ceil(characters / WORD_BYTES);
}

/** An item with its size filled in. */
export const measured = (item: Omit<MemoryItem, "bytes">): MemoryItem => ({
  ...item,
  bytes: heldBytes(toHeldForm(item)),
});

export function fromHeldForm(
  form: HeldForm,
  rest: {
    readonly id: MemoryId;
    readonly owner: MemoryOwner;
    readonly bytes: number;
    readonly uses: number;
    readonly lastUsedAt: number | null;
  },
): MemoryItem {
  // Only `toHeldForm` makes such a string.
  const fields = JSON.parse(form) as Fields;
  const [
    text,
    metadata,
    keywords,
    tags,
    links,
    by,
    agentId,
    syscallId,
    origin,
    pinned,
    createdAt,
    updatedAt,
  ] = fields;
  const { id, owner, bytes, uses, lastUsedAt } = rest;
  return {
    id,
    owner,
    bytes,
    uses,
    lastUsedAt,
    text,
    metadata,
    keywords,
    tags,
    links,
    provenance: { by, agentId, syscallId, origin },
    pinned,
    createdAt,
    updatedAt,
  };
}

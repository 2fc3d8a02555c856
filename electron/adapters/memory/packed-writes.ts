import type { MemoryId, MemoryItem, MemoryOwner } from "../../../shared/memory.ts";
import type { MemoryWrite } from "../../kernel/memory-ports.ts";
import { type ItemRest, parseRest, restOf } from "./item-rows.ts";

/** Changes of one call. One with many comes in parts, and is made with the last of them. */
export interface CallPart {
  readonly id: number;
  readonly changes: readonly MemoryWrite[];
  readonly more: "yes" | "no";
}

/**
 * Parts of calls on their way to another thread: items that are put as columns, which that thread takes over sooner
 * than objects or their JSON.
 */
export interface PackedParts {
  readonly calls: readonly number[];
  /** How many changes each call has here. */
  readonly counts: readonly number[];
  /** Of the last call: the others are whole. */
  readonly more: "yes" | "no";
  readonly owners: readonly MemoryOwner[];
  readonly ids: readonly MemoryId[];
  readonly texts: readonly string[];
  readonly rests: readonly string[];
  /** NUMBERS of each item that is put. */
  readonly numbers: Float64Array;
  /** JSON of the changes that put nothing, by their places among all changes. */
  readonly others: string;
}

/** Of an item: pinned, bytes, uses, last used, created, updated. */
const NUMBERS = 6;

/** Takes parts of which at most the last has more to come. */
export function packParts(parts: readonly CallPart[]): PackedParts {
  const changes = parts.flatMap((part) => part.changes);
  const items = changes.flatMap((change) => (change.type === "put" ? change.item : []));
  const others: [place: number, change: MemoryWrite][] = [];
  for (const [place, change] of changes.entries()) if (change.type !== "put") others.push([place, change]);
  const numbers = new Float64Array(items.length * NUMBERS);
  for (const [index, item] of items.entries()) numbers.set(numbersOf(item), index * NUMBERS);
  return {
    calls: parts.map(({ id }) => id),
    counts: parts.map((part) => part.changes.length),
    more: parts.at(-1)?.more ?? "no",
    owners: items.map(({ owner }) => owner),
    ids: items.map(({ id }) => id),
    texts: items.map(({ text }) => text),
    rests: items.map(restOf),
    numbers,
    others: others.length === 0 ? "" : JSON.stringify(others),
  };
}

export function unpackParts(packed: PackedParts): readonly CallPart[] {
  const { calls, counts, more, others } = packed;
  const apart: readonly [place: number, change: MemoryWrite][] = others === "" ? [] : JSON.parse(others);
  let place = 0;
  let item = 0;
  let other = 0;
  const restAt = rememberingOne((rest) => parseRest("memory", "a change", rest));
  return calls.map((id, call) => {
    const changes: MemoryWrite[] = [];
    for (let left = counts[call] ?? 0; left > 0; left -= 1) {
      const next = apart[other];
      if (next?.[0] === place) {
        changes.push(next[1]);
        other += 1;
      } else {
        changes.push({ type: "put", item: itemAt(packed, item, restAt) });
        item += 1;
      }
      place += 1;
    }
    return { id, changes, more: call === calls.length - 1 ? more : "no" };
  });
}

const numbersOf = (item: MemoryItem): readonly number[] => [
  item.pinned === "yes" ? 1 : 0,
  item.bytes,
  item.uses,
  item.lastUsedAt ?? Number.NaN,
  item.createdAt,
  item.updatedAt,
];

/** Items that one call has added have the same origin, and most have nothing else. */
function rememberingOne(parse: (rest: string) => ItemRest): (rest: string) => ItemRest {
  let known: { readonly rest: string; readonly parsed: ItemRest } | null = null;
  return (rest) => {
    if (known?.rest !== rest) known = { rest, parsed: parse(rest) };
    return known.parsed;
  };
}

function itemAt(
  { owners, ids, texts, rests, numbers }: PackedParts,
  index: number,
  restAt: (rest: string) => ItemRest,
): MemoryItem {
  const at = index * NUMBERS;
  const lastUsedAt = numbers[at + 3] as number;
  const { metadata, keywords, tags, links, provenance } = restAt(rests[index] ?? "");
  return {
    id: ids[index] as MemoryId,
    owner: owners[index] as MemoryOwner,
    text: texts[index] as string,
    metadata,
    keywords,
    tags,
    links,
    provenance,
    pinned: numbers[at] === 1 ? "yes" : "no",
    bytes: numbers[at + 1] as number,
    uses: numbers[at + 2] as number,
    lastUsedAt: Number.isNaN(lastUsedAt) ? null : lastUsedAt,
    createdAt: numbers[at + 4] as number,
    updatedAt: numbers[at + 5] as number,
  };
}

import type { MemoryId, MemoryItem, MemoryOwner, MemoryProvenance } from "../../../shared/memory.ts";
import { damaged } from "../sqlite-database.ts";

/** What `items` holds of an item; the columns that JavaScript alone reads are one text. */
export const ITEM_COLUMNS =
  "items.number, items.owner, items.id, items.text, items.pinned, items.bytes, items.uses, items.last_used_at, " +
  "items.created_at, items.updated_at, items.rest";

export interface ItemRow {
  readonly number: number;
  readonly owner: number;
  readonly id: string;
  readonly text: string;
  readonly pinned: number;
  readonly bytes: number;
  readonly uses: number;
  readonly last_used_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly rest: string;
}

export type ItemRest = Pick<MemoryItem, "tags" | "keywords" | "links" | "metadata" | "provenance">;

/** What of it says something: most items have no links, no metadata and no origin. Before version 4 all was written. */
type KeptRest = Partial<Omit<ItemRest, "provenance">> & {
  readonly provenance: Pick<MemoryProvenance, "by"> & Partial<MemoryProvenance>;
};

export function restOf(item: ItemRest): string {
  const { tags, keywords, links, metadata, provenance } = item;
  if (hasOnlyProvenance(item)) return provenanceAlone(provenance);
  // JSON leaves out what is undefined.
  return JSON.stringify({
    tags: tags.length === 0 ? undefined : tags,
    keywords: keywords.length === 0 ? undefined : keywords,
    links: links.length === 0 ? undefined : links,
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    provenance: {
      by: provenance.by,
      agentId: provenance.agentId ?? undefined,
      syscallId: provenance.syscallId ?? undefined,
      origin: provenance.origin ?? undefined,
    },
  } satisfies { [Key in keyof KeptRest]: KeptRest[Key] | undefined });
}

const hasOnlyProvenance = ({ tags, keywords, links, metadata, provenance }: ItemRest): boolean =>
  tags.length + keywords.length + links.length === 0 &&
  provenance.origin === null &&
  Object.keys(metadata).length === 0;

/** The JSON of most items. Ids need no quoting. */
const provenanceAlone = ({ by, agentId, syscallId }: MemoryProvenance): string =>
  `{"provenance":{"by":"${by}"${agentId === null ? "" : `,"agentId":"${agentId}"`}${
    syscallId === null ? "" : `,"syscallId":"${syscallId}"`
  }}}`;

/** Throws `database-damaged`, as parseKept does. */
export function parseRest(file: string, what: string, json: string): ItemRest {
  const {
    tags = [],
    keywords = [],
    links = [],
    metadata = {},
    provenance,
  } = parseKept<KeptRest>(file, what, json);
  const { by, agentId = null, syscallId = null, origin = null } = provenance;
  return { tags, keywords, links, metadata, provenance: { by, agentId, syscallId, origin } };
}

/** Throws `database-damaged`, naming `file`, for a text that cannot be read. */
export function parseKept<T>(file: string, what: string, json: string): T {
  try {
    return JSON.parse(json);
  } catch {
    throw damaged(file, `${what} cannot be read`);
  }
}

export function toItem(file: string, row: ItemRow, owner: MemoryOwner): MemoryItem {
  const rest = parseRest(file, `memory ${row.id} of ${owner}`, row.rest);
  return {
    id: row.id as MemoryId,
    owner,
    text: row.text,
    metadata: rest.metadata,
    keywords: rest.keywords,
    tags: rest.tags,
    links: rest.links,
    provenance: rest.provenance,
    pinned: row.pinned === 1 ? "yes" : "no",
    bytes: row.bytes,
    uses: row.uses,
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

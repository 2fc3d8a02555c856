import type { MethodInput } from "../../../shared/contract.ts";
import {
  MEMORY_CHARACTERS,
  memoryMetadataSchema,
  memoryTagsSchema,
} from "../../../shared/contract-memory.ts";
import type { MemoryItem } from "../../../shared/memory.ts";

/** An item as fields of a form: tags parted by commas, a line of metadata for each entry. */
export interface ItemDraft {
  readonly text: string;
  readonly tags: string;
  readonly keywords: string;
  readonly metadata: string;
}

export type ItemField = keyof ItemDraft;
export type ItemEdit = Omit<MethodInput<"memory.update">, "owner" | "id">;

export type Checked =
  | { readonly type: "ok"; readonly edit: ItemEdit }
  | { readonly type: "wrong"; readonly problems: Readonly<Partial<Record<ItemField, string>>> };

export const draftOf = (item: Pick<MemoryItem, "text" | "tags" | "keywords" | "metadata">): ItemDraft => ({
  text: item.text,
  tags: item.tags.join(", "),
  keywords: item.keywords.join(", "),
  metadata: Object.entries(item.metadata)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n"),
});

export const EMPTY_DRAFT: ItemDraft = { text: "", tags: "", keywords: "", metadata: "" };

/** What a form holds that is not as it was, or what is wrong with it. */
export function editOf(draft: ItemDraft, before: ItemDraft): Checked {
  const problems: Partial<Record<ItemField, string>> = {};
  const edit: { -readonly [Field in keyof ItemEdit]: ItemEdit[Field] } = {};
  const text = draft.text.trim();
  if (text === "") problems.text = "Expected a text";
  else if (text.length > MEMORY_CHARACTERS)
    problems.text = `Expected ${MEMORY_CHARACTERS} characters at most`;
  else if (text !== before.text) edit.text = text;
  for (const field of ["tags", "keywords"] as const) {
    if (draft[field] === before[field]) continue;
    const parsed = memoryTagsSchema.safeParse(listOf(draft[field]));
    if (parsed.success) edit[field] = parsed.data;
    else problems[field] = "Expected 20 at most, of 60 characters each, parted by commas";
  }
  if (draft.metadata !== before.metadata) {
    const metadata = metadataOf(draft.metadata);
    if (metadata) edit.metadata = metadata;
    else problems.metadata = "Expected lines such as source: letter, 20 at most";
  }
  return Object.keys(problems).length > 0 ? { type: "wrong", problems } : { type: "ok", edit };
}

/** Words parted by commas, each once. */
export const listOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,\n，、]/)
      .map((word) => word.trim())
      .filter((word) => word !== ""),
  ),
];

/** Lines of `name: value`; null where a line is none. */
export function metadataOf(text: string): Record<string, string> | null {
  const entries: [string, string][] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const at = line.indexOf(":");
    if (at < 1) return null;
    entries.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  const parsed = memoryMetadataSchema.safeParse(Object.fromEntries(entries));
  return parsed.success ? parsed.data : null;
}

import { Plus, Search, X } from "lucide-react";
import type { KeyboardEvent, Ref } from "react";
import type { MemoryOwner } from "../../../shared/memory.ts";
import { PERSON } from "../../../shared/memory-owners.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { Select, TextInput } from "../../components/inputs.tsx";
import { formatCount } from "../../format.ts";
import { useLiveRequest } from "../../use-live-request.ts";
import styles from "./ItemListHead.module.css";
import type { ItemsAsked } from "./item-store.ts";
import { useMemoryScreen } from "./memory-context.tsx";
import { ownerLabel } from "./owners.ts";
import { bearsOnItems } from "./use-items.ts";

export type Sort = ItemsAsked["sort"];

const SORTS = [
  { value: "newest", label: "Newest first" },
  { value: "last-used", label: "Last used first" },
  { value: "most-used", label: "Most used first" },
  { value: "largest", label: "Largest first" },
] as const satisfies readonly { readonly value: Sort; readonly label: string }[];
const ALL_TAGS = "";

/** What is looked for among an owner's items. */
export interface Looked {
  readonly query: string;
  readonly tag: string | null;
  readonly sort: Sort;
}

export interface ItemListHeadProps {
  readonly owner: MemoryOwner | null;
  readonly looked: Looked;
  readonly searchRef: Ref<HTMLInputElement>;
  readonly onLook: (looked: Looked) => void;
}

/** Above the list: whose items, the search, the order, the tags, and the way to add one. */
export function ItemListHead({ owner, looked, searchRef, onLook }: ItemListHeadProps) {
  const { openDialog } = useMemoryScreen();
  const label = owner === null ? "all memories" : owner === PERSON ? "your memory" : ownerLabel(owner);
  const tags = useLiveRequest(
    "memory.tags",
    { owner },
    (event) => event.type === "memory.changed" && bearsOnItems(event, owner),
  ).output?.tags;
  const known =
    tags?.map(({ tag, items }) => ({ value: tag, label: `${tag} (${formatCount(items)})` })) ?? [];
  const isKnown = looked.tag === null || known.some(({ value }) => value === looked.tag);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || looked.query === "") return;
    event.stopPropagation();
    onLook({ ...looked, query: "" });
  };
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <h2 className={styles.title}>{owner === null ? "Everybody" : ownerLabel(owner)}</h2>
        <Button size="small" icon={Plus} onClick={() => openDialog({ type: "add", owner: owner ?? PERSON })}>
          Add
        </Button>
      </div>
      <search className={styles.field}>
        <Search size={14} className={styles.icon} aria-hidden />
        <Field label={`Search in ${label}`} showLabel="unseen" className={styles.grow}>
          <TextInput
            ref={searchRef}
            size="small"
            placeholder={`Search in ${label} by words or meaning`}
            maxLength={1_000}
            className={styles.input}
            value={looked.query}
            onChange={(event) => onLook({ ...looked, query: event.target.value })}
            onKeyDown={onKeyDown}
          />
        </Field>
        {looked.query !== "" && (
          <IconButton
            size="small"
            icon={X}
            label="End the search"
            onClick={() => onLook({ ...looked, query: "" })}
          />
        )}
      </search>
      <div className={styles.filters}>
        <Select
          size="small"
          aria-label="Order"
          value={looked.sort}
          choices={looked.query.trim() === "" ? SORTS : [{ value: looked.sort, label: "Best first" }]}
          disabled={looked.query.trim() !== ""}
          title={looked.query.trim() === "" ? undefined : "What a search finds stands best first"}
          onChoose={(sort) => onLook({ ...looked, sort })}
        />
        <Select
          size="small"
          aria-label="Tag"
          value={looked.tag ?? ALL_TAGS}
          choices={[
            { value: ALL_TAGS, label: "All tags" },
            ...known,
            ...(isKnown ? [] : [{ value: looked.tag ?? ALL_TAGS, label: looked.tag ?? "" }]),
          ]}
          onChoose={(tag) => onLook({ ...looked, tag: tag === ALL_TAGS ? null : tag })}
        />
      </div>
    </header>
  );
}

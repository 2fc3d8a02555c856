import { Brain, SearchX } from "lucide-react";
import type { MemoryId, MemoryOwner } from "../../../shared/memory.ts";
import { PERSON } from "../../../shared/memory-owners.ts";
import { Button } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { formatCount } from "../../format.ts";
import { ItemList } from "./ItemList.tsx";
import type { Looked } from "./ItemListHead.tsx";
import type { ItemStore, ItemsShown } from "./item-store.ts";
import styles from "./MemoryScreen.module.css";
import { useMemoryScreen } from "./memory-context.tsx";
import { ownerLabel } from "./owners.ts";
import { itemsText, searchedText } from "./words.ts";

export interface ItemsViewProps {
  readonly owner: MemoryOwner | null;
  readonly looked: Looked;
  readonly shown: ItemsShown;
  readonly store: ItemStore;
  readonly chosen: MemoryId | null;
  /** Ends the search and takes the tag away. */
  readonly onAll: () => void;
}

/** The list of items with the line that says how it was made, or what stands in its place. */
export function ItemsView({ owner, looked, shown, store, chosen, onAll }: ItemsViewProps) {
  const { error, asked, total, searchedBy } = shown;
  return (
    <div className={styles.items}>
      {error && (
        <ErrorNote
          className={styles.note}
          error={error}
          actions={
            <Button size="small" onClick={store.reload}>
              Try again
            </Button>
          }
        />
      )}
      {!asked && !error && <Skeleton lines={8} />}
      {asked && (
        <>
          <p className={styles.by} role="status">
            {searchedBy
              ? `${formatCount(total)} ${total === 1 ? "hit" : "hits"}. ${searchedText(searchedBy)}.`
              : itemsText(total)}
          </p>
          {total > 0 ? (
            <ItemList
              // What is listed anew starts at its top.
              key={JSON.stringify(asked)}
              label={owner === null ? "Items of everybody" : `Items of ${ownerLabel(owner)}`}
              shown={shown}
              store={store}
              chosen={chosen}
              owners={owner === null ? "shown" : "hidden"}
            />
          ) : (
            <NoItem owner={owner} looked={looked} onAll={onAll} />
          )}
        </>
      )}
    </div>
  );
}

function NoItem({ owner, looked, onAll }: Pick<ItemsViewProps, "owner" | "looked" | "onAll">) {
  const { openDialog } = useMemoryScreen();
  if (looked.query.trim() !== "" || looked.tag !== null)
    return (
      <Empty icon={SearchX} className={styles.empty} actions={<Button onClick={onAll}>Show all</Button>}>
        Nothing that is remembered here fits. Try fewer or other words.
      </Empty>
    );
  return (
    <Empty
      icon={Brain}
      className={styles.empty}
      actions={
        <Button onClick={() => openDialog({ type: "add", owner: owner ?? PERSON })}>Add an item</Button>
      }
    >
      Nothing was remembered yet. What agents and you add is listed.
    </Empty>
  );
}

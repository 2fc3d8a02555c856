import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { MemoryId, MemoryItemView } from "../../../shared/memory.ts";
import { classes } from "../../components/classes.ts";
import styles from "./ItemList.module.css";
import { ItemRow, rowElementId } from "./ItemRow.tsx";
import { type ItemStore, type ItemsShown, itemAt } from "./item-store.ts";
import { listCommand } from "./list-keys.ts";
import { useMemoryScreen } from "./memory-context.tsx";
import { useMemoryActions } from "./use-memory-actions.ts";

/** Heights in px, as in the style sheet: a found item has a second line that says why. */
const ROW = 28;
const FOUND_ROW = 46;
const HEAD = 25;
const OVERSCAN = 6;

/** A grid that is moved in by keys (WAI-ARIA Authoring Practices, "Grid", rows only). */
const grid = (label: string, rows: number, columns: number, active: string | undefined) => ({
  role: "grid",
  tabIndex: 0,
  "aria-label": label,
  "aria-rowcount": rows + 1,
  "aria-colcount": columns,
  "aria-activedescendant": active,
});

export interface ItemListProps {
  readonly label: string;
  readonly shown: ItemsShown;
  readonly store: ItemStore;
  readonly chosen: MemoryId | null;
  /** Whether whose an item is needs a column. */
  readonly owners: "shown" | "hidden";
}

/** Items, as many as there are: only the rows in sight are drawn. */
export function ItemList({ label, shown, store, chosen, owners }: ItemListProps) {
  const { choose } = useMemoryScreen();
  const { pin, remove } = useMemoryActions();
  const scroller = useRef<HTMLTableElement>(null);
  const [active, setActive] = useState(-1);
  const mode = shown.asked?.query ? "found" : "all";
  const virtual = useVirtualizer({
    count: shown.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => (mode === "found" ? FOUND_ROW : ROW),
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD,
    useFlushSync: false,
  });
  const drawn = virtual.getVirtualItems();
  const first = drawn[0]?.index ?? 0;
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => store.want(first, last), [store, first, last]);

  const act = (view: MemoryItemView, index: number): void => {
    setActive(index);
    choose(view.item);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== scroller.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const height = mode === "found" ? FOUND_ROW : ROW;
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD) / height) - 1);
    const command = listCommand(event.key, active, shown.total, page);
    if (!command) return;
    event.preventDefault();
    const view = itemAt(shown, active);
    switch (command.type) {
      case "move":
        setActive(command.to);
        virtual.scrollToIndex(command.to, { align: "auto" });
        return;
      case "choose":
        if (view) act(view, active);
        return;
      case "pin":
        if (view) void pin(view.item);
        return;
      case "delete":
        if (view) void remove(view.item);
        return;
    }
  };

  const columns = [
    "Text",
    ...(owners === "shown" ? ["Owner"] : []),
    "Held",
    "Size",
    "Uses",
    "Last used",
  ] as const;
  return (
    <table
      ref={scroller}
      className={classes(styles.list, owners === "shown" && styles.withOwners)}
      {...grid(
        label,
        shown.total,
        columns.length,
        drawn.some(({ index }) => index === active) ? rowElementId(active) : undefined,
      )}
      onKeyDown={onKeyDown}
    >
      <thead className={styles.head}>
        <tr aria-rowindex={1} className={styles.headRow}>
          {columns.map((column) => (
            <th key={column} scope="col" className={styles.heading} data-column={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {drawn.map((row) => {
          const view = itemAt(shown, row.index);
          return (
            <ItemRow
              key={view ? view.item.id : `row-${row.index}`}
              view={view}
              index={row.index}
              top={row.start}
              height={row.size}
              mark={active === row.index ? "active" : "plain"}
              choice={view !== null && view.item.id === chosen ? "chosen" : "other"}
              owners={owners}
              onChoose={(which) => act(which, row.index)}
            />
          );
        })}
      </tbody>
    </table>
  );
}

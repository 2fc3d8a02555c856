import { Brain } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { MemoryId } from "../../../shared/memory.ts";
import { Empty } from "../../components/Feedback.tsx";
import { takesText } from "../../frame/shortcuts.ts";
import { useNavigation, useSystem } from "../../store.tsx";
import { useChoices } from "../access/use-choices.ts";
import { useSettled } from "../access/use-settled.ts";
import { ItemListHead, type Looked } from "./ItemListHead.tsx";
import { ItemPane } from "./ItemPane.tsx";
import { ItemsView } from "./ItemsView.tsx";
import { Meaning } from "./Meaning.tsx";
import { MemoryDialogs } from "./MemoryDialogs.tsx";
import styles from "./MemoryScreen.module.css";
import { Moves } from "./Moves.tsx";
import { type MemoryDialog, MemoryScreenContext, type MemoryScreenParts } from "./memory-context.tsx";
import { Owners } from "./Owners.tsx";
import { ownerGroups } from "./owners.ts";
import { useItems } from "./use-items.ts";
import { useMemoryShown } from "./use-memory-shown.ts";

/** A pause in the typing after which is searched, in ms. */
const TYPING_MS = 250;

/** Who remembers what, what of it is held in RAM, and why something is found. */
export function MemoryScreen() {
  const { owner, item } = useMemoryShown();
  const { go } = useNavigation();
  const [dialog, setDialog] = useState<MemoryDialog | null>(null);
  const [looked, setLooked] = useState<Looked>({ query: "", tag: null, sort: "newest" });
  const search = useRef<HTMLInputElement>(null);
  const memories = useSystem((system) => [...system.memories.values()]);
  const groups = useSystem((system) => [...system.groups.keys()]);
  const settings = useSystem((system) => system.settings);
  const { agents } = useChoices();
  const settled = useSettled(looked.query.trim(), TYPING_MS);
  const query = looked.query.trim() === "" ? "" : settled;
  const { shown, store } = useItems({ owner, query, tag: looked.tag, sort: looked.sort });
  const owners = useMemo(
    () =>
      ownerGroups({
        memories,
        agents: agents.map(({ name }) => name),
        groups,
        budgetOf: (each) => settings.memoryBudgets[each] ?? settings.memoryRamBytes,
      }),
    [memories, agents, groups, settings],
  );

  const chosen = useRef<MemoryId | null>(null);
  useEffect(() => {
    chosen.current = item?.id ?? null;
  }, [item]);
  const forget = useCallback(
    (id: MemoryId) => {
      if (chosen.current === id) go({ screen: "memory", shown: { owner } });
    },
    [go, owner],
  );
  const parts = useMemo(
    (): MemoryScreenParts => ({
      openDialog: setDialog,
      // An item that another than the listed owner holds is shown beside that owner's.
      choose: (next) =>
        go({
          screen: "memory",
          shown: {
            owner: owner === null ? null : next.owner,
            item: { owner: next.owner, id: next.id },
          },
        }),
      forget,
      reload: store.reload,
      owners: owners.flatMap(({ rows }) => rows.map((row) => row.owner)),
    }),
    [go, owner, owners, store, forget],
  );
  useSearchKey(search);

  return (
    <MemoryScreenContext value={parts}>
      <div className={styles.screen}>
        <h1 className="unseen">Memory</h1>
        <Owners groups={owners} memories={memories} current={owner}>
          <Meaning />
        </Owners>
        <section className={styles.list} aria-label="Items">
          <ItemListHead owner={owner} looked={looked} searchRef={search} onLook={setLooked} />
          <ItemsView
            owner={owner}
            looked={looked}
            shown={shown}
            store={store}
            chosen={item?.id ?? null}
            onAll={() => setLooked({ ...looked, query: "", tag: null })}
          />
          <Moves />
        </section>
        <section className={styles.pane} aria-label="Details">
          {item ? (
            <ItemPane key={`${item.owner} ${item.id}`} owner={item.owner} id={item.id} />
          ) : (
            <Empty icon={Brain} className={styles.empty}>
              Choose an item to see it in full, with its links and where it came from.
            </Empty>
          )}
        </section>
      </div>
      <MemoryDialogs dialog={dialog} onClose={() => setDialog(null)} />
    </MemoryScreenContext>
  );
}

/** `/` goes to the search, as on the other screens. */
function useSearchKey(search: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || takesText(event.target))
        return;
      if (!search.current || event.defaultPrevented) return;
      event.preventDefault();
      search.current.focus();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [search]);
}

import type { MethodInput, MethodOutput } from "../../../shared/contract.ts";
import { MEMORY_PAGE } from "../../../shared/contract-memory.ts";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { MemoryItemView, MemoryOwner, SearchedBy } from "../../../shared/memory.ts";
import { createRefresher } from "../agent/context/refresher.ts";

/** Which items are listed. */
export interface ItemsAsked {
  /** null: everybody's. */
  readonly owner: MemoryOwner | null;
  /** "" lists all. */
  readonly query: string;
  readonly tag: string | null;
  readonly sort: NonNullable<MethodInput<"memory.items">["sort"]>;
}

/** What is known of a list: the pages that were in view. */
export interface ItemsShown {
  /** What the pages are of; null before the first came. */
  readonly asked: ItemsAsked | null;
  readonly pages: ReadonlyMap<number, readonly MemoryItemView[]>;
  readonly total: number;
  readonly searchedBy: SearchedBy | null;
  /** Why the last look failed; what came before stays. */
  readonly error: KernelErrorData | null;
}

export interface ItemStore {
  readonly subscribe: (listener: () => void) => () => void;
  readonly shown: () => ItemsShown;
  /** Lists other items. Those of before stand until the first page has come. */
  ask(asked: ItemsAsked): void;
  /** Which items are in view, by their place in the list. */
  want(first: number, last: number): void;
  /** Something has changed: what is in view is read again soon. */
  changed(): void;
  /** Reads again at once. */
  reload(): void;
  close(): void;
}

export interface ItemStoreOptions {
  readonly load: (asked: ItemsAsked, offset: number) => Promise<MethodOutput<"memory.items">>;
  /** As the refresher takes it. */
  readonly after?: (ms: number, run: () => void) => () => void;
  readonly clock?: () => number;
}

const NOTHING: ItemsShown = { asked: null, pages: new Map(), total: 0, searchedBy: null, error: null };

/** A long list of items in pages, of which those in view are held and kept up to date. */
export function createItemStore({ load, ...timing }: ItemStoreOptions): ItemStore {
  const listeners = new Set<() => void>();
  let shown = NOTHING;
  let asked: ItemsAsked | null = null;
  let wanted: readonly number[] = [0];
  /** Counts looks at all that is in view: answers to earlier ones are late. */
  let look = 0;
  const loading = new Set<number>();

  const set = (next: ItemsShown): void => {
    shown = next;
    for (const listener of listeners) listener();
  };
  const lookAtAll = async (): Promise<void> => {
    if (!asked) return;
    look += 1;
    const [mine, about, numbers] = [look, asked, wanted];
    loading.clear();
    try {
      const outputs = await Promise.all(numbers.map((page) => load(about, page * MEMORY_PAGE)));
      const [first] = outputs;
      if (mine !== look || !first) return;
      const pages = new Map(numbers.map((page, index) => [page, outputs[index]?.items ?? []]));
      set({ asked: about, pages, total: first.total, searchedBy: first.searchedBy, error: null });
      loadMissing();
    } catch (thrown) {
      if (mine === look) set({ ...shown, error: toErrorData(thrown) });
    }
  };
  const loadMissing = (): void => {
    const about = shown.asked;
    if (!about || about !== asked) return;
    for (const page of wanted) {
      if (shown.pages.has(page) || loading.has(page) || page * MEMORY_PAGE >= shown.total) continue;
      loading.add(page);
      const mine = look;
      load(about, page * MEMORY_PAGE).then(
        (output) => {
          if (mine !== look) return;
          loading.delete(page);
          set({ ...shown, pages: new Map([...shown.pages, [page, output.items]]), total: output.total });
        },
        (thrown: unknown) => {
          if (mine !== look) return;
          loading.delete(page);
          set({ ...shown, error: toErrorData(thrown) });
        },
      );
    }
  };
  const refresher = createRefresher({ look: lookAtAll, ...timing });
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    shown: () => shown,
    ask(next) {
      asked = next;
      wanted = [0];
      void lookAtAll();
    },
    want(first, last) {
      const from = Math.max(0, Math.floor(first / MEMORY_PAGE));
      const to = Math.max(from, Math.floor(last / MEMORY_PAGE));
      wanted = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      loadMissing();
    },
    changed: refresher.changed,
    reload: () => void lookAtAll(),
    close() {
      refresher.close();
      look += 1;
    },
  };
}

/** The item at a place of the list; null where its page is not held. */
export const itemAt = ({ pages }: ItemsShown, index: number): MemoryItemView | null =>
  pages.get(Math.floor(index / MEMORY_PAGE))?.[index % MEMORY_PAGE] ?? null;

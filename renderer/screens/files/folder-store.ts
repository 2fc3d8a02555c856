import type { MethodOutput } from "../../../shared/contract.ts";
import { toErrorData } from "../../../shared/errors.ts";
import type { FileRow } from "../../../shared/files.ts";
import { createRefresher, type Refresher, type RefresherOptions } from "../agent/context/refresher.ts";
import { foldersTouched, type Listing, type Listings } from "./tree.ts";

type Page = MethodOutput<"files.list">;

/** The entries of the folders in view, kept up to date. */
export interface FolderStore {
  readonly listings: () => Listings;
  subscribe(listener: () => void): () => void;
  /** These folders are in view: what is not known yet is asked for, what is no longer wanted is let go. */
  want(folders: ReadonlySet<string>): void;
  /** The next entries of a big folder. */
  more(folder: string): void;
  /** Something under the way to these paths has changed. */
  changed(paths: readonly string[]): void;
  /** Asks again at once: for one folder, or for all in view. */
  reload(folder?: string): void;
}

export interface FolderStoreOptions extends Pick<RefresherOptions, "after" | "clock"> {
  readonly list: (path: string, offset: number) => Promise<Page>;
}

interface Held {
  listing: Listing;
  pages: number;
  readonly refresher: Refresher;
}

const UNKNOWN: Listing = { rows: [], more: 0, status: "loading", error: null };

export function createFolderStore({ list, ...timing }: FolderStoreOptions): FolderStore {
  const held = new Map<string, Held>();
  const listeners = new Set<() => void>();
  let listings: Listings = new Map();

  const tell = (): void => {
    listings = new Map([...held].map(([folder, { listing }]) => [folder, listing]));
    for (const listener of listeners) listener();
  };

  const look = async (folder: string): Promise<void> => {
    const before = held.get(folder);
    if (!before) return;
    try {
      const rows: FileRow[] = [];
      let more = 0;
      // As many pages as the person has asked for, so that what is shown does not shrink.
      for (let page = 0; page < before.pages; page += 1) {
        const output = await list(folder, rows.length);
        rows.push(...output.rows);
        more = output.more;
        if (more === 0) break;
      }
      set(folder, before, { rows, more, status: "ready", error: null });
    } catch (thrown) {
      const error = toErrorData(thrown);
      // A lost connection is told elsewhere; all is asked for again when it is back.
      if (error.code !== "disconnected") set(folder, before, { ...before.listing, status: "ready", error });
    }
  };
  const set = (folder: string, of: Held, listing: Listing): void => {
    if (held.get(folder) !== of) return;
    of.listing = listing;
    tell();
  };

  return {
    listings: () => listings,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    want(folders) {
      let isNews = false;
      for (const [folder, { refresher }] of held) {
        if (folders.has(folder)) continue;
        refresher.close();
        held.delete(folder);
        isNews = true;
      }
      for (const folder of folders) {
        if (held.has(folder)) continue;
        const refresher = createRefresher({ ...timing, look: () => look(folder) });
        held.set(folder, { listing: UNKNOWN, pages: 1, refresher });
        refresher.now();
        isNews = true;
      }
      if (isNews) tell();
    },
    more(folder) {
      const of = held.get(folder);
      if (!of || of.listing.more === 0) return;
      of.pages += 1;
      of.refresher.now();
    },
    changed(paths) {
      for (const folder of foldersTouched(held.keys(), paths)) held.get(folder)?.refresher.changed();
    },
    reload(folder) {
      for (const [each, { refresher }] of held) if (folder === undefined || each === folder) refresher.now();
    },
  };
}

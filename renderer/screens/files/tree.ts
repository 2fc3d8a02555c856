import type { KernelErrorData } from "../../../shared/errors.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import type { FileRow } from "../../../shared/files.ts";
import { GROUP_WORKSPACES, MOUNTS, OWN_WORKSPACES } from "../../../shared/workspaces.ts";
import { isUnder, ROOT } from "./paths.ts";

/** What is known of one folder's entries. */
export interface Listing {
  readonly rows: readonly FileRow[];
  /** Entries after these that were not asked for yet. */
  readonly more: number;
  readonly status: "loading" | "ready";
  readonly error: KernelErrorData | null;
}

export type Listings = ReadonlyMap<string, Listing>;

interface Placed {
  /** From 1, as WAI-ARIA counts. */
  readonly level: number;
}

/** One line of the tree as it is drawn. */
export type TreeLine =
  | (Placed & {
      readonly type: "entry";
      readonly row: FileRow;
      readonly folder: string;
      readonly expansion: "open" | "closed" | "none";
      readonly position: number;
      readonly size: number;
    })
  | (Placed & { readonly type: "loading"; readonly folder: string })
  | (Placed & { readonly type: "failed"; readonly folder: string; readonly error: KernelErrorData })
  | (Placed & { readonly type: "empty"; readonly folder: string })
  | (Placed & { readonly type: "more"; readonly folder: string; readonly left: number });

/** The lines of a folder with those of the open folders in it, from top to bottom. */
export function treeLines(root: string, listings: Listings, open: ReadonlySet<string>): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  addFolder(root, 1);
  return lines;

  function seen(folder: string): Listing | undefined {
    const listing = listings.get(folder);
    if (!listing || folder !== ROOT) return listing;
    return { ...listing, rows: listing.rows.filter(({ path }) => !OF_PLACES.has(path)) };
  }

  function addFolder(folder: string, level: number): void {
    const listing = seen(folder);
    if (listing?.error && listing.rows.length === 0) {
      lines.push({ type: "failed", level, folder, error: listing.error });
      return;
    }
    if (!listing || (listing.status === "loading" && listing.rows.length === 0)) {
      lines.push({ type: "loading", level, folder });
      return;
    }
    // The list itself says when the whole of it is empty.
    if (listing.rows.length === 0 && level > 1) lines.push({ type: "empty", level, folder });
    const size = listing.rows.length + listing.more;
    listing.rows.forEach((row, index) => {
      const isOpen = row.type === "folder" && open.has(row.path);
      const expansion = row.type === "file" ? "none" : isOpen ? "open" : "closed";
      lines.push({ type: "entry", level, folder, row, expansion, position: index + 1, size });
      if (isOpen) addFolder(row.path, level + 1);
    });
    if (listing.more > 0) lines.push({ type: "more", level, folder, left: listing.more });
  }
}

/** Folders that hold the other workspaces: each of those is a place of its own. */
const OF_PLACES: ReadonlySet<string> = new Set([OWN_WORKSPACES, GROUP_WORKSPACES, MOUNTS]);

/** Names a line among all; it stays the same when lines come and go around it. */
export const lineKey = (line: TreeLine): string =>
  line.type === "entry" ? line.row.path : `${line.type} ${line.folder}`;

/** The paths that an event says have changed. */
export function changedPaths(event: KernelEvent): readonly string[] {
  if (event.type !== "file.changed") return [];
  const { path, change } = event.version;
  switch (change.type) {
    case "moved":
      return [path, change.from];
    case "moved-away":
      return [path, change.to];
    default:
      return [path];
  }
}

/** The folders, out of these, whose entries these changes may have altered: all that they lie under. */
export const foldersTouched = (folders: Iterable<string>, paths: readonly string[]): readonly string[] =>
  [...folders].filter((folder) => paths.some((path) => isUnder(path, folder)));

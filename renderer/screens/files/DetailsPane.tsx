import { FileSearch } from "lucide-react";
import { Empty, Skeleton } from "../../components/Feedback.tsx";
import { FilePane } from "./FilePane.tsx";
import { FolderPane } from "./FolderPane.tsx";
import { parentOf } from "./paths.ts";
import type { Place } from "./places.ts";
import type { TreeLine } from "./tree.ts";

export interface DetailsPaneProps {
  readonly place: Place;
  /** The folder that is listed. */
  readonly root: string;
  readonly chosen: string | null;
  /** A line of the chosen file to bring into sight. */
  readonly line: number | null;
  readonly lines: readonly TreeLine[];
}

/** What is chosen in the tree, in full: a file or a folder, and the listed folder when nothing is. */
export function DetailsPane({ place, root, chosen, line, lines }: DetailsPaneProps) {
  if (chosen === null || chosen === root) return <FolderPane place={place} path={root} of="listed" />;
  const found = lines.find((each) => each.type === "entry" && each.row.path === chosen);
  const row = found?.type === "entry" ? found.row : null;
  if (row?.type === "folder") return <FolderPane key={row.path} place={place} path={row.path} of="chosen" />;
  const parent = parentOf(chosen);
  // Whether it is a file or a folder is known once its folder has been read.
  if (!row && lines.some((each) => each.type === "loading" && each.folder === parent))
    return <Skeleton lines={6} />;
  return <FilePane key={chosen} path={chosen} row={row} line={line} />;
}

/** Beside a list of hits, before one is chosen. */
export const NothingChosen = () => (
  <Empty icon={FileSearch}>Choose a file to see what it holds and its versions.</Empty>
);

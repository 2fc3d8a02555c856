import { createContext, useContext } from "react";
import type { FileRow } from "../../../shared/files.ts";

/** The dialog over the screen. */
export type FilesDialog =
  | { readonly type: "new-file"; readonly folder: string }
  | { readonly type: "new-folder"; readonly folder: string }
  | { readonly type: "move"; readonly path: string }
  | { readonly type: "copy"; readonly path: string }
  | { readonly type: "share"; readonly path: string; readonly of: FileRow["type"] }
  | { readonly type: "mount" }
  | { readonly type: "plan"; readonly request: string; readonly path: string };

/** What the parts of the Files screen share. */
export interface FilesScreenParts {
  readonly openDialog: (dialog: FilesDialog) => void;
  /** Shows a path in the pane, and a line of it where that is known. */
  readonly choose: (path: string, line?: number | null) => void;
  /** Lists a folder in place of the one that is listed. */
  readonly goInto: (folder: string) => void;
  /** Reads the folders in view again: for what no event tells. */
  readonly reload: () => void;
  /** Whether what is listed can be changed now, by the workspace and by the state of the disk. */
  readonly access: "read-write" | "read-only";
  /** Whether copies of it can be put elsewhere: by the state of the disk alone. */
  readonly copying: "yes" | "no";
}

export const FilesScreenContext = createContext<FilesScreenParts | null>(null);

export function useFilesScreen(): FilesScreenParts {
  const parts = useContext(FilesScreenContext);
  if (!parts) throw new Error("FilesScreenContext is missing");
  return parts;
}

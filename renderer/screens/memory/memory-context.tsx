import { createContext, useContext } from "react";
import type { MemoryId, MemoryOwner } from "../../../shared/memory.ts";

/** The dialog over the screen. */
export type MemoryDialog =
  | { readonly type: "add"; readonly owner: MemoryOwner }
  | { readonly type: "move"; readonly owner: MemoryOwner; readonly id: MemoryId }
  | { readonly type: "settings" };

/** What the parts of the Memory screen share. */
export interface MemoryScreenParts {
  readonly openDialog: (dialog: MemoryDialog) => void;
  /** Shows an item in the pane. */
  readonly choose: (item: { readonly owner: MemoryOwner; readonly id: MemoryId }) => void;
  /** Shows it there no more, if it is shown. */
  readonly forget: (id: MemoryId) => void;
  /** Reads the list again at once. */
  readonly reload: () => void;
  /** Everybody who has a memory or could. */
  readonly owners: readonly MemoryOwner[];
}

export const MemoryScreenContext = createContext<MemoryScreenParts | null>(null);

export function useMemoryScreen(): MemoryScreenParts {
  const parts = useContext(MemoryScreenContext);
  if (!parts) throw new Error("MemoryScreenContext is missing");
  return parts;
}

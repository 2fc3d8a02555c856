import { AddItemDialog } from "./AddItemDialog.tsx";
import { MemorySettings } from "./MemorySettings.tsx";
import { MoveDialog } from "./MoveDialog.tsx";
import type { MemoryDialog } from "./memory-context.tsx";

export interface MemoryDialogsProps {
  readonly dialog: MemoryDialog | null;
  readonly onClose: () => void;
}

/** The dialog that lies over the screen, if any. */
export function MemoryDialogs({ dialog, onClose }: MemoryDialogsProps) {
  switch (dialog?.type) {
    case undefined:
      return null;
    case "add":
      return <AddItemDialog owner={dialog.owner} onClose={onClose} />;
    case "move":
      return <MoveDialog item={dialog} onClose={onClose} />;
    case "settings":
      return <MemorySettings onClose={onClose} />;
  }
}

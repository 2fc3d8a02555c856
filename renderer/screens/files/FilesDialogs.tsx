import type { FilesDialog } from "./files-context.tsx";
import { MountDialog } from "./MountDialog.tsx";
import { PathDialog } from "./PathDialog.tsx";
import { PlanDialog } from "./PlanDialog.tsx";
import { ShareDialog } from "./ShareDialog.tsx";

export interface FilesDialogsProps {
  readonly dialog: FilesDialog | null;
  readonly onClose: () => void;
}

/** The dialog over the Files screen, if one is open. */
export function FilesDialogs({ dialog, onClose }: FilesDialogsProps) {
  switch (dialog?.type) {
    case undefined:
      return null;
    case "new-file":
    case "new-folder":
    case "move":
    case "copy":
      return <PathDialog dialog={dialog} onClose={onClose} />;
    case "share":
      return <ShareDialog path={dialog.path} of={dialog.of} onClose={onClose} />;
    case "mount":
      return <MountDialog onClose={onClose} />;
    case "plan":
      return <PlanDialog request={dialog.request} path={dialog.path} onClose={onClose} />;
  }
}

import type { ServerName } from "../../../shared/ids.ts";
import { Dialog } from "../../components/Dialog.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import styles from "./AddServerDialog.module.css";
import { AddServerForm } from "./AddServerForm.tsx";
import { ImportServers } from "./ImportServers.tsx";
import type { AddTab } from "./use-shown.ts";

export interface AddServerDialogProps {
  readonly open: boolean;
  readonly tab: AddTab;
  readonly onTab: (tab: AddTab) => void;
  /** `added`: the server to review next; null when none was added. */
  readonly onClose: (added: ServerName | null) => void;
}

/** Adds servers, by hand or from another program's configuration. They are disabled, and nothing is run. */
export function AddServerDialog({ open, tab, onTab, onClose }: AddServerDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose(null);
      }}
      title="Add a server"
      description="It is added disabled: nothing is run before you have seen what it is."
      width="wide"
    >
      <Tabs<AddTab>
        label="Ways to add a server"
        value={tab}
        onChange={onTab}
        className={styles.tabs}
        items={[
          { value: "form", label: "Form", content: <AddServerForm onAdded={onClose} /> },
          { value: "import", label: "Import", content: <ImportServers onAdded={onClose} /> },
        ]}
      />
    </Dialog>
  );
}

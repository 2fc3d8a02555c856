import { Dialog } from "../../components/Dialog.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import type { FileWay, ModelsShown } from "../../routes.ts";
import { useNavigation } from "../../store.tsx";
import styles from "./AddFileDialog.module.css";
import { AddOnLine } from "./AddOnLine.tsx";
import { ChooseAddress } from "./ChooseAddress.tsx";
import { ChooseOnDisk } from "./ChooseOnDisk.tsx";
import { SetUpFile } from "./SetUpFile.tsx";

/** Adds a model that runs in the program itself: first the file, then how it is to run. Open while `shown` says so. */
export function AddFileDialog({ shown }: { readonly shown: ModelsShown | null }) {
  const { go } = useNavigation();
  const close = (): void => go({ screen: "models" });
  const choose = (file: string): void => go({ screen: "models", shown: { type: "file", file } });
  const back = (): void => go({ screen: "models", shown: { type: "add-file", way: "disk" } });
  return (
    <Dialog
      open={shown !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
      title="Add a model file"
      description="A GGUF file that runs in this program itself: no server, no key, and no prompt leaves this machine."
      width="wide"
    >
      <div className={styles.body}>
        <AddOnLine />
        {shown?.type === "file" && (
          <SetUpFile key={shown.file} file={shown.file} onBack={back} onAdded={close} />
        )}
        {shown?.type === "add-file" && (
          <Tabs<FileWay>
            label="Ways to a model file"
            value={shown.way}
            onChange={(way) => go({ screen: "models", shown: { type: "add-file", way } })}
            className={styles.tabs}
            items={[
              { value: "disk", label: "On this machine", content: <ChooseOnDisk onChosen={choose} /> },
              { value: "address", label: "From an address", content: <ChooseAddress onChosen={choose} /> },
            ]}
          />
        )}
      </div>
    </Dialog>
  );
}

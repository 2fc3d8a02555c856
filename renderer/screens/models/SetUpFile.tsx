import { ArrowLeft } from "lucide-react";
import { Button } from "../../components/Button.tsx";
import { ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { useLoaded } from "../../store.tsx";
import styles from "./AddFileDialog.module.css";
import { FileFacts } from "./FileFacts.tsx";
import { LocalModelSettings } from "./LocalModelSettings.tsx";

export interface SetUpFileProps {
  readonly file: string;
  /** To another file. */
  readonly onBack: () => void;
  readonly onAdded: () => void;
}

/** What a chosen file says of itself, and how it is to run. */
export function SetUpFile({ file, onBack, onAdded }: SetUpFileProps) {
  const { loaded, reload } = useLoaded("models.inspect", { file });
  const back = (
    <Button icon={ArrowLeft} onClick={onBack}>
      Another file
    </Button>
  );
  switch (loaded.status) {
    case "loading":
      return <Skeleton lines={5} />;
    case "failed":
      return (
        <>
          <ErrorNote error={loaded.error} />
          <div className={styles.bar}>
            {back}
            <Button onClick={reload}>Look at it again</Button>
          </div>
        </>
      );
    case "ready":
      return (
        <>
          <FileFacts facts={loaded.output} />
          <LocalModelSettings facts={loaded.output} back={back} onAdded={onAdded} />
        </>
      );
  }
}

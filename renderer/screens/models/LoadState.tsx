import { HardDriveDownload, HardDriveUpload } from "lucide-react";
import { useId, useState } from "react";
import type { CoreInfo } from "../../../shared/cores.ts";
import type { LoadStatus } from "../../../shared/local-models.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { ProgressBar } from "../../components/ProgressBar.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { formatDuration } from "../../format.ts";
import { useRequest } from "../../store.tsx";
import styles from "./LoadState.module.css";

export interface LoadStateProps {
  readonly core: CoreInfo;
  readonly load: LoadStatus;
  /** Calls that run on it. */
  readonly busy: number;
}

/** Whether a model is in memory, and the button that changes it. */
export function LoadState({ core, load, busy }: LoadStateProps) {
  const request = useRequest();
  const note = useId();
  const [asked, setAsked] = useState<"idle" | "asked">("idle");
  const ask = async (method: "cores.load" | "cores.unload"): Promise<void> => {
    setAsked("asked");
    await request(method, { coreId: core.id });
    setAsked("idle");
  };
  const held = load.status === "loaded" && busy > 0;
  return (
    <div className={styles.load}>
      <div className={styles.line}>
        <LoadMark load={load} title={core.title} />
        {load.status === "loaded" ? (
          <Button
            size="small"
            icon={HardDriveUpload}
            disabled={held || asked === "asked"}
            aria-label={`Unload ${core.title}`}
            aria-describedby={held ? note : undefined}
            onClick={() => void ask("cores.unload")}
          >
            Unload
          </Button>
        ) : (
          <Button
            size="small"
            icon={HardDriveDownload}
            disabled={load.status === "loading" || asked === "asked"}
            aria-label={`${load.status === "failed" ? "Load again" : "Load"} ${core.title}`}
            onClick={() => void ask("cores.load")}
          >
            {load.status === "failed" ? "Load again" : "Load"}
          </Button>
        )}
      </div>
      {held && (
        <p id={note} className={styles.note}>
          {busy === 1 ? "A call runs" : `${busy} calls run`} on it: it can be unloaded when{" "}
          {busy === 1 ? "that has" : "they have"} ended.
        </p>
      )}
      {load.status === "failed" && <ErrorNote error={load.error} />}
    </div>
  );
}

function LoadMark({ load, title }: { readonly load: LoadStatus; readonly title: string }) {
  switch (load.status) {
    case "unloaded":
      return (
        <span className={styles.mark}>
          <StateMark state="paused" word="Not loaded" />{" "}
          <span className="faint">its first call loads it</span>
        </span>
      );
    case "loading":
      return (
        <span className={styles.mark}>
          <StateMark state="running" word="Loading" />
          <span className={styles.bar}>
            <ProgressBar label={`Loading ${title}`} done={load.percent} total={100} />
          </span>
        </span>
      );
    case "loaded":
      return (
        <span className={styles.mark}>
          <StateMark state="done" word="Loaded" />{" "}
          <span className="faint">in {formatDuration(load.loadMs)}</span>
        </span>
      );
    case "failed":
      return (
        <span className={styles.mark}>
          <StateMark state="failed" word="Could not be loaded" />
        </span>
      );
  }
}

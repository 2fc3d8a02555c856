import { HardDrive, Info, RotateCcw, Unplug, X } from "lucide-react";
import type { KernelView } from "../../shared/state.ts";
import { Button, IconButton } from "../components/Button.tsx";
import { classes } from "../components/classes.ts";
import { formatDuration, formatTime } from "../format.ts";
import { useNow } from "../now.ts";
import { useLive, useLiveStore, useNavigation, useSystem } from "../store.tsx";
import styles from "./Notices.module.css";
import { useStorageStatus } from "./use-storage-status.ts";

/** What the person must know about everything on the page, above it. */
export function Notices() {
  const connection = useLive((live) => live.connection);
  const kernel = useSystem((system) => system.kernel);
  const dismissedStart = useLive((live) => live.dismissedStart);
  const onlyOffline = useSystem((system) => {
    const cores = [...system.cores.values()];
    return cores.length > 0 && cores.every((core) => core.kind === "offline") ? "only" : "no";
  });
  const storage = useStorageStatus();
  return (
    <section aria-label="Notices">
      {connection.type === "lost" && <Lost since={connection.since} message={connection.message} />}
      {storage.mode === "read-only" && <ReadOnly reason={storage.reason} since={storage.since} />}
      {kernel && kernel.recovered.length > 0 && kernel.startedAt !== dismissedStart && (
        <Restarted recovered={kernel.recovered} />
      )}
      {onlyOffline === "only" && <OfflineCore />}
    </section>
  );
}

function Lost({ since, message }: { readonly since: number; readonly message: string }) {
  const now = useNow();
  return (
    <div className={classes(styles.notice, styles.lost)} role="alert">
      <Unplug size={14} aria-hidden />
      <p>
        {message}. <span aria-live="off">What you see is {formatDuration(now - since)} old;</span> it connects
        again by itself.
      </p>
    </div>
  );
}

function ReadOnly({ reason, since }: { readonly reason: string; readonly since: number }) {
  return (
    <div className={classes(styles.notice, styles.readOnly)} role="alert">
      <HardDrive size={14} aria-hidden />
      <p>
        Storage is read-only since {formatTime(since)}: {reason.replace(/\.$/, "")}. Nothing is lost and
        reading goes on. Free some space on the disk of the data folder; changes are taken again by
        themselves.
      </p>
    </div>
  );
}

function Restarted({ recovered }: { readonly recovered: KernelView["recovered"] }) {
  const live = useLiveStore();
  const unknown = recovered.filter((agent) => agent.unknown.length > 0);
  return (
    <div className={classes(styles.notice, styles.restarted)} role="status">
      <RotateCcw size={14} aria-hidden />
      <p>
        The kernel was started again. These agents go on from their last step:{" "}
        {recovered.map((agent) => agent.agentId).join(", ")}.
        {unknown.length > 0 &&
          ` The outcome of ${unknown.flatMap((agent) => agent.unknown).join(", ")} is unknown; nothing of it was run again.`}
      </p>
      <IconButton icon={X} label="Dismiss" size="small" onClick={() => live.dismissRecovered()} />
    </div>
  );
}

function OfflineCore() {
  const { route, go } = useNavigation();
  return (
    <div className={classes(styles.notice, styles.offline)} role="note">
      <Info size={14} aria-hidden />
      <p>Offline core: a small planner, not a language model. Connect a model in Models.</p>
      {route.screen !== "models" && (
        <Button size="small" variant="quiet" onClick={() => go({ screen: "models" })}>
          Open Models
        </Button>
      )}
    </div>
  );
}

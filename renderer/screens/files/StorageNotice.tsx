import { HardDrive } from "lucide-react";
import { formatAge } from "../../format.ts";
import { useDataNow, useSystem } from "../../store.tsx";
import styles from "./FilesScreen.module.css";

/** Says that nothing can be changed now, why, and what to do. */
export function StorageNotice() {
  const storage = useSystem((system) => system.storage);
  const now = useDataNow();
  if (storage.mode === "ready") return null;
  return (
    <div className={styles.notice} role="alert">
      <HardDrive size={14} aria-hidden />
      <p>
        Storage is read-only: {storage.reason}.{" "}
        <span aria-live="off">It began {formatAge(now - storage.since)}.</span> Nothing is lost. Make room on
        the disk: it is tried again by itself.
      </p>
    </div>
  );
}

import { Tooltip } from "../components/Tooltip.tsx";
import { formatBytes } from "../format.ts";
import { routeHash } from "../routes.ts";
import { useSystem } from "../store.tsx";
import styles from "./StatusBar.module.css";

/** What memories hold in RAM and what is on disk, in two figures each; more on hover and focus. */
export function StorageItems() {
  const ram = useSystem((system) => sum(system.memories.values(), ({ usage }) => usage.ramBytes));
  const budget = useSystem((system) => sum(system.memories.values(), ({ usage }) => usage.budgetBytes));
  const all = useSystem((system) => sum(system.memories.values(), ({ usage }) => usage.bytes));
  const disk = useSystem((system) => system.disk);
  const memory =
    budget === 0
      ? "No memories yet"
      : `Memories in RAM: ${formatBytes(ram)} of ${formatBytes(budget)} in budgets\nAll that is remembered: ${formatBytes(all)}, on disk`;
  return (
    <>
      <Tooltip content={memory} side="top">
        <a className={styles.link} href={routeHash({ screen: "memory" })}>
          <span>RAM</span>
          <span className={styles.bytes}>{formatBytes(ram)}</span>
        </a>
      </Tooltip>
      <Tooltip
        content={
          disk === null
            ? "The disk has not been looked at yet"
            : [
                `Data folder: ${formatBytes(disk.dataBytes)}`,
                `Files ${formatBytes(disk.workspaceBytes)}, their versions ${formatBytes(disk.versionBytes)}`,
                `Memories ${formatBytes(disk.memoryBytes)}, log ${formatBytes(disk.logBytes)}`,
                `Free on this disk: ${formatBytes(disk.freeBytes)}`,
              ].join("\n")
        }
        side="top"
      >
        <a className={styles.link} href={routeHash({ screen: "files" })}>
          <span>Disk</span>
          <span className={styles.bytes}>{disk === null ? "–" : formatBytes(disk.dataBytes)}</span>
          <span className={styles.free}>{disk === null ? "–" : `${formatBytes(disk.freeBytes)} free`}</span>
        </a>
      </Tooltip>
    </>
  );
}

function sum<T>(all: Iterable<T>, of: (each: T) => number): number {
  let total = 0;
  for (const each of all) total += of(each);
  return total;
}

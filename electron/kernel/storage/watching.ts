import type { FileWatcher } from "../ports.ts";
import type { VersionedFiles } from "./versioned-files.ts";

/** Paths that wait while others are looked at; of more the whole tree is. */
const WAITING_PATHS = 10_000;

/**
 * Makes versions of what other programs do, one look after the other. A look that fails is no loss: what it missed is
 * noticed before the next change of that file, and at the next start. Never rejects.
 */
export async function followChanges(
  watcher: FileWatcher,
  files: Pick<VersionedFiles, "notice">,
): Promise<void> {
  const waiting = new Set<string>();
  let state: "idle" | "looking" = "idle";
  const look = async (): Promise<void> => {
    state = "looking";
    while (waiting.size > 0) {
      const paths = waiting.size > WAITING_PATHS || waiting.has(".") ? ["."] : [...waiting];
      waiting.clear();
      await files.notice(paths).catch(() => {});
    }
    state = "idle";
  };
  await watcher
    .watch((paths) => {
      for (const path of paths) waiting.add(path);
      if (state === "idle") void look();
    })
    .catch(() => {});
}

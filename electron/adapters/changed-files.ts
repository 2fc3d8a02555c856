import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

/** Files named one by one; more of one folder are that folder. */
const NAMED = 100;
/** Entries that are looked at before everything counts as changed. */
const ENTRIES = 200_000;
/** Entries looked at in one turn of the event loop. */
const IN_A_TURN = 200;
/** A file system's clock may be behind by a tick, in ms. */
const TICK_MS = 20;

/**
 * Files below a folder whose content or place changed since wall time `since` in ms, relative to it, with `/`. Where
 * there are many they are named by the folder at the top that holds them, and by `.` for the folder itself. No link
 * is followed. Never rejects: what cannot be looked at counts as changed.
 */
export async function changedFiles(folder: string, since: number): Promise<readonly string[]> {
  const found = new Map<string, string[]>();
  const waiting = [""];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entries = await opendir(join(folder, next)).catch(() => null);
    if (entries === null) continue;
    for await (const entry of entries) {
      seen += 1;
      if (seen > ENTRIES) return ["."];
      if (seen % IN_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      const path = next === "" ? entry.name : `${next}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(path);
      // The time of change is the system's own: unlike that of modification, no program can set it back.
      else if ((await changedAt(join(folder, path))) >= since - TICK_MS) note(path);
    }
  }
  return [...found].flatMap(([top, paths]) => (paths.length > NAMED ? [top] : paths));

  function note(path: string): void {
    const slash = path.indexOf("/");
    const top = slash < 0 ? "." : path.slice(0, slash);
    const paths = found.get(top);
    if (!paths) found.set(top, [path]);
    else if (paths.length <= NAMED) paths.push(path);
  }
}

const changedAt = (path: string): Promise<number> =>
  lstat(path).then(
    ({ ctimeMs }) => ctimeMs,
    // Gone already.
    () => Number.NEGATIVE_INFINITY,
  );

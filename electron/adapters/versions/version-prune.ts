import type Database from "better-sqlite3";
import type { VersionLimits } from "../../../shared/files.ts";

/** Versions let go in one transaction: a few ms, in which writers wait. */
const AT_ONCE = 200;
const DAY_MS = 86_400_000;

export interface Pruned {
  readonly versions: number;
  /** Contents whose last version may have gone. */
  readonly hashes: readonly string[];
}

/**
 * Lets go of versions beyond the limits, the oldest unpinned first: those of one limit after the other, a batch with
 * each call. The newest version of a path stays as long as it has others, so that what is there, and what is not, is
 * known; the last word on a path that is not there goes with the others.
 */
export function versionPruning(database: Database.Database) {
  const old = database.prepare<[number, number], { readonly number: number }>(
    `SELECT v.number FROM versions v WHERE v.at < ? AND v.pinned = 'no' AND v.state = 'finished'
       AND NOT EXISTS (SELECT 1 FROM paths p WHERE p.newest = v.number) ORDER BY v.number LIMIT ?`,
  );
  const many = database.prepare<
    [{ readonly most: number; readonly limit: number }],
    { readonly path: string; readonly over: number }
  >(
    `SELECT v.path, count(*) - @most AS over FROM versions v LEFT JOIN paths p ON p.newest = v.number
     WHERE v.state = 'finished' GROUP BY v.path
     HAVING count(*) > @most AND sum(v.pinned = 'no' AND p.path IS NULL) > 0 LIMIT @limit`,
  );
  const oldestOf = database.prepare<[string, number], { readonly number: number }>(
    `SELECT v.number FROM versions v WHERE v.path = ? AND v.pinned = 'no' AND v.state = 'finished'
       AND NOT EXISTS (SELECT 1 FROM paths p WHERE p.newest = v.number) ORDER BY v.number LIMIT ?`,
  );
  const oldest = database.prepare<[number], { readonly number: number }>(
    `SELECT v.number FROM versions v WHERE v.pinned = 'no' AND v.state = 'finished'
       AND NOT EXISTS (SELECT 1 FROM paths p WHERE p.newest = v.number) ORDER BY v.number LIMIT ?`,
  );
  const stored = database.prepare<[], { readonly bytes: number }>(
    "SELECT coalesce(sum(stored), 0) AS bytes FROM contents",
  );
  const storedAs = database.prepare<[{ readonly hash: string }], { readonly stored: number }>(
    `SELECT c.stored FROM contents c WHERE c.hash = @hash
       AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.hash = @hash)`,
  );
  const remove = database.prepare<[number], { readonly hash: string | null; readonly path: string }>(
    "DELETE FROM versions WHERE number = ? RETURNING hash, path",
  );
  const lastWord = database.prepare<[{ readonly path: string }], { readonly number: number }>(
    `SELECT newest AS number FROM paths WHERE path = @path AND presence != 'present'
       AND (SELECT count(*) FROM versions WHERE path = @path) = 1
       AND (SELECT pinned FROM versions WHERE number = newest) = 'no'`,
  );
  const forgetPath = database.prepare("DELETE FROM paths WHERE path = ?");

  function letGo(numbers: readonly number[], hashes: Set<string>, until: () => boolean): number {
    let count = 0;
    for (const number of numbers) {
      if (until()) break;
      const gone = remove.get(number);
      if (!gone) continue;
      count += 1;
      if (gone.hash !== null) hashes.add(gone.hash);
      const word = lastWord.get({ path: gone.path });
      if (word) {
        remove.get(word.number);
        forgetPath.run(gone.path);
        count += 1;
      }
    }
    return count;
  }

  /** One batch; nothing left to do when `versions` is 0. */
  return (limits: VersionLimits, now: number): Pruned => {
    const hashes = new Set<string>();
    const never = (): boolean => false;
    const numbers = (rows: readonly { readonly number: number }[]) => rows.map(({ number }) => number);
    let versions = letGo(numbers(old.all(now - limits.days * DAY_MS, AT_ONCE)), hashes, never);
    if (versions === 0) {
      for (const { path, over } of many.all({ most: limits.perFile, limit: AT_ONCE })) {
        versions += letGo(numbers(oldestOf.all(path, Math.min(over, AT_ONCE))), hashes, never);
        if (versions >= AT_ONCE) break;
      }
    }
    if (versions === 0) {
      let bytes = stored.get()?.bytes ?? 0;
      const freed = new Set<string>();
      const isEnough = (): boolean => {
        for (const hash of hashes) {
          if (freed.has(hash)) continue;
          const free = storedAs.get({ hash })?.stored;
          if (free === undefined) continue;
          freed.add(hash);
          bytes -= free;
        }
        return bytes <= limits.bytes;
      };
      if (!isEnough()) versions += letGo(numbers(oldest.all(AT_ONCE)), hashes, isEnough);
    }
    return { versions, hashes: [...hashes] };
  };
}

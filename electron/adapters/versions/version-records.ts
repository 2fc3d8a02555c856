import type Database from "better-sqlite3";
import { KernelError } from "../../../shared/errors.ts";
import type { FileVersion, VersionId } from "../../../shared/files.ts";
import type { VersionDraft } from "../../kernel/ports.ts";
import {
  COLUMNS,
  type ContentFacts,
  type Encoding,
  numberOf,
  presenceOf,
  toRow,
  toVersion,
  type VersionRow,
} from "./version-rows.ts";

/** Changes of the records of versions. Each method belongs into a transaction of its caller's. */
export function versionWrites(database: Database.Database) {
  const add = database.prepare(
    `INSERT INTO versions (change_number, state, path, change, hash, bytes, author, syscall_id, at, pinned)
     VALUES (@change_number, 'begun', @path, @change, @hash, @bytes, @author, @syscall_id, @at, @pinned)`,
  );
  const join = database.prepare("UPDATE versions SET change_number = number WHERE number = ?");
  const finish = database.prepare<[number], VersionRow>(
    `UPDATE versions SET state = 'finished' WHERE number = ? AND state = 'begun' RETURNING ${COLUMNS}`,
  );
  const place = database.prepare(
    `INSERT INTO paths (path, newest, presence) VALUES (@path, @number, @presence)
     ON CONFLICT (path) DO UPDATE SET newest = @number, presence = @presence, stamp = NULL
       WHERE newest < @number`,
  );
  const abandon = database.prepare("DELETE FROM versions WHERE number = ? AND state = 'begun'");
  const pin = database.prepare("UPDATE versions SET pinned = ? WHERE number = ?");
  const stamp = database.prepare("UPDATE paths SET stamp = ? WHERE newest = ?");
  const knowContent = database.prepare(
    "INSERT OR IGNORE INTO contents (hash, bytes, stored, encoding) VALUES (@hash, @bytes, @stored, @encoding)",
  );
  const knownContent = database.prepare<[string]>("SELECT 1 FROM contents WHERE hash = ?");
  const referenced = database.prepare<[string]>("SELECT 1 FROM versions WHERE hash = ? LIMIT 1");
  const forgetContent = database.prepare("DELETE FROM contents WHERE hash = ?");

  function contentOf(draft: VersionDraft, held: (hash: string) => ContentFacts | null): void {
    if (draft.hash === null) return;
    const facts = held(draft.hash);
    if (facts) knowContent.run({ hash: draft.hash, ...facts });
    else if (!knownContent.get(draft.hash)) {
      throw new KernelError("not-found", `The content of "${draft.path}" was not kept`);
    }
  }

  return {
    /** `held` tells of content that is on disk and may have no version yet. */
    begin(
      drafts: readonly VersionDraft[],
      held: (hash: string) => ContentFacts | null,
    ): readonly FileVersion[] {
      let first: number | null = null;
      return drafts.map((draft) => {
        contentOf(draft, held);
        const row = toRow(draft);
        const number = Number(add.run({ ...row, change_number: first ?? 0 }).lastInsertRowid);
        if (first === null) join.run(number);
        first ??= number;
        return toVersion({ ...row, number });
      });
    },
    finish(ids: readonly VersionId[]): void {
      for (const id of ids) {
        const row = finish.get(numberOf(id));
        if (row) place.run({ path: row.path, number: row.number, presence: presenceOf(row) });
      }
    },
    abandon(ids: readonly VersionId[]): void {
      for (const id of ids) abandon.run(numberOf(id));
    },
    pin(id: VersionId, pinned: "yes" | "no"): void {
      if (pin.run(pinned, numberOf(id)).changes === 0) {
        throw new KernelError("not-found", `There is no version ${id}; it may have been let go`);
      }
    },
    stamp(seen: readonly { readonly id: VersionId; readonly stamp: string }[]): void {
      for (const { id, stamp: text } of seen) stamp.run(text, numberOf(id));
    },
    isReferenced: (hash: string): boolean => referenced.get(hash) !== undefined,
    forgetContent: (hash: string): void => void forgetContent.run(hash),
  };
}
export type VersionWrites = ReturnType<typeof versionWrites>;

/** Questions to the records of versions. */
export function versionReads(database: Database.Database) {
  const columns = COLUMNS.replaceAll(/\w+/g, (name) => `v.${name}`);
  const one = database.prepare<[number], VersionRow>(`SELECT ${COLUMNS} FROM versions WHERE number = ?`);
  const newest = database.prepare<[string], VersionRow>(
    `SELECT ${columns} FROM paths p JOIN versions v ON v.number = p.newest WHERE p.path = ?`,
  );
  const ofPath = database.prepare<[string, number], VersionRow>(
    `SELECT ${COLUMNS} FROM versions WHERE path = ? AND state = 'finished' ORDER BY number DESC LIMIT ?`,
  );
  const count = database.prepare<[string], { readonly count: number }>(
    "SELECT count(*) AS count FROM versions WHERE path = ? AND state = 'finished'",
  );
  const present = database.prepare<[string, number], VersionRow>(
    `SELECT ${columns} FROM paths p JOIN versions v ON v.number = p.newest
     WHERE p.path > ? AND p.presence = 'present' ORDER BY p.path LIMIT ?`,
  );
  const deleted = database.prepare<[number], VersionRow>(
    `SELECT ${columns} FROM paths p JOIN versions v ON v.number = p.newest
     WHERE p.presence = 'deleted' ORDER BY p.newest DESC LIMIT ?`,
  );
  const deletedCount = database.prepare<[], { readonly count: number }>(
    "SELECT count(*) AS count FROM paths WHERE presence = 'deleted'",
  );
  const last = database.prepare<[string], VersionRow>(
    `SELECT ${COLUMNS} FROM versions WHERE path = ? AND state = 'finished' AND hash IS NOT NULL
     ORDER BY number DESC LIMIT 1`,
  );
  const begun = database.prepare<[], VersionRow & { readonly change_number: number }>(
    `SELECT ${COLUMNS}, change_number FROM versions WHERE state = 'begun' ORDER BY number`,
  );
  const stamp = database.prepare<[string], { readonly stamp: string | null }>(
    "SELECT stamp FROM paths WHERE path = ?",
  );
  const content = database.prepare<[string], { bytes: number; stored: number; encoding: Encoding }>(
    "SELECT bytes, stored, encoding FROM contents WHERE hash = ?",
  );
  const totals = database.prepare<[], { readonly versions: number; readonly bytes: number }>(
    `SELECT (SELECT count(*) FROM versions WHERE state = 'finished') AS versions,
       (SELECT coalesce(sum(stored), 0) FROM contents) AS bytes`,
  );
  const optional = (row: VersionRow | undefined): FileVersion | null => (row ? toVersion(row) : null);

  return {
    version: (id: VersionId) => optional(one.get(numberOf(id))),
    newest: (paths: readonly string[]) => paths.map((path) => optional(newest.get(path))),
    versions(path: string, limit: number) {
      const versions = ofPath.all(path, limit).map(toVersion);
      return { versions, more: (count.get(path)?.count ?? 0) - versions.length };
    },
    count: (paths: readonly string[]) => paths.map((path) => count.get(path)?.count ?? 0),
    present: (after: string, limit: number) => present.all(after, limit).map(toVersion),
    trash(limit: number) {
      const rows = deleted.all(limit).flatMap((row) => {
        const held = last.get(row.path);
        return held ? [{ path: row.path, deleted: toVersion(row), last: toVersion(held) }] : [];
      });
      return { rows, more: Math.max(0, (deletedCount.get()?.count ?? 0) - limit) };
    },
    unfinished(): readonly (readonly FileVersion[])[] {
      const changes = Map.groupBy(begun.all(), (row) => row.change_number);
      return [...changes.values()].map((rows) => rows.map(toVersion));
    },
    stamps: (paths: readonly string[]) => paths.map((path) => stamp.get(path)?.stamp ?? null),
    content: (hash: string): ContentFacts | null => content.get(hash) ?? null,
    totals: () => totals.get() ?? { versions: 0, bytes: 0 },
  };
}
export type VersionReads = ReturnType<typeof versionReads>;

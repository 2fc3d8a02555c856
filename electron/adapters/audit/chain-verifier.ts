import { setImmediate } from "node:timers/promises";
import type Database from "better-sqlite3";
import { AUDIT_EVENTS } from "../../../shared/audit-events.ts";
import type { AuditReport } from "../../../shared/contract-access.ts";
import { seq } from "../../../shared/ids.ts";
import { type EventRow, toEvent } from "../event-rows.ts";
import { isAudited } from "./audited-event.ts";
import type { ChainMacs } from "./chain-macs.ts";
import type { ChainEnd, ChainHead } from "./chain-writer.ts";

/** Rows read in one go: at most 6 MB of results, and a few ms. */
const PAGE_ROWS = 100;

/** A row of the chain with the event that it names; `type` is null where that is gone. */
interface StoredRow {
  readonly row: number;
  readonly seq: number;
  readonly mac: Buffer;
  readonly agent: number | null;
  readonly syscall: number | null;
  readonly type: string | null;
  readonly body: string | null;
}

interface Place {
  readonly row: number;
  readonly seq: number;
  readonly mac: Buffer;
}

interface KeyChange {
  readonly first_row: number;
  readonly fingerprint: Buffer;
}

type What = Extract<AuditReport, { type: "broken" }>["what"];

const START: Place = { row: 0, seq: 0, mac: Buffer.alloc(0) };
const JOINED = `
  SELECT audit.row, audit.seq, audit.mac, events.agent, events.syscall, events.type, events.body
    FROM audit LEFT JOIN events ON events.seq = audit.seq`;
const AUDIT_TYPES = AUDIT_EVENTS.map((type) => `'${type}'`).join(", ");

/**
 * Walks the chain from its first row and names the first that is not as it was written. `end` is where its writer
 * knows it to end. Lets others have their turn after each page; rows that are added meanwhile are walked too.
 *
 * Not noticed: a whole older copy of the file in place of this one, before the program is started.
 */
export async function verifyChain(
  database: Database.Database,
  file: string,
  macs: ChainMacs | null,
  end: () => ChainEnd,
): Promise<AuditReport> {
  const page = database.prepare<[number], StoredRow>(
    `${JOINED} WHERE audit.row > ? ORDER BY audit.row LIMIT ${PAGE_ROWS}`,
  );
  const first = database.prepare<[], number | null>("SELECT min(row) FROM audit").pluck();
  const counted = database.prepare<[], number>("SELECT count(*) FROM audit").pluck();
  const keys = database.prepare<[], KeyChange>(
    "SELECT first_row, fingerprint FROM audit_keys ORDER BY first_row DESC",
  );
  const count = (): number => counted.get() ?? 0;
  if (macs === null) return { type: "no-key", rows: count() };

  const broken = (row: number, at: number | null, what: What): AuditReport => ({
    type: "broken",
    row,
    seq: at === null ? null : seq(at),
    what,
    rows: count(),
  });

  let previous = START;
  let foreign = 0;
  if ((first.get() ?? 1) < 1) return broken(1, null, "added");
  while (true) {
    const rows = page.all(previous.row);
    const changes = keys.all();
    for (const stored of rows) {
      const expected = previous.row + 1;
      const ours = isOwnRow(changes, macs, expected);
      const holds =
        stored.row === expected &&
        (ours ? isAsWritten(macs, previous.mac, expected, stored) : stored.type !== null);
      if (!holds) {
        const what = await whatHappened(database, file, macs, previous, stored, count() - end().rows);
        return broken(expected, stored.row === expected ? stored.seq : null, what);
      }
      if (!ours) foreign += 1;
      previous = stored;
    }
    if (rows.length < PAGE_ROWS) break;
    await setImmediate();
  }
  // In the turn of the last page: nothing was added since.
  if (!endsAsWritten(database, macs, previous, end(), isOwnRow(keys.all(), macs, previous.row))) {
    return broken(previous.row + 1, null, "removed");
  }
  if (foreign > 0) return { type: "no-key", rows: foreign };
  return { type: "intact", rows: previous.row, lastSeq: previous.row === 0 ? null : seq(previous.seq) };
}

/** Whether this key wrote the row. Changes come latest first; they are few: one each time that a key was lost. */
const isOwnRow = (changes: readonly KeyChange[], macs: ChainMacs, row: number): boolean =>
  changes.find(({ first_row }) => first_row <= row)?.fingerprint.equals(macs.fingerprint) ?? true;

/** Whether this is what was written as row `row` after a row with the code `previous`. */
function isAsWritten(macs: ChainMacs, previous: Buffer, row: number, stored: StoredRow): boolean {
  const event = eventOf(stored);
  return event !== null && macs.row(previous, row, event).equals(stored.mac);
}

function eventOf({ seq, agent, syscall, type, body }: StoredRow): EventRow | null {
  return type === null || body === null ? null : { seq, agent, syscall, type, body };
}

function endsAsWritten(
  database: Database.Database,
  macs: ChainMacs,
  last: Place,
  end: ChainEnd,
  ours: boolean,
): boolean {
  const head = database.prepare<[], ChainHead>("SELECT rows, mac, seal FROM audit_head").get();
  if (end.rows !== last.row || !end.mac.equals(last.mac)) return false;
  if (!head) return last.row === 0;
  if (head.rows !== last.row || !head.mac.equals(last.mac)) return false;
  return !ours || macs.seal(head.rows, head.mac).equals(head.seal);
}

/** Why the row after `previous` is not in its place, where `stored` was found. `surplus`: rows more than were written. */
async function whatHappened(
  database: Database.Database,
  file: string,
  macs: ChainMacs,
  previous: Place,
  stored: StoredRow,
  surplus: number,
): Promise<What> {
  const isThere = stored.row === previous.row + 1;
  if (await isElsewhere(database, macs, previous)) {
    return isThere && (surplus > 0 || !isOnlyRowOfItsEvent(database, file, stored)) ? "added" : "moved";
  }
  if (!isThere || stored.type === null) return "removed";
  const skipped = skippedEvents(database, previous.seq, stored.seq);
  // The row names another event than it did.
  if (skipped.some((event) => macs.row(previous.mac, stored.row, event).equals(stored.mac))) return "changed";
  // Deleted, with those after it moved up. Before the first row lie events older than the chain.
  const isMissed = previous.row === 0 ? surplus < 0 : skipped.some((event) => belongs(file, event));
  return isMissed ? "removed" : "changed";
}

/** Whether the rightful next row stands under another number. */
async function isElsewhere(database: Database.Database, macs: ChainMacs, previous: Place): Promise<boolean> {
  const page = database.prepare<[number], StoredRow>(
    `${JOINED} WHERE audit.row > ? ORDER BY audit.row LIMIT ${PAGE_ROWS}`,
  );
  let from = previous.row;
  while (true) {
    const rows = page.all(from);
    if (rows.some((stored) => isAsWritten(macs, previous.mac, previous.row + 1, stored))) return true;
    if (rows.length < PAGE_ROWS) return false;
    from = rows.at(-1)?.row ?? from;
    await setImmediate();
  }
}

function isOnlyRowOfItsEvent(database: Database.Database, file: string, stored: StoredRow): boolean {
  const event = eventOf(stored);
  const rows = database.prepare<[number], number>("SELECT count(*) FROM audit WHERE seq = ?").pluck();
  return event !== null && belongs(file, event) && rows.get(stored.seq) === 1;
}

/** Events between two others that may belong to the audit; the first of them will do. */
function skippedEvents(database: Database.Database, after: number, before: number): readonly EventRow[] {
  return database
    .prepare<[number, number], EventRow>(
      `SELECT seq, agent, syscall, type, body FROM events
        WHERE seq > ? AND seq < ? AND type IN (${AUDIT_TYPES}) ORDER BY seq LIMIT ${PAGE_ROWS}`,
    )
    .all(after, before);
}

function belongs(file: string, row: EventRow): boolean {
  try {
    return isAudited(toEvent(file, row));
  } catch {
    // It can no longer be read: that it was once written is enough.
    return true;
  }
}

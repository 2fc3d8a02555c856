import type { AuditReport } from "../../shared/contract-access.ts";
import { invariant } from "../../shared/errors.ts";
import type { KernelEvent } from "../../shared/events.ts";
import { idNumber, type Seq, seq } from "../../shared/ids.ts";
import type { AuditQuery, AuditRows, Store } from "../kernel/ports.ts";
import { readAudit } from "./audit/audit-reader.ts";
import { createChainMacs } from "./audit/chain-macs.ts";
import { verifyChain } from "./audit/chain-verifier.ts";
import { AUDIT_TABLES, createChainWriter } from "./audit/chain-writer.ts";
import { type EventColumns, type EventRow, eventColumns, toEvent } from "./event-rows.ts";
import { openDatabase, translating, translatingAsync } from "./sqlite-database.ts";

/**
 * Ids are stored as their numbers. `body` is the event without the fields that are columns. A syscall starts with
 * syscall.created, so the index by agent holds only that event of each syscall: a seventh of the index writes.
 */
const MIGRATIONS = [
  `CREATE TABLE events (
     seq INTEGER PRIMARY KEY, agent INTEGER, syscall INTEGER, type TEXT NOT NULL, body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX events_by_agent ON events (agent) WHERE syscall IS NULL OR type = 'syscall.created';
   CREATE INDEX events_by_syscall ON events (syscall) WHERE syscall IS NOT NULL;
   CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, text TEXT NOT NULL) STRICT;`,
  AUDIT_TABLES,
] as const;

const COLUMNS = "seq, agent, syscall, type, body";
const READ_AGENT = `
  SELECT ${COLUMNS} FROM events WHERE seq IN (
    SELECT seq FROM events INDEXED BY events_by_agent
      WHERE agent = @agent AND (syscall IS NULL OR type = 'syscall.created') AND seq > @from
    UNION
    SELECT later.seq FROM events AS created INDEXED BY events_by_agent
      CROSS JOIN events AS later INDEXED BY events_by_syscall ON later.syscall = created.syscall
      WHERE created.agent = @agent AND (created.syscall IS NULL OR created.type = 'syscall.created')
        AND later.seq > @from
    ORDER BY 1 LIMIT @limit
  ) ORDER BY seq`;

/** A store whose writes are done when they return. */
export interface SqliteStore extends Store {
  append(events: readonly KernelEvent[]): void;
  /** As `append`, for events that were turned into columns elsewhere. */
  appendColumns(columns: EventColumns): void;
  saveCheckpoint(seq: Seq, text: string): void;
  readAudit(query: AuditQuery): Promise<AuditRows>;
  verifyAudit(): Promise<AuditReport>;
  close(): void;
}

export interface StoreOptions {
  /**
   * The secret that vouches for the audit. null: the audit is kept and can be read, but not verified. With another
   * key than before the chain goes on under the new one, and of the rows before it `verifyAudit` says `no-key`.
   */
  readonly auditKey?: string | null;
}

/**
 * The event log in one SQLite file, with its audit: a row for each event that belongs to it, in the transaction of
 * that event. Events of a file from before there was an audit are not in it. Throws `database-damaged` and `storage-failed` (see openDatabase) when it is
 * opened and from every method.
 */
export function openSqliteStore(file: string, { auditKey = null }: StoreOptions = {}): SqliteStore {
  const database = openDatabase(file, MIGRATIONS);
  const macs = auditKey === null ? null : createChainMacs(auditKey);
  const chain = createChainWriter(database, macs);
  const insert = database.prepare(`INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
  const readAll = database.prepare<[number, number], EventRow>(
    `SELECT ${COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  const readAgent = database.prepare<[{ agent: number; from: number; limit: number }], EventRow>(READ_AGENT);
  const readSyscall = database.prepare<[number], EventRow>(
    `SELECT ${COLUMNS} FROM events INDEXED BY events_by_syscall WHERE syscall = ? ORDER BY seq`,
  );
  const saveCheckpoint = database.prepare(
    "INSERT INTO checkpoint VALUES (1, @seq, @text) ON CONFLICT (id) DO UPDATE SET seq = @seq, text = @text",
  );
  const loadCheckpoint = database.prepare<[], { seq: number; text: string }>(
    "SELECT seq, text FROM checkpoint",
  );
  let last = translating(file, () =>
    Number(database.prepare("SELECT coalesce(max(seq), 0) FROM events").pluck().get()),
  );

  let end = translating(file, () => chain.load());

  const insertAll = database.transaction((columns: EventColumns) => {
    const { first, agents, syscalls, types, bodies } = columns;
    for (let index = 0; index < types.length; index += 1) {
      insert.run(first + index, agents[index], syscalls[index], types[index], bodies[index]);
    }
    return chain.append(columns, end);
  });
  const toEvents = (rows: readonly EventRow[]): KernelEvent[] => rows.map((row) => toEvent(file, row));

  return {
    append(events) {
      if (events.length > 0) this.appendColumns(eventColumns(events));
    },
    appendColumns(columns) {
      invariant(columns.first === last + 1, `event ${columns.first} follows ${last} in the log`);
      end = translating(file, () => insertAll.immediate(columns));
      last += columns.types.length;
    },
    read: ({ from, limit, agentId }) =>
      translating(file, () =>
        toEvents(
          agentId === null
            ? readAll.all(from, limit)
            : readAgent.all({ agent: idNumber(agentId), from, limit }),
        ),
      ),
    readSyscall: (id) => translating(file, () => toEvents(readSyscall.all(idNumber(id)))),
    lastSeq: () => seq(last),
    saveCheckpoint(at, text) {
      translating(file, () => saveCheckpoint.run({ seq: at, text }));
    },
    loadCheckpoint() {
      const row = translating(file, () => loadCheckpoint.get());
      return row ? { seq: seq(row.seq), text: row.text } : null;
    },
    readAudit: (query) => translatingAsync(file, () => readAudit(database, file, query)),
    verifyAudit: () => translatingAsync(file, () => verifyChain(database, file, macs, () => end)),
    close() {
      database.close();
    },
  };
}

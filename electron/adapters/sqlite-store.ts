import { invariant } from "../../shared/errors.ts";
import type { KernelEvent } from "../../shared/events.ts";
import { agentId, idNumber, type Seq, seq, syscallId } from "../../shared/ids.ts";
import { upgradeEvent } from "../../shared/upgrade-event.ts";
import type { Store } from "../kernel/ports.ts";
import { damaged, openDatabase, translating } from "./sqlite-database.ts";

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

interface EventRow {
  readonly seq: number;
  readonly agent: number | null;
  readonly syscall: number | null;
  readonly type: string;
  readonly body: string;
}

/** Events as columns: cheap to hand to another thread. Column i is event `first + i`. */
export interface EventColumns {
  readonly first: number;
  readonly agents: readonly (number | null)[];
  readonly syscalls: readonly (number | null)[];
  readonly types: readonly string[];
  readonly bodies: readonly string[];
}

/** A store whose writes are done when they return. */
export interface SqliteStore extends Store {
  append(events: readonly KernelEvent[]): void;
  /** As `append`, for events that were turned into columns elsewhere. */
  appendColumns(columns: EventColumns): void;
  saveCheckpoint(seq: Seq, text: string): void;
  close(): void;
}

/**
 * The event log in one SQLite file. Throws `database-damaged` and `storage-failed` (see openDatabase) when it is
 * opened and from every method.
 */
export function openSqliteStore(file: string): SqliteStore {
  const database = openDatabase(file, MIGRATIONS);
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

  const insertAll = database.transaction(({ first, agents, syscalls, types, bodies }: EventColumns) => {
    for (let index = 0; index < types.length; index += 1) {
      insert.run(first + index, agents[index], syscalls[index], types[index], bodies[index]);
    }
  });
  const toEvents = (rows: readonly EventRow[]): KernelEvent[] => rows.map((row) => toEvent(file, row));

  return {
    append(events) {
      if (events.length > 0) this.appendColumns(eventColumns(events));
    },
    appendColumns(columns) {
      invariant(columns.first === last + 1, `event ${columns.first} follows ${last} in the log`);
      translating(file, () => insertAll.immediate(columns));
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
    readAudit: () => ({ rows: [], more: "no" }),
    verifyAudit: () => ({ type: "intact", rows: 0, lastSeq: null }),
    close() {
      database.close();
    },
  };
}

/** Splits events into the columns of their table. Panics when their numbers have a gap. */
export function eventColumns(events: readonly KernelEvent[]): EventColumns {
  const first = events[0]?.seq ?? 0;
  const agents: (number | null)[] = [];
  const syscalls: (number | null)[] = [];
  const types: string[] = [];
  const bodies: string[] = [];
  for (const [index, event] of events.entries()) {
    invariant(event.seq === first + index, `event ${event.seq} follows ${first + index - 1} in the log`);
    agents.push("agentId" in event && event.agentId !== null ? idNumber(event.agentId) : null);
    syscalls.push("syscallId" in event ? idNumber(event.syscallId) : null);
    types.push(event.type);
    bodies.push(bodyOf(event));
  }
  return { first, agents, syscalls, types, bodies };
}

/** The event as JSON without what the columns hold. */
function bodyOf(event: KernelEvent): string {
  if ("syscallId" in event) {
    const { seq, agentId, syscallId, type, ...body } = event;
    return JSON.stringify(body);
  }
  if ("agentId" in event) {
    const { seq, agentId, type, ...body } = event;
    return JSON.stringify(body);
  }
  const { seq, type, ...body } = event;
  return JSON.stringify(body);
}

function toEvent(file: string, row: EventRow): KernelEvent {
  const agent = row.agent === null ? null : agentId(row.agent);
  const body = parseBody(file, row);
  const event = { ...body, type: row.type, seq: seq(row.seq) };
  if (row.syscall !== null) {
    return upgradeEvent(Object.assign(event, { agentId: agent, syscallId: syscallId(row.syscall) }));
  }
  return upgradeEvent(agent === null ? event : Object.assign(event, { agentId: agent }));
}

function parseBody(file: string, row: EventRow): { readonly v: number } {
  try {
    return JSON.parse(row.body);
  } catch {
    throw damaged(file, `event ${row.seq} cannot be read`);
  }
}

import { setImmediate } from "node:timers/promises";
import type Database from "better-sqlite3";
import type { AuditEvent } from "../../../shared/audit-events.ts";
import type { AuditRow } from "../../../shared/contract-access.ts";
import { slim } from "../../../shared/events.ts";
import { idNumber } from "../../../shared/ids.ts";
import type { AuditQuery, AuditRows } from "../../kernel/ports.ts";
import { type EventRow, toEvent } from "../event-rows.ts";
import { isAudited, verdictOf, wordsOf } from "./audited-event.ts";

/** Rows looked at before others have their turn: at most 6 MB of results, and a few ms. */
const PAGE_ROWS = 100;

interface NumberedEvent extends EventRow {
  readonly row: number;
}

/**
 * Rows of the audit, newest first, without the texts of results. A filter that few rows fit looks at all of them,
 * and lets others have their turn on the way.
 */
export async function readAudit(
  database: Database.Database,
  file: string,
  query: AuditQuery,
): Promise<AuditRows> {
  const page = database.prepare<[{ below: number; agent: number | null }], NumberedEvent>(
    `SELECT audit.row, audit.seq, events.agent, events.syscall, events.type, events.body
       FROM audit CROSS JOIN events ON events.seq = audit.seq
       WHERE audit.row < @below AND (@agent IS NULL OR events.agent = @agent)
       ORDER BY audit.row DESC LIMIT ${PAGE_ROWS}`,
  );
  const toolOf = toolNames(database);
  const agent = query.agentId === null ? null : idNumber(query.agentId);
  const words = query.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found: AuditRow[] = [];
  let below = rowBefore(database, query.before);
  while (true) {
    const rows = page.all({ below, agent });
    for (const row of rows) {
      const event = toEvent(file, row);
      if (!isAudited(event)) continue;
      const tool = toolOf(event, row.syscall);
      if (query.verdict !== null && verdictOf(event) !== query.verdict) continue;
      if (!hasWords(words, event, tool)) continue;
      if (found.length === query.limit) return { rows: found, more: "yes" };
      found.push({ row: row.row, event: slim(event) as AuditEvent, tool });
    }
    if (rows.length < PAGE_ROWS) return { rows: found, more: "no" };
    below = rows.at(-1)?.row ?? 0;
    await setImmediate();
  }
}

function hasWords(words: readonly string[], event: AuditEvent, tool: string | null): boolean {
  if (words.length === 0) return true;
  const text = `${tool ?? ""}\n${wordsOf(event)}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The first row whose event is not older than `seq`, found by halving: the table has no index by seq. */
function rowBefore(database: Database.Database, seq: number | null): number {
  const last = database.prepare<[], number | null>("SELECT max(row) FROM audit").pluck().get() ?? 0;
  const at = database
    .prepare<[number], number>("SELECT seq FROM audit WHERE row <= ? ORDER BY row DESC LIMIT 1")
    .pluck();
  let [low, high] = [0, last + 1];
  if (seq === null) return high;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (middle <= last && (at.get(middle) ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The tool of a call stands in the event that made it. */
function toolNames(
  database: Database.Database,
): (event: AuditEvent, syscall: number | null) => string | null {
  const created = database
    .prepare<[number], string | null>(
      `SELECT json_extract(body, '$.call.tool') FROM events INDEXED BY events_by_syscall
         WHERE syscall = ? AND type = 'syscall.created' LIMIT 1`,
    )
    .pluck();
  const known = new Map<number, string | null>();
  return (event, syscall) => {
    if (event.type === "approval.requested") return event.approval.tool;
    if (event.type === "grant.added") return event.grant.tool;
    if (syscall === null) return null;
    let tool = known.get(syscall);
    if (tool === undefined) {
      tool = created.get(syscall) ?? null;
      known.set(syscall, tool);
    }
    return tool;
  };
}

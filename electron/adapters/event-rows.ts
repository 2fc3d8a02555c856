import { invariant } from "../../shared/errors.ts";
import type { KernelEvent } from "../../shared/events.ts";
import { agentId, idNumber, seq, syscallId } from "../../shared/ids.ts";
import { upgradeEvent } from "../../shared/upgrade-event.ts";
import { isAudited } from "./audit/audited-event.ts";
import { damaged } from "./sqlite-database.ts";

/** An event as a row of its table. */
export interface EventRow {
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
  /** Places of those that belong to the audit, ascending. */
  readonly audited: readonly number[];
}

/** Splits events into the columns of their table. Panics when their numbers have a gap. */
export function eventColumns(events: readonly KernelEvent[]): EventColumns {
  const first = events[0]?.seq ?? 0;
  const agents: (number | null)[] = [];
  const syscalls: (number | null)[] = [];
  const types: string[] = [];
  const bodies: string[] = [];
  const audited: number[] = [];
  for (const [index, event] of events.entries()) {
    invariant(event.seq === first + index, `event ${event.seq} follows ${first + index - 1} in the log`);
    agents.push("agentId" in event && event.agentId !== null ? idNumber(event.agentId) : null);
    syscalls.push("syscallId" in event ? idNumber(event.syscallId) : null);
    types.push(event.type);
    bodies.push(bodyOf(event));
    if (isAudited(event)) audited.push(index);
  }
  return { first, agents, syscalls, types, bodies, audited };
}

/** The event as JSON without what the columns hold. */
function bodyOf(event: KernelEvent): string {
  if ("syscallId" in event) {
    const { seq, agentId, syscallId, type, ...body } = event;
    return JSON.stringify(body);
  }
  // That it is of no agent stays in the body: the column alone could not tell it from an event without the field.
  if ("agentId" in event && event.agentId !== null) {
    const { seq, agentId, type, ...body } = event;
    return JSON.stringify(body);
  }
  const { seq, type, ...body } = event;
  return JSON.stringify(body);
}

/** Throws `database-damaged`, naming `file`, for a row that cannot be read. */
export function toEvent(file: string, row: EventRow): KernelEvent {
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

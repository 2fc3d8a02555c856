import Database from "better-sqlite3";
import type { AuditReport } from "../../../../shared/contract-access.ts";
import { EVENT_VERSION, type KernelEvent, type KernelEventBody } from "../../../../shared/events.ts";
import { agentId, seq, syscallId } from "../../../../shared/ids.ts";
import { openSqliteStore, type SqliteStore } from "../../sqlite-store.ts";

export const KEY = "0123456789abcdef".repeat(4);
export const OTHER_KEY = "f".repeat(64);
const times = { waitMs: 1, serviceMs: 2, turnaroundMs: 3 };
const effect = { type: "write", target: "notes/a.txt", reversible: "yes" } as const;
const allowed = {
  verdict: "allow",
  by: "mode",
  risk: "low",
  effects: [effect],
  reason: "it is low",
} as const;
const harmless = { ...allowed, by: "no-effect", effects: [] } as const;
const usage = { promptTokens: 1, outputTokens: 1, source: "reported" } as const;

/** The events of one call of a tool, two of which belong to the audit, and of one call of a model, of which none does. */
export function round(n: number): readonly KernelEventBody[] {
  const call = { agentId: agentId((n % 3) + 1), syscallId: syscallId(2 * n) } as const;
  const ask = { ...call, syscallId: syscallId(2 * n + 1) } as const;
  return [
    {
      ...call,
      type: "syscall.created",
      call: { kind: "tool", tool: `tool_${n % 4}`, arguments: {}, toolCallId: null },
      parent: null,
      priority: 5,
      deadline: null,
      tokenBudget: null,
    },
    { ...call, type: "syscall.gated", decision: allowed },
    { ...call, type: "syscall.done", result: { kind: "tool", text: `result ${n}`, outcome: "ok" }, times },
    { ...ask, type: "syscall.gated", decision: harmless },
    {
      ...ask,
      type: "syscall.done",
      result: {
        kind: "llm",
        message: { role: "assistant", content: "hm", toolCalls: [] },
        model: "m",
        finishReason: "stop",
        usage,
      },
      times,
    },
  ];
}
export const ROUND = round(0).length;
/** Rows that `rounds` leave in the audit, and where the event of a row lies. */
export const rowsOf = (rounds: number): number => 2 * rounds;
export const seqOf = (row: number): number => ROUND * Math.floor((row - 1) / 2) + (row % 2 === 1 ? 2 : 3);

export function numbered(bodies: readonly KernelEventBody[], first: number): KernelEvent[] {
  return bodies.map((body, index) => ({
    v: EVENT_VERSION,
    seq: seq(first + index),
    at: 1,
    mono: 1,
    ...body,
  }));
}
export function fill(store: SqliteStore, from: number, rounds: number): void {
  for (let n = from; n < from + rounds; n += 1) store.append(numbered(round(n), n * ROUND + 1));
}

export async function verified(path: string, auditKey: string | null = KEY): Promise<AuditReport> {
  const store = openSqliteStore(path, { auditKey });
  try {
    return await store.verifyAudit();
  } finally {
    store.close();
  }
}
/** Does what someone does who can write to the file and has no key. */
export function tamper(path: string, change: (database: Database.Database) => void): void {
  const database = new Database(path);
  try {
    change(database);
  } finally {
    database.close();
  }
}

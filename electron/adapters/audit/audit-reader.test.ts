import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AuditRow } from "../../../shared/contract-access.ts";
import { EVENT_VERSION, type KernelEvent, type KernelEventBody } from "../../../shared/events.ts";
import { agentId, grantId, seq, syscallId } from "../../../shared/ids.ts";
import type { Decision } from "../../../shared/permission.ts";
import type { AuditQuery } from "../../kernel/ports.ts";
import { openSqliteStore, type SqliteStore } from "../sqlite-store.ts";

let folder: string;
let store: SqliteStore;
let last: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-audit-read-"));
  store = openSqliteStore(join(folder, "events.db"));
  last = 0;
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const times = { waitMs: 1, serviceMs: 2, turnaroundMs: 3 };
function append(...bodies: readonly KernelEventBody[]): void {
  const events = bodies.map((body): KernelEvent => {
    last += 1;
    return { v: EVENT_VERSION, seq: seq(last), at: last, mono: 0, ...body };
  });
  store.append(events);
}
/** A call of `tool` by agent `agent`: decided about, and ended. */
function call(
  n: number,
  agent: number | null,
  tool: string,
  verdict: Decision["verdict"],
  target: string,
): void {
  const ids = { agentId: agent === null ? null : agentId(agent), syscallId: syscallId(n) } as const;
  const effects = [{ type: "write", target, reversible: "yes" }] as const;
  append(
    {
      ...ids,
      type: "syscall.created",
      call: { kind: "tool", tool, arguments: { secret: "an argument" }, toolCallId: null },
      parent: null,
      priority: 5,
      deadline: null,
      tokenBudget: null,
    },
    {
      ...ids,
      type: "syscall.gated",
      decision: { verdict, by: "mode", risk: "low", effects, reason: `Because of ${n}` },
    },
    verdict === "deny"
      ? { ...ids, type: "syscall.denied", reason: `Because of ${n}`, times }
      : {
          ...ids,
          type: "syscall.done",
          result: { kind: "tool", text: "a long result", outcome: "ok" },
          times,
        },
  );
}

const read = (query: Partial<AuditQuery> = {}) =>
  store.readAudit({ before: null, limit: 200, agentId: null, verdict: null, text: "", ...query });
const brief = ({ row, event, tool }: AuditRow): string =>
  `${row} ${event.type}${"syscallId" in event ? ` ${event.syscallId}` : ""} ${tool}`;

test("newest first, each with its tool, without the texts of results", async () => {
  append({ type: "kernel.stopped", reason: "not of the audit" });
  call(1, 1, "write_file", "allow", "a.txt");
  const grant = { id: grantId(1), agentId: agentId(1), tool: "run", text: "may run", createdAt: 0 };
  append({ type: "grant.added", agentId: agentId(1), grant }, { type: "group.removed", name: "readers" });
  call(2, null, "trash", "deny", "b.txt");
  const { rows, more } = await read();
  expect(rows.map(brief)).toEqual([
    "6 syscall.denied s2 trash",
    "5 syscall.gated s2 trash",
    "4 group.removed null",
    "3 grant.added run",
    "2 syscall.done s1 write_file",
    "1 syscall.gated s1 write_file",
  ]);
  expect(more).toBe("no");
  expect(JSON.stringify(rows)).not.toMatch(/a long result|an argument/);
});

test("pages hold every row once, and say whether there is more", async () => {
  for (let n = 1; n <= 250; n += 1) call(n, 1 + (n % 3), "write_file", "allow", `${n}.txt`);
  for (const agent of [null, agentId(2)]) {
    const seen: number[] = [];
    let before: AuditQuery["before"] = null;
    let more: "yes" | "no" = "yes";
    while (more === "yes") {
      const page = await read({ before, limit: 7, agentId: agent });
      seen.push(...page.rows.map(({ row }) => row));
      expect(page.rows.length).toBe(page.more === "yes" ? 7 : page.rows.length);
      before = page.rows.at(-1)?.event.seq ?? null;
      more = page.more;
    }
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
    expect(seen).toHaveLength(agent === null ? 500 : 2 * 84);
  }
  expect((await read({ before: seq(1) })).rows).toEqual([]);
  expect((await read({ before: seq(2) })).rows).toEqual([]);
  expect((await read({ before: seq(3) })).rows.map(({ row }) => row)).toEqual([1]);
  expect((await read({ before: seq(1_000_000), limit: 1 })).rows.map(({ row }) => row)).toEqual([500]);
});

test("by verdict and by words in tool, target or reason, however far back", async () => {
  call(1, 1, "trash", "deny", "Notes/Old Plan.md");
  for (let n = 2; n <= 300; n += 1) call(n, 2, "write_file", n % 2 === 0 ? "ask" : "allow", "other.txt");
  const found = async (query: Partial<AuditQuery>) => (await read(query)).rows.map(brief);
  expect(await found({ verdict: "deny" })).toEqual(["2 syscall.denied s1 trash", "1 syscall.gated s1 trash"]);
  expect(await found({ text: "plan NOTES" })).toEqual(["1 syscall.gated s1 trash"]);
  expect(await found({ text: "TRASH because" })).toEqual([
    "2 syscall.denied s1 trash",
    "1 syscall.gated s1 trash",
  ]);
  expect(await found({ text: "plan", verdict: "allow" })).toEqual([]);
  expect(await found({ text: "100%_" })).toEqual([]);
  expect(await found({ verdict: "ask", limit: 1 })).toEqual(["599 syscall.gated s300 write_file"]);
});

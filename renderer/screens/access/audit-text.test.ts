import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../../shared/audit-events.ts";
import type { AuditRow } from "../../../shared/contract-access.ts";
import type { KernelEventBody } from "../../../shared/events.ts";
import { agentId, approvalId, ruleId, seq, syscallId } from "../../../shared/ids.ts";
import { STANDARD_GROUP } from "../../../shared/standard-group.ts";
import { madeApproval } from "../inbox/made-approval.ts";
import { auditLine, reportWords } from "./audit-text.ts";

const row = (body: Extract<KernelEventBody, { readonly type: AuditEvent["type"] }>): AuditRow => ({
  row: 1,
  tool: "write_file",
  event: { v: 4, seq: seq(9), at: 0, mono: 0, ...body } as AuditEvent,
});
const of = { agentId: agentId(7), syscallId: syscallId(1) };
const times = { waitMs: 0, serviceMs: 0, turnaroundMs: 0 };

describe("a row in words", () => {
  test("a decision says its verdict, its reason and its targets", () => {
    const { effects } = madeApproval(1);
    const decision = {
      verdict: "deny",
      by: "rule",
      risk: "medium",
      effects,
      reason: "A rule says no",
    } as const;
    expect(auditLine(row({ type: "syscall.gated", ...of, decision }))).toEqual({
      agentId: "a7",
      tool: "write_file",
      what: "Deny",
      tone: "danger",
      detail: "A rule says no",
      effects,
    });
  });

  test("an answer says who gave it, and an expired request that nobody did", () => {
    const answered = (by: "person" | "expired", reason: string) =>
      auditLine(
        row({
          type: "approval.decided",
          ...of,
          approvalId: approvalId(1),
          answer: { type: "deny", reason },
          by,
        }),
      );
    expect(answered("person", "not now").detail).toBe("You denied it: not now");
    expect(answered("expired", "")).toMatchObject({ tone: "danger", detail: "Expired without an answer" });
  });

  test("outcomes and changes of policy are told", () => {
    const whats = [
      row({ type: "syscall.done", ...of, result: { kind: "storage", text: "", outcome: "error" }, times }),
      row({ type: "rule.ended", ruleId: ruleId(3), reason: "workspace-changed" }),
      row({ type: "group.changed", group: STANDARD_GROUP }),
      row({ type: "context.declassified", agentId: agentId(7), what: "private" }),
    ].map((each) => `${auditLine(each).what}: ${auditLine(each).detail}`);
    expect(whats).toEqual([
      "Done: with outcome error",
      "Rule ended: r3, the workspace's own rules changed",
      "Group saved: Standard (standard)",
      "Declassified: its private data",
    ]);
  });
});

describe("the verifier's report in words", () => {
  test("names how many rows are intact", () => {
    expect(reportWords({ type: "intact", rows: 1_234, lastSeq: seq(9) }).head).toBe("Intact: 1,234 rows");
  });

  test.each([
    ["changed", "was changed"],
    ["removed", "was removed"],
    ["moved", "was moved"],
    ["added", "was added"],
  ] as const)("names the first row that was %s", (what, words) => {
    const { tone, head } = reportWords({ type: "broken", row: 37, seq: null, what, rows: 90 });
    expect([tone, head]).toEqual(["bad", expect.stringContaining(words)]);
    expect(head).toMatch(/^Row 37 /);
  });

  test("says that nothing can be said without the key", () => {
    expect(reportWords({ type: "no-key", rows: 5 }).detail).toContain("Nothing can be said");
  });
});

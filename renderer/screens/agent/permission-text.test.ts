import { expect, test } from "vitest";
import { approvalId } from "../../../shared/ids.ts";
import type { ApprovalAnswer, DecidedApproval } from "../../../shared/permission.ts";
import { madeApproval } from "../inbox/made-approval.ts";
import { MadeRun, NO_TIMES, storageCall } from "./made-run.ts";
import { effectText, permissionLine, subjectOf } from "./permission-text.ts";
import { syscallsOf } from "./syscall-rows.ts";

function asked(): MadeRun {
  const run = new MadeRun().created(1, storageCall("write_file", { path: "squares.txt", content: "1" }));
  return run.add(
    {
      type: "syscall.gated",
      ...run.of(1),
      decision: { verdict: "ask", by: "mode", risk: "medium", effects: [], reason: "It writes a file" },
    },
    { type: "approval.requested", ...run.of(1), approval: madeApproval(1) },
  );
}

const decided = (answer: ApprovalAnswer, by: DecidedApproval["by"] = "person"): MadeRun => {
  const run = asked();
  return run.add({ type: "approval.decided", ...run.of(1), approvalId: approvalId(1), answer, by });
};
const lineOf = (run: MadeRun) => syscallsOf(run.detail().items).map(permissionLine)[0];

test("a call that waits for the person says so, with the reason", () => {
  expect(lineOf(asked())).toEqual({
    tone: "asking",
    text: "Waits for your answer",
    reason: "It writes a file",
  });
});

test("an answer is told with who gave it, and a denial with its reason", () => {
  expect(lineOf(decided({ type: "once" }))?.text).toBe("You allowed it once");
  expect(lineOf(decided({ type: "run" }))?.text).toBe("You allowed it for this run");
  expect(lineOf(decided({ type: "deny", reason: "Not this file" }))).toEqual({
    tone: "denied",
    text: "You denied it",
    reason: "Not this file",
  });
  expect(lineOf(decided({ type: "deny", reason: "" }, "nobody-to-ask"))?.text).toContain("nobody was there");
});

test("a call cancelled while it asked is not said to wait any longer", () => {
  const run = asked();
  run.add({
    type: "syscall.cancelled",
    cause: "agent-ended",
    ...run.of(1),
    reason: "The agent was killed",
    times: NO_TIMES,
  });
  expect(lineOf(run)?.text).toBe("Ended before it was answered");
});

test("a call that the mode allows names the mode, and before the gate there is nothing to say", () => {
  const run = new MadeRun().created(1, storageCall("read_file", { path: "a" }));
  expect(lineOf(run)).toBeNull();
  expect(lineOf(run.allowed(1))?.text).toBe("Allowed by the permission mode");
});

test("effects and subjects are words", () => {
  expect(effectText({ type: "net", target: "example.com", reversible: "no" })).toBe(
    "connects to example.com",
  );
  expect(subjectOf(madeApproval(1))).toBe("squares.txt");
  expect(subjectOf(madeApproval(1, { effects: [] }))).toBe("write_file");
});

import { expect, test } from "vitest";
import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import { syscallId } from "../../../shared/ids.ts";
import type { Decision } from "../../../shared/permission.ts";
import { refusedByMarks } from "./refused-by-marks.ts";

/** The parts of a call that count here. */
const madeCall = (n: number, tool: string, verdict: Decision["verdict"], by: Decision["by"]): SyscallDetail =>
  ({
    id: syscallId(n),
    call: { kind: "tool", tool, arguments: {}, toolCallId: null },
    decision: { verdict, by, risk: "medium", effects: [], reason: "" },
  }) as unknown as SyscallDetail;

test("names each tool that was refused because of marks once, the newest first, and no other", () => {
  const calls = [
    madeCall(1, "fetch_page", "deny", "taint"),
    madeCall(2, "run_command", "deny", "taint"),
    madeCall(3, "fetch_page", "deny", "taint"),
    madeCall(4, "write_file", "deny", "rule"),
    madeCall(5, "send_mail", "ask", "taint"),
  ];
  expect(refusedByMarks(calls).map(({ id }) => id)).toEqual([syscallId(3), syscallId(2)]);
  expect(refusedByMarks([])).toEqual([]);
});

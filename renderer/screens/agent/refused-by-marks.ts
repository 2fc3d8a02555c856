import type { SyscallDetail } from "../../../shared/agent-detail.ts";

/** Calls that were refused because of what the context holds, newest first, each tool once. */
export function refusedByMarks(calls: readonly SyscallDetail[]): readonly SyscallDetail[] {
  const tools = new Set<string>();
  return calls.toReversed().filter(({ call, decision }) => {
    if (call.kind === "llm" || decision?.verdict !== "deny" || decision.by !== "taint") return false;
    if (tools.has(call.tool)) return false;
    tools.add(call.tool);
    return true;
  });
}

import { assertNever } from "./errors.ts";
import type { EventOf } from "./events.ts";
import type { AgentId } from "./ids.ts";
import { DECIDED_APPROVALS_KEPT, MARK_SOURCES_KEPT, MARKED_FILES_KEPT } from "./limits.ts";
import type { SystemState } from "./state.ts";
import { type Marks, withMark } from "./taint.ts";

export type AccessEvent = EventOf<
  | "approval.decided"
  | "approval.extended"
  | "grant.added"
  | "grant.ended"
  | "context.marked"
  | "context.declassified"
  | "file.marked"
  | "group.changed"
  | "group.removed"
  | "rule.added"
  | "rule.ended"
>;

/** The part of the reducer that keeps requests, grants, rules, groups and marks. Never throws. */
export function reduceAccess(state: SystemState, event: AccessEvent): void {
  switch (event.type) {
    case "approval.decided":
      decideApproval(state, event);
      return;
    case "approval.extended": {
      const approval = state.approvals.get(event.approvalId);
      if (approval) state.approvals.set(approval.id, { ...approval, expiresAt: event.expiresAt });
      return;
    }
    case "grant.added":
      state.grants.set(event.grant.id, event.grant);
      return;
    case "grant.ended":
      state.grants.delete(event.grantId);
      return;
    case "context.marked":
      remark(state, event.agentId, (marks) => withMark(marks, event.mark, MARK_SOURCES_KEPT));
      return;
    case "context.declassified":
      remark(state, event.agentId, (marks) => ({ ...marks, [event.what]: [] }));
      return;
    case "file.marked":
      // Marked again, it is the newest.
      state.markedFiles.delete(event.path);
      state.markedFiles.set(event.path, event.origin);
      forgetOldest(state.markedFiles, MARKED_FILES_KEPT);
      return;
    case "group.changed":
      state.groups.set(event.group.name, event.group);
      return;
    case "group.removed":
      state.groups.delete(event.name);
      return;
    case "rule.added":
      state.rules.set(event.rule.id, event.rule);
      return;
    case "rule.ended":
      state.rules.delete(event.ruleId);
      return;
    default:
      assertNever(event);
  }
}

function decideApproval(state: SystemState, event: EventOf<"approval.decided">): void {
  const approval = state.approvals.get(event.approvalId);
  const call = state.syscalls.get(event.syscallId);
  if (call) state.syscalls.set(call.id, { ...call, approvalId: null });
  if (!approval) return;
  state.approvals.delete(event.approvalId);
  state.decided.push({ approval, answer: event.answer, by: event.by, decidedAt: event.at });
  if (state.decided.length > DECIDED_APPROVALS_KEPT) state.decided.shift();
}

function remark(state: SystemState, id: AgentId, change: (marks: Marks) => Marks): void {
  const agent = state.agents.get(id);
  if (agent) state.agents.set(id, { ...agent, marks: change(agent.marks) });
}

/** Maps keep the order of insertion. */
function forgetOldest(map: Map<string, unknown>, limit: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}

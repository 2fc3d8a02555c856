import type { CancelCause, KernelEventBody } from "../../../shared/events.ts";
import type { AgentId } from "../../../shared/ids.ts";
import { NO_TIMES, type OpenRequest } from "./process.ts";

/** A call that nobody has under way any more: one of a kernel that stopped. `approval`: null if nobody was asked. */
export type LeftCall = Pick<OpenRequest, "syscallId" | "decided"> & {
  readonly approval: OpenRequest["approval"] | null;
};

/** The events that end such a call, and take its question out of Inbox. */
export function withdrawal(
  agentId: AgentId,
  { syscallId, approval, decided }: LeftCall,
  cause: CancelCause,
  reason: string,
): readonly KernelEventBody[] {
  const head = { agentId, syscallId };
  const cancelled = { ...head, type: "syscall.cancelled", cause, reason, times: NO_TIMES } as const;
  if (approval === null || decided !== null) return [cancelled];
  const answer = { type: "deny", reason } as const;
  return [
    { ...head, type: "approval.decided", approvalId: approval.id, answer, by: "agent-ended" },
    cancelled,
  ];
}

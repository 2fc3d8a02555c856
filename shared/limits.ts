/** Bounds of the state that screens share. The kernel's own constants are in electron/kernel/limits.ts. */

/** Ended agents kept in the state; older ones are still in the log. Two screens of a long day's work. */
export const ENDED_AGENTS_KEPT = 1_000;
/** Answered approvals kept for the Inbox's history. */
export const DECIDED_APPROVALS_KEPT = 100;
/** Items of one agent's transcript kept in a screen; a run has at most 200 steps of a few calls. */
export const TRANSCRIPT_ITEMS_KEPT = 4_000;
/** Agents listed as interrupted by the last restart; the table shows the others anyway. */
export const RECOVERED_KEPT = 200;
/** Candidates kept in a scheduling decision: enough to see who was next, cheap enough for every call. */
export const DECISION_CANDIDATES = 4;

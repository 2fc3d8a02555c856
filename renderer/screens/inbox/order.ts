import type { ApprovalId } from "../../../shared/ids.ts";
import type { Approval, Risk } from "../../../shared/permission.ts";

/** Whether the protections for high risk hold. `guarded` slows an answer down and offers nothing wider than once. */
export type Guarding = "guarded" | "plain";

/** A risk this program does not know counts as high. */
export function guarding(risk: Risk): Guarding {
  switch (risk) {
    case "none":
    case "low":
    case "medium":
      return "plain";
    default:
      return "guarded";
  }
}

const RISK_RANK: Readonly<Record<Risk, number>> = { high: 0, medium: 1, low: 2, none: 3 };
const rank = (risk: Risk): number => RISK_RANK[risk] ?? 0;

/** Highest risk first, then the longest waiting. */
export function byRiskThenAge(approvals: Iterable<Approval>): readonly Approval[] {
  return [...approvals].sort((a, b) => rank(a.risk) - rank(b.risk) || a.requestedAt - b.requestedAt);
}

/** A row of the list. `gone` was answered while the list was held still, and keeps its place until it is let go. */
export interface InboxRow {
  readonly approval: Approval;
  readonly state: "waiting" | "gone";
}

/**
 * The rows to show. `hold` while the pointer is over the list: nothing moves under it; what is gone keeps its row
 * and what is new joins at the end. `sort` puts all in order and drops what is gone.
 */
export function arrangeRows(
  previous: readonly InboxRow[],
  waiting: ReadonlyMap<ApprovalId, Approval>,
  order: "sort" | "hold",
): readonly InboxRow[] {
  if (order === "sort") {
    return byRiskThenAge(waiting.values()).map((approval) => ({ approval, state: "waiting" }));
  }
  const shown = new Set(previous.map((row) => row.approval.id));
  const kept = previous.map((row): InboxRow => {
    const approval = waiting.get(row.approval.id);
    return approval ? { approval, state: "waiting" } : { approval: row.approval, state: "gone" };
  });
  const added = [...waiting.values()].filter((approval) => !shown.has(approval.id));
  return [...kept, ...byRiskThenAge(added).map((approval): InboxRow => ({ approval, state: "waiting" }))];
}

/** The waiting row to go to from `from`: the nearest in that direction, or null at the end of the list. */
export function neighbour(
  rows: readonly InboxRow[],
  from: ApprovalId | null,
  direction: "next" | "previous",
): Approval | null {
  const at = rows.findIndex((row) => row.approval.id === from);
  if (at < 0) return rows.find((row) => row.state === "waiting")?.approval ?? null;
  const ahead = direction === "next" ? rows.slice(at + 1) : rows.slice(0, at).reverse();
  return ahead.find((row) => row.state === "waiting")?.approval ?? null;
}

/** Where the selection goes once `answered` are out of the way: the next that waits, else the one before. */
export function afterAnswering(
  rows: readonly InboxRow[],
  selected: ApprovalId,
  answered: ReadonlySet<ApprovalId>,
): Approval | null {
  const left = rows.filter((row) => row.approval.id === selected || !answered.has(row.approval.id));
  return neighbour(left, selected, "next") ?? neighbour(left, selected, "previous");
}

/** Requests of the same agent for the same tool that may be answered together, itself included. None at high risk. */
export function alike(approval: Approval, waiting: Iterable<Approval>): readonly Approval[] {
  if (guarding(approval.risk) === "guarded") return [];
  return [...waiting].filter(
    (other) =>
      other.agentId === approval.agentId && other.tool === approval.tool && other.risk === approval.risk,
  );
}

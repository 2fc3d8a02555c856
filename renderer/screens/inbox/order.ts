import type { Approval, Risk } from "../../../shared/permission.ts";
import { byRiskThenAge, holds, type InboxItem, type ItemId, membersOf } from "./items.ts";

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

/** A row of the list. `gone` was answered while the list was held still, and keeps its place until it is let go. */
export interface InboxRow {
  readonly item: InboxItem;
  readonly state: "waiting" | "gone";
}

/**
 * The rows to show. `hold` while the pointer is over the list: nothing moves under it; what is gone keeps its row,
 * a call that asks again takes the row of its earlier request, and what is new joins at the end. `sort` puts all in
 * order and drops what is gone.
 */
export function arrangeRows(
  previous: readonly InboxRow[],
  waiting: readonly InboxItem[],
  order: "sort" | "hold",
): readonly InboxRow[] {
  if (order === "sort") return byRiskThenAge(waiting).map((item) => ({ item, state: "waiting" }));
  const byMember = new Map(waiting.flatMap((item) => membersOf(item).map((id) => [id, item] as const)));
  const placed = new Set<InboxItem>();
  const place = (item: InboxItem | undefined): InboxItem | null => {
    if (!item || placed.has(item)) return null;
    placed.add(item);
    return item;
  };
  const still = previous.map(({ item }) =>
    place(
      membersOf(item)
        .map((id) => byMember.get(id))
        .find(Boolean),
    ),
  );
  const bySyscall = new Map(
    waiting.flatMap((item) => (item.type === "request" ? [[item.approval.syscallId, item] as const] : [])),
  );
  const kept = previous.map(({ item }, index): InboxRow => {
    const again = item.type === "request" ? bySyscall.get(item.approval.syscallId) : undefined;
    const now = still[index] ?? place(again);
    return now ? { item: now, state: "waiting" } : { item, state: "gone" };
  });
  const added = byRiskThenAge(waiting.filter((item) => !placed.has(item)));
  return [...kept, ...added.map((item): InboxRow => ({ item, state: "waiting" }))];
}

/** The waiting row to go to from `from`: the nearest in that direction, or null at the end of the list. */
export function neighbour(
  rows: readonly InboxRow[],
  from: ItemId | null,
  direction: "next" | "previous",
): InboxItem | null {
  const at = from === null ? -1 : rows.findIndex((row) => holds(row.item, from));
  if (at < 0) return rows.find((row) => row.state === "waiting")?.item ?? null;
  const ahead = direction === "next" ? rows.slice(at + 1) : rows.slice(0, at).reverse();
  return ahead.find((row) => row.state === "waiting")?.item ?? null;
}

/** Where the selection goes once `answered` are out of the way: the next that waits, else the one before. */
export function afterAnswering(
  rows: readonly InboxRow[],
  selected: ItemId,
  answered: ReadonlySet<ItemId>,
): InboxItem | null {
  const left = rows.filter(
    ({ item }) => holds(item, selected) || membersOf(item).some((id) => !answered.has(id)),
  );
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

/** The item that waits now in the place of the one selected: the same, what is left of it, or its call's next request. */
export function waitingNow(selected: InboxItem, waiting: readonly InboxItem[]): InboxItem | null {
  const members = new Set(membersOf(selected));
  const found =
    waiting.find((item) => holds(item, selected.id)) ??
    waiting.find((item) => membersOf(item).some((id) => members.has(id)));
  if (found || selected.type === "question") return found ?? null;
  const { syscallId } = selected.approval;
  return waiting.find((item) => item.type === "request" && item.approval.syscallId === syscallId) ?? null;
}

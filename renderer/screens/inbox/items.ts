import type { ApprovalId, ElicitationId } from "../../../shared/ids.ts";
import { ALIKE_MS } from "../../../shared/limits.ts";
import type { Approval, Risk } from "../../../shared/permission.ts";
import type { Elicitation } from "../../../shared/servers.ts";
import { canonical } from "./canonical.ts";

export type ItemId = ApprovalId | ElicitationId;

/** One thing that wants the person: a request, with those that are identical to it, or a question of a server. */
export type InboxItem =
  | {
      readonly type: "request";
      /** That of `approval`. */
      readonly id: ApprovalId;
      /** The first of `same`. */
      readonly approval: Approval;
      /** Identical requests, oldest first, answered together. */
      readonly same: readonly Approval[];
    }
  | { readonly type: "question"; readonly id: ElicitationId; readonly question: Elicitation };

export type RequestItem = Extract<InboxItem, { readonly type: "request" }>;

export const requestItem = (first: Approval, ...others: readonly Approval[]): RequestItem => ({
  type: "request",
  id: first.id,
  approval: first,
  same: [first, ...others],
});

export const questionItem = (question: Elicitation): InboxItem => ({
  type: "question",
  id: question.id,
  question,
});

/** Ids of everything that the item stands for. */
export const membersOf = (item: InboxItem): readonly ItemId[] =>
  item.type === "request" ? item.same.map(({ id }) => id) : [item.id];

export const holds = (item: InboxItem, id: ItemId): boolean => membersOf(item).includes(id);

/** A request that waits, with the name of its agent: agents of one name are instances of one program. */
export interface NamedApproval {
  readonly approval: Approval;
  readonly agent: string;
}

/**
 * Requests as cards: those of low risk that are identical (tool, arguments, name of the agent) and were made within
 * ALIKE_MS of the first are one. All others stand alone. In order of age.
 */
export function requestCards(waiting: Iterable<NamedApproval>): readonly RequestItem[] {
  const byAge = [...waiting].sort((a, b) => a.approval.requestedAt - b.approval.requestedAt);
  const cards: Approval[][] = [];
  const open = new Map<string, Approval[]>();
  for (const { approval, agent } of byAge) {
    const key = approval.risk === "low" ? sameness(approval, agent) : null;
    const card = key === null ? undefined : open.get(key);
    if (card?.[0] && approval.requestedAt - card[0].requestedAt <= ALIKE_MS) {
      card.push(approval);
      continue;
    }
    const started = [approval];
    cards.push(started);
    if (key !== null) open.set(key, started);
  }
  return cards.flatMap(([first, ...others]) => (first ? [requestItem(first, ...others)] : []));
}

/** Requests are replaced and never changed, so that their texts are made once. */
const argumentTexts = new WeakMap<Approval, string>();

function sameness(approval: Approval, agent: string): string {
  const text = argumentTexts.get(approval) ?? canonical(approval.arguments);
  argumentTexts.set(approval, text);
  return `${agent}\n${approval.tool}\n${text}`;
}

const RISK_RANK: Readonly<Record<Risk, number>> = { high: 0, medium: 1, low: 2, none: 3 };

/** A risk that this program does not know counts as high; a server's question stands with medium risk. */
const rank = (item: InboxItem): number =>
  item.type === "question" ? RISK_RANK.medium : (RISK_RANK[item.approval.risk] ?? 0);

const askedAt = (item: InboxItem): number =>
  item.type === "question" ? item.question.requestedAt : item.approval.requestedAt;

/** Highest risk first, then the longest waiting. */
export const byRiskThenAge = (items: Iterable<InboxItem>): readonly InboxItem[] =>
  [...items].sort((a, b) => rank(a) - rank(b) || askedAt(a) - askedAt(b));

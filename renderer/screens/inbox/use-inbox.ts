import { useEffect, useMemo, useRef, useState } from "react";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { Approval, ApprovalAnswer, DecidedApproval } from "../../../shared/permission.ts";
import type { Elicitation, ElicitationAnswer } from "../../../shared/servers.ts";
import { useSystem, useTransport } from "../../store.tsx";
import { addressed } from "./answers.ts";
import { type InboxItem, type ItemId, membersOf, questionItem, requestCards } from "./items.ts";
import { afterAnswering, arrangeRows, type InboxRow, waitingNow } from "./order.ts";

/** An answer that did not count. */
export interface FailedAnswer {
  readonly approval: Approval;
  readonly error: KernelErrorData;
}

export interface Inbox {
  readonly rows: readonly InboxRow[];
  readonly waiting: readonly InboxItem[];
  /** Last decided first. */
  readonly decided: readonly DecidedApproval[];
  /** What is shown at the right. It stays when it is answered elsewhere: nothing is swapped under the pointer. */
  readonly selected: InboxItem | null;
  readonly failed: readonly FailedAnswer[];
  /** Counts the answers given here: the focus follows it to what is shown next. */
  readonly answersGiven: number;
  select(item: InboxItem): void;
  hold(order: "sort" | "hold"): void;
  answer(approvals: readonly Approval[], answer: ApprovalAnswer): void;
  /** Resolves with what is wrong with the answer, or null when it counted. Never rejects. */
  answerQuestion(question: Elicitation, answer: ElicitationAnswer): Promise<KernelErrorData | null>;
  dismiss(failed: FailedAnswer): void;
}

/** Failed answers kept on the screen. */
const FAILED_KEPT = 5;

/** What the Inbox shows and does. An answer takes its request off the list at once; one that fails brings it back. */
export function useInbox(): Inbox {
  const transport = useTransport();
  const decided = useSystem((system) => system.decided.toReversed());
  const [underway, setUnderway] = useState<ReadonlySet<ItemId>>(new Set());
  const [failed, setFailed] = useState<readonly FailedAnswer[]>([]);
  const [order, setOrder] = useState<"sort" | "hold">("sort");
  const [selected, setSelected] = useState<InboxItem | null>(null);
  const [answersGiven, setAnswersGiven] = useState(0);
  const waiting = useWaiting(underway);

  const previous = useRef<readonly InboxRow[]>([]);
  const rows = useMemo(() => arrangeRows(previous.current, waiting, order), [waiting, order]);
  useEffect(() => {
    previous.current = rows;
  }, [rows]);

  const first = rows.find((row) => row.state === "waiting")?.item ?? null;
  if (selected === null && first) setSelected(first);
  // What is left of a card, or the next request of an edited call, takes its place.
  const now = selected && waitingNow(selected, waiting);
  if (selected && now && now.id !== selected.id) setSelected(now);

  const send = async (approval: Approval, answer: ApprovalAnswer): Promise<void> => {
    try {
      await transport.request("approvals.answer", { approvalId: approval.id, answer });
    } catch (thrown) {
      const error = toErrorData(thrown);
      setFailed((earlier) => [...earlier, { approval, error }].slice(-FAILED_KEPT));
      setUnderway((earlier) => new Set([...earlier].filter((id) => id !== approval.id)));
    }
  };
  const goOn = (ids: ReadonlySet<ItemId>): void => {
    if (selected) setSelected(afterAnswering(rows, selected.id, ids));
    setAnswersGiven((count) => count + 1);
  };

  return {
    rows,
    waiting,
    decided,
    selected,
    failed,
    answersGiven,
    select: setSelected,
    hold: setOrder,
    answer(answered, answer) {
      const ids = new Set<ItemId>(answered.map(({ id }) => id));
      const here = new Set(waiting.flatMap(membersOf));
      setUnderway((earlier) => new Set([...[...earlier].filter((id) => here.has(id)), ...ids]));
      // An edited call may be asked about again: its next request is expected where the first one was.
      if (answer.type === "edit") setAnswersGiven((count) => count + 1);
      else goOn(ids);
      for (const each of addressed(answered, answer)) void send(each.approval, each.answer);
    },
    async answerQuestion(question, answer) {
      try {
        await transport.request("elicitations.answer", { elicitationId: question.id, answer });
      } catch (thrown) {
        return toErrorData(thrown);
      }
      setUnderway((earlier) => new Set([...earlier, question.id]));
      goOn(new Set([question.id]));
      return null;
    },
    dismiss: (gone) => setFailed((earlier) => earlier.filter((each) => each !== gone)),
  };
}

/** All that waits, as cards, without what an answer is under way to. */
function useWaiting(underway: ReadonlySet<ItemId>): readonly InboxItem[] {
  const approvals = useSystem((system) => [...system.approvals.values()]);
  const agents = useSystem((system) =>
    [...system.approvals.values()].map(({ agentId }) => system.agents.get(agentId)?.name ?? agentId),
  );
  const questions = useSystem((system) => [...system.elicitations.values()]);
  return useMemo(() => {
    const named = approvals.map((approval, index) => ({
      approval,
      agent: agents[index] ?? approval.agentId,
    }));
    return [
      ...requestCards(named.filter(({ approval }) => !underway.has(approval.id))),
      ...questions.filter(({ id }) => !underway.has(id)).map(questionItem),
    ];
  }, [approvals, agents, questions, underway]);
}

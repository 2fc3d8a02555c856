import { useEffect, useMemo, useRef, useState } from "react";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { ApprovalId } from "../../../shared/ids.ts";
import type { Approval, ApprovalAnswer, DecidedApproval } from "../../../shared/permission.ts";
import { useSystem, useTransport } from "../../store.tsx";
import { afterAnswering, arrangeRows, type InboxRow } from "./order.ts";

/** An answer that did not count. */
export interface FailedAnswer {
  readonly approval: Approval;
  readonly error: KernelErrorData;
}

export interface Inbox {
  readonly rows: readonly InboxRow[];
  readonly waiting: ReadonlyMap<ApprovalId, Approval>;
  /** Last decided first. */
  readonly decided: readonly DecidedApproval[];
  /** The request shown at the right. It stays when it is answered elsewhere: nothing is swapped under the pointer. */
  readonly selected: Approval | null;
  readonly failed: readonly FailedAnswer[];
  /** Counts the answers given here: the focus follows it to the next request. */
  readonly answersGiven: number;
  select(approval: Approval): void;
  hold(order: "sort" | "hold"): void;
  answer(approvals: readonly Approval[], answer: ApprovalAnswer): void;
  dismiss(failed: FailedAnswer): void;
}

/** Failed answers kept on the screen. */
const FAILED_KEPT = 5;

/** What the Inbox shows and does. An answer takes its request off the list at once; one that fails brings it back. */
export function useInbox(): Inbox {
  const transport = useTransport();
  const approvals = useSystem((system) => [...system.approvals.values()]);
  const decided = useSystem((system) => system.decided.toReversed());
  const [underway, setUnderway] = useState<ReadonlySet<ApprovalId>>(new Set());
  const [failed, setFailed] = useState<readonly FailedAnswer[]>([]);
  const [order, setOrder] = useState<"sort" | "hold">("sort");
  const [selected, setSelected] = useState<Approval | null>(null);
  const [answersGiven, setAnswersGiven] = useState(0);

  const waiting = useMemo(
    () =>
      new Map(
        approvals.filter(({ id }) => !underway.has(id)).map((approval) => [approval.id, approval] as const),
      ),
    [approvals, underway],
  );
  const previous = useRef<readonly InboxRow[]>([]);
  const rows = arrangeRows(previous.current, waiting, order);
  useEffect(() => {
    previous.current = rows;
  });

  const first = rows.find((row) => row.state === "waiting")?.approval ?? null;
  if (selected === null && first) setSelected(first);

  const send = async (approval: Approval, answer: ApprovalAnswer): Promise<void> => {
    try {
      await transport.request("approvals.answer", { approvalId: approval.id, answer });
    } catch (thrown) {
      const error = toErrorData(thrown);
      setFailed((earlier) => [...earlier, { approval, error }].slice(-FAILED_KEPT));
      setUnderway((earlier) => new Set([...earlier].filter((id) => id !== approval.id)));
    }
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
      const ids = new Set(answered.map(({ id }) => id));
      const here = new Set(approvals.map(({ id }) => id));
      setUnderway((earlier) => new Set([...[...earlier].filter((id) => here.has(id)), ...ids]));
      if (selected) setSelected(afterAnswering(rows, selected.id, ids));
      setAnswersGiven((count) => count + 1);
      for (const approval of answered) void send(approval, answer);
    },
    dismiss: (gone) => setFailed((earlier) => earlier.filter((each) => each !== gone)),
  };
}

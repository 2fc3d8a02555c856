import { Inbox as InboxIcon, X } from "lucide-react";
import { Button, IconButton } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import { useLive } from "../../store.tsx";
import { AnswerBar } from "./AnswerBar.tsx";
import { ApprovalList, DecidedList, rowId } from "./ApprovalList.tsx";
import { ApprovalRequest } from "./ApprovalRequest.tsx";
import styles from "./InboxScreen.module.css";
import { type InboxItem, membersOf } from "./items.ts";
import type { InboxCommand } from "./keys.ts";
import { alike, neighbour, waitingNow } from "./order.ts";
import { QuestionPane } from "./QuestionPane.tsx";
import { type Inbox, useInbox } from "./use-inbox.ts";
import { useInboxKeys } from "./use-inbox-keys.ts";

/** What wants the person: requests and questions by risk, then by age, each with all it takes to answer it. */
export function InboxScreen() {
  const phase = useLive((live) => live.phase);
  const inbox = useInbox();
  useInboxKeys((command, event) => {
    const target = targetOf(inbox, command);
    if (!target) return;
    event.preventDefault();
    inbox.select(target);
    const row = document.getElementById(rowId(target.id));
    row?.scrollIntoView({ block: "nearest" });
    // The focus follows along the rows, and stays where it is elsewhere.
    if (/^request-[pq]\d/.test(document.activeElement?.id ?? "")) row?.focus();
  });
  const choose = (item: InboxItem): void => {
    inbox.select(item);
    // In a narrow window the request is below the list.
    requestAnimationFrame(() => document.getElementById("request-title")?.scrollIntoView({ block: "start" }));
  };
  if (phase === "loading") return <Skeleton lines={6} />;
  return (
    <div className={styles.screen}>
      <aside className={styles.side}>
        <h1 className={styles.title}>
          Inbox <span className={styles.count}>{waitingText(inbox.waiting.flatMap(membersOf).length)}</span>
        </h1>
        {inbox.rows.length > 0 && (
          <ApprovalList
            rows={inbox.rows}
            selected={inbox.selected?.id ?? null}
            onSelect={choose}
            onHold={inbox.hold}
          />
        )}
        {inbox.decided.length > 0 && (
          <>
            <h2 className={styles.part}>Decided</h2>
            <DecidedList decided={inbox.decided} selected={inbox.selected?.id ?? null} onSelect={choose} />
          </>
        )}
      </aside>
      <section className={styles.main} aria-label="Request">
        {inbox.failed.map((failed) => (
          <div key={failed.approval.id} className={styles.failed}>
            <ErrorNote
              error={{
                ...failed.error,
                message: `Your answer to ${failed.approval.tool} of ${failed.approval.agentId} did not count: ${failed.error.message}`,
              }}
            />
            <IconButton icon={X} size="small" label="Dismiss" onClick={() => inbox.dismiss(failed)} />
          </div>
        ))}
        <Shown inbox={inbox} />
      </section>
    </div>
  );
}

const waitingText = (count: number): string =>
  count === 0 ? "nothing waits" : count === 1 ? "1 waits for you" : `${count} wait for you`;

function targetOf(inbox: Inbox, command: InboxCommand) {
  const selected = inbox.selected?.id ?? null;
  const waiting = inbox.rows.filter((row) => row.state === "waiting");
  switch (command) {
    case "next":
    case "previous":
      return neighbour(inbox.rows, selected, command);
    case "first":
      return waiting.at(0)?.item ?? null;
    case "last":
      return waiting.at(-1)?.item ?? null;
    default:
      return null;
  }
}

function Shown({ inbox }: { readonly inbox: Inbox }) {
  const { selected } = inbox;
  if (!selected) {
    return (
      <Empty icon={InboxIcon} className={styles.empty} actions={<a href="#/overview">See what runs</a>}>
        Nothing wants you. An agent that needs permission asks here.
      </Empty>
    );
  }
  const current = waitingNow(selected, inbox.waiting);
  return (
    <>
      <ShownItem
        key={selected.id}
        inbox={inbox}
        item={current ?? selected}
        state={current ? "waiting" : "settled"}
      />
      {!current && <Onward inbox={inbox} from={selected} />}
    </>
  );
}

interface ShownItemProps {
  readonly inbox: Inbox;
  readonly item: InboxItem;
  readonly state: "waiting" | "settled";
}

function ShownItem({ inbox, item, state }: ShownItemProps) {
  if (item.type === "question") {
    return (
      <QuestionPane
        question={item.question}
        state={state}
        focusKey={inbox.answersGiven}
        onAnswer={(answer) => inbox.answerQuestion(item.question, answer)}
      />
    );
  }
  const others = inbox.waiting.flatMap((each) => (each.type === "request" ? each.same : []));
  return (
    <>
      <div className={styles.scroll}>
        <ApprovalRequest
          approval={item.approval}
          same={item.same}
          decided={inbox.decided.find(({ approval }) => approval.id === item.id) ?? null}
          state={state}
          focusKey={inbox.answersGiven}
        />
      </div>
      {state === "waiting" && (
        <AnswerBar
          item={item}
          alike={[...new Set([...item.same, ...alike(item.approval, others)])]}
          onAnswer={inbox.answer}
        />
      )}
    </>
  );
}

/** The way on from what no longer waits. */
function Onward({ inbox, from }: { readonly inbox: Inbox; readonly from: InboxItem }) {
  const next = neighbour(inbox.rows, from.id, "next") ?? neighbour(inbox.rows, null, "next");
  return next ? (
    <div className={styles.onward}>
      <Button onClick={() => inbox.select(next)}>
        Next request <Kbd keys="J" />
      </Button>
    </div>
  ) : null;
}

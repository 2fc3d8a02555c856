import { Inbox as InboxIcon, X } from "lucide-react";
import type { Approval } from "../../../shared/permission.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import { useLive } from "../../store.tsx";
import { AnswerBar } from "./AnswerBar.tsx";
import { ApprovalList, DecidedList, rowId } from "./ApprovalList.tsx";
import { ApprovalRequest } from "./ApprovalRequest.tsx";
import styles from "./InboxScreen.module.css";
import type { InboxCommand } from "./keys.ts";
import { alike, neighbour } from "./order.ts";
import { type Inbox, useInbox } from "./use-inbox.ts";
import { useInboxKeys } from "./use-inbox-keys.ts";

/** What wants the person: requests by risk, then by age, each with all it takes to answer it. */
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
    if (document.activeElement?.id.startsWith("request-p")) row?.focus();
  });
  const choose = (approval: Approval): void => {
    inbox.select(approval);
    // In a narrow window the request is below the list.
    requestAnimationFrame(() => document.getElementById("request-title")?.scrollIntoView({ block: "start" }));
  };
  if (phase === "loading") return <Skeleton lines={6} />;
  return (
    <div className={styles.screen}>
      <aside className={styles.side}>
        <h1 className={styles.title}>
          Inbox <span className={styles.count}>{waitingText(inbox.waiting.size)}</span>
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
      return waiting.at(0)?.approval ?? null;
    case "last":
      return waiting.at(-1)?.approval ?? null;
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
  const current = inbox.waiting.get(selected.id);
  const next = neighbour(inbox.rows, selected.id, "next") ?? neighbour(inbox.rows, null, "next");
  return (
    <>
      <div className={styles.scroll} key={`request ${selected.id}`}>
        <ApprovalRequest
          approval={current ?? selected}
          decided={inbox.decided.find(({ approval }) => approval.id === selected.id) ?? null}
          state={current ? "waiting" : "settled"}
          focusKey={inbox.answersGiven}
        />
      </div>
      {current ? (
        <AnswerBar
          key={`answers ${selected.id}`}
          approval={current}
          alike={alike(current, inbox.waiting.values())}
          onAnswer={inbox.answer}
        />
      ) : (
        next && (
          <div className={styles.onward}>
            <Button onClick={() => inbox.select(next)}>
              Next request <Kbd keys="J" />
            </Button>
          </div>
        )
      )}
    </>
  );
}

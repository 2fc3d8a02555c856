import { useEffect, useRef, useState } from "react";
import type { ApprovalId, ElicitationId } from "../../shared/ids.ts";
import { useSystem } from "../store.tsx";

/** Tells of new requests and of servers' questions politely: by ear and in the title, without taking the focus. */
export function Announcer() {
  const approvals = useSystem((system) => [...system.approvals.values()]);
  const questions = useSystem((system) => [...system.elicitations.values()]);
  const known = useRef<ReadonlySet<ApprovalId | ElicitationId>>(new Set());
  const [text, setText] = useState("");
  useEffect(() => {
    const waiting = [
      ...approvals.map(({ id, agentId, tool }) => ({ id, text: `${agentId} asks to use ${tool}` })),
      ...questions.map(({ id, server }) => ({ id, text: `The server ${server} asks you a question` })),
    ];
    const fresh = waiting.filter(({ id }) => !known.current.has(id));
    known.current = new Set(waiting.map(({ id }) => id));
    const [first] = fresh;
    if (first) {
      setText(
        fresh.length === 1
          ? `${first.text}. ${waiting.length} waiting in the Inbox.`
          : `${fresh.length} new requests in the Inbox.`,
      );
    }
    document.title = waiting.length > 0 ? `(${waiting.length}) AIOS Desktop` : "AIOS Desktop";
  }, [approvals, questions]);
  return (
    <div className="unseen" role="status" aria-live="polite">
      {text}
    </div>
  );
}

import { useEffect, useRef, useState } from "react";
import type { ApprovalId } from "../../shared/ids.ts";
import { useSystem } from "../store.tsx";

/** Tells of new approvals politely: by ear and in the window's title, without taking the focus. */
export function Announcer() {
  const approvals = useSystem((system) => [...system.approvals.values()]);
  const known = useRef<ReadonlySet<ApprovalId>>(new Set());
  const [text, setText] = useState("");
  useEffect(() => {
    const fresh = approvals.filter((approval) => !known.current.has(approval.id));
    known.current = new Set(approvals.map((approval) => approval.id));
    const [first] = fresh;
    if (first) {
      setText(
        fresh.length === 1
          ? `${first.agentId} asks to use ${first.tool}. ${approvals.length} waiting in the Inbox.`
          : `${fresh.length} new requests in the Inbox.`,
      );
    }
    document.title = approvals.length > 0 ? `(${approvals.length}) AIOS Desktop` : "AIOS Desktop";
  }, [approvals]);
  return (
    <div className="unseen" role="status" aria-live="polite">
      {text}
    </div>
  );
}

import type { ApprovalId } from "../../shared/ids.ts";
import type { Approval } from "../../shared/permission.ts";
import type { Feed } from "../kernel/events/feed.ts";

/** What the person is told. Holds no argument and no reason: a notification is seen by whoever passes by. */
export interface Notice {
  readonly title: string;
  readonly body: string;
}

export interface ApprovalNoticesOptions {
  readonly feed: Feed;
  /** The person looks at the window: the Inbox tells them there. */
  readonly isLooking: () => boolean;
  readonly notify: (notice: Notice) => void;
  /** Told how many approvals wait, at the start and whenever it changes. */
  readonly setBadge: (waiting: number) => void;
}

/** Tells of approvals that come in while the person looks elsewhere; those of one commit in one notice. */
export function watchApprovals({ feed, isLooking, notify, setBadge }: ApprovalNoticesOptions): () => void {
  let known: ReadonlySet<ApprovalId> = new Set(feed.state().approvals.keys());
  setBadge(known.size);

  return feed.onCommit(() => {
    const state = feed.state();
    const waiting = state.approvals;
    if (waiting.size === known.size && [...waiting.keys()].every((id) => known.has(id))) return;
    const added = [...waiting.values()].filter((approval) => !known.has(approval.id));
    known = new Set(waiting.keys());
    setBadge(known.size);
    const first = added[0];
    if (!first || isLooking()) return;
    notify(noticeOf(added, first, state.agents.get(first.agentId)?.title ?? first.agentId));
  });
}

function noticeOf(added: readonly Approval[], first: Approval, agent: string): Notice {
  return {
    title: added.length === 1 ? `${agent} asks for your approval` : `${added.length} approvals wait for you`,
    body: added.length === 1 ? `Tool ${first.tool}, risk ${first.risk}` : `The first is of ${agent}`,
  };
}

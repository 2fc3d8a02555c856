import type { ApprovalId, ElicitationId } from "../../shared/ids.ts";
import type { Approval } from "../../shared/permission.ts";
import type { Elicitation } from "../../shared/servers.ts";
import type { SystemState } from "../../shared/state.ts";
import type { Feed } from "../kernel/events/feed.ts";

/**
 * What the person is told. Holds no argument, no target, no reason and no words of a server: a notification is seen
 * by whoever passes by.
 */
export interface Notice {
  readonly title: string;
  readonly body: string;
}

export interface ApprovalNoticesOptions {
  readonly feed: Feed;
  /** The person looks at the window: the Inbox tells them there. */
  readonly isLooking: () => boolean;
  readonly notify: (notice: Notice) => void;
  /** Told how many requests and questions wait, at the start and whenever it changes. */
  readonly setBadge: (waiting: number) => void;
}

type Wanted =
  | { readonly type: "request"; readonly approval: Approval }
  | { readonly type: "question"; readonly question: Elicitation };

/**
 * Tells of requests for approval and of servers' questions that come in while the person looks elsewhere; those of
 * one commit in one notice.
 */
export function watchApprovals({ feed, isLooking, notify, setBadge }: ApprovalNoticesOptions): () => void {
  let known: ReadonlySet<ApprovalId | ElicitationId> = new Set(wantedIn(feed.state()).keys());
  setBadge(known.size);

  return feed.onCommit(() => {
    const state = feed.state();
    if (isKnown(state, known)) return;
    const waiting = wantedIn(state);
    const added = [...waiting].flatMap(([id, wanted]) => (known.has(id) ? [] : [wanted]));
    known = new Set(waiting.keys());
    setBadge(known.size);
    const first = added[0];
    if (!first || isLooking()) return;
    notify(added.length === 1 ? noticeOf(first, state) : noticeOfMany(added, first, state));
  });
}

/** Whether exactly these wait. Asked at each commit, so it makes nothing. */
function isKnown(state: SystemState, known: ReadonlySet<ApprovalId | ElicitationId>): boolean {
  if (state.approvals.size + state.elicitations.size !== known.size) return false;
  for (const id of state.approvals.keys()) if (!known.has(id)) return false;
  for (const id of state.elicitations.keys()) if (!known.has(id)) return false;
  return true;
}

function wantedIn({ approvals, elicitations }: SystemState): Map<ApprovalId | ElicitationId, Wanted> {
  const wanted = new Map<ApprovalId | ElicitationId, Wanted>();
  for (const approval of approvals.values()) wanted.set(approval.id, { type: "request", approval });
  for (const question of elicitations.values()) wanted.set(question.id, { type: "question", question });
  return wanted;
}

function noticeOf(wanted: Wanted, state: SystemState): Notice {
  if (wanted.type === "question") {
    return {
      title: `The server ${wanted.question.server} asks you`,
      body: "Its question waits in the Inbox",
    };
  }
  const { tool, risk } = wanted.approval;
  return { title: `${asker(wanted, state)} asks for your approval`, body: `Tool ${tool}, risk ${risk}` };
}

function noticeOfMany(added: readonly Wanted[], first: Wanted, state: SystemState): Notice {
  const questions = added.filter(({ type }) => type === "question").length;
  const what = questions === 0 ? "approvals" : questions === added.length ? "questions" : "requests";
  return { title: `${added.length} ${what} wait for you`, body: `The first is of ${asker(first, state)}` };
}

const asker = (wanted: Wanted, state: SystemState): string =>
  wanted.type === "question"
    ? `the server ${wanted.question.server}`
    : (state.agents.get(wanted.approval.agentId)?.title ?? wanted.approval.agentId);

import { expect, test } from "vitest";
import { agentId, approvalId, elicitationId, serverName, syscallId } from "../../shared/ids.ts";
import type { Approval } from "../../shared/permission.ts";
import type { Elicitation } from "../../shared/servers.ts";
import { emptyState, type SystemState } from "../../shared/state.ts";
import type { Feed } from "../kernel/events/feed.ts";
import { type Notice, watchApprovals } from "./approval-notices.ts";

const approvalOf = (n: number): Approval => ({
  id: approvalId(n),
  agentId: agentId(7),
  syscallId: syscallId(n),
  tool: "write_file",
  arguments: { path: "private.txt", content: "a private thing" },
  effects: [{ type: "write", target: "private.txt", reversible: "yes" }],
  risk: "medium",
  reason: "because of a private thing",
  preview: { type: "none" },
  runGrantText: null,
  requestedAt: 0,
  by: "mode",
  taint: [{ type: "web", host: "private.example:443" }],
  ruleOffers: [],
  expiresAt: 300_000,
});

const questionOf = (n: number): Elicitation => ({
  id: elicitationId(n),
  server: serverName("files"),
  syscallId: syscallId(1),
  message: "a private thing?",
  schema: { properties: { private: { type: "string", default: "a private thing" } } },
  requestedAt: 0,
  expiresAt: 300_000,
});

/** A feed whose state the test changes by hand; the real one comes with a whole kernel. */
function openFeed() {
  const state = emptyState();
  const listeners = new Set<() => void>();
  const feed: Feed = {
    state: () => state,
    since: () => [],
    onCommit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const commit = (change: (approvals: SystemState["approvals"], system: SystemState) => void) => {
    change(state.approvals, state);
    for (const listener of listeners) listener();
  };
  return { feed, commit };
}

function watch(look: "looking" | "away") {
  const { feed, commit } = openFeed();
  commit((approvals) => approvals.set(approvalId(1), approvalOf(1)));
  const notices: Notice[] = [];
  const badges: number[] = [];
  const stop = watchApprovals({
    feed,
    isLooking: () => look === "looking",
    notify: (notice) => notices.push(notice),
    setBadge: (waiting) => badges.push(waiting),
  });
  return { commit, notices, badges, stop };
}

test("tells once of each new approval, without its arguments or reason", () => {
  const { commit, notices, badges } = watch("away");
  commit((approvals) => approvals.set(approvalId(2), approvalOf(2)));
  commit(() => {});
  expect(notices).toEqual([{ title: "a7 asks for your approval", body: "Tool write_file, risk medium" }]);
  expect(JSON.stringify(notices)).not.toContain("private");
  expect(badges).toEqual([1, 2]);
});

test("joins those of one commit, and counts down as they are answered", () => {
  const { commit, notices, badges } = watch("away");
  commit((approvals) => {
    for (const n of [2, 3, 4]) approvals.set(approvalId(n), approvalOf(n));
  });
  commit((approvals) => approvals.delete(approvalId(1)));
  expect(notices.map((notice) => notice.title)).toEqual(["3 approvals wait for you"]);
  expect(badges).toEqual([1, 4, 3]);
});

test("an approval that takes the place of an answered one is new", () => {
  const { commit, notices } = watch("away");
  commit((approvals) => {
    approvals.delete(approvalId(1));
    approvals.set(approvalId(2), approvalOf(2));
  });
  expect(notices).toHaveLength(1);
});

test("tells of a server's question, without its words, and counts it", () => {
  const { commit, notices, badges } = watch("away");
  commit((_, { elicitations }) => elicitations.set(elicitationId(1), questionOf(1)));
  commit(() => {});
  expect(notices).toEqual([{ title: "The server files asks you", body: "Its question waits in the Inbox" }]);
  expect(JSON.stringify(notices)).not.toContain("private");
  commit((approvals, { elicitations }) => {
    approvals.delete(approvalId(1));
    elicitations.clear();
  });
  expect(badges).toEqual([1, 2, 0]);
});

test("joins questions and approvals of one commit", () => {
  const { commit, notices } = watch("away");
  commit((approvals, { elicitations }) => {
    approvals.set(approvalId(2), approvalOf(2));
    elicitations.set(elicitationId(1), questionOf(1));
  });
  expect(notices).toEqual([{ title: "2 requests wait for you", body: "The first is of a7" }]);
});

test("stays silent while the person looks, and after it was stopped", () => {
  const { commit, notices, badges, stop } = watch("looking");
  commit((approvals) => approvals.set(approvalId(2), approvalOf(2)));
  stop();
  commit((approvals) => approvals.set(approvalId(3), approvalOf(3)));
  expect(notices).toEqual([]);
  expect(badges).toEqual([1, 2]);
});

import { expect, test } from "vitest";
import { EVENT_VERSION, type KernelEventBody } from "../../../shared/events.ts";
import { agentId, coreId, seq, syscallId } from "../../../shared/ids.ts";
import { reduce } from "../../../shared/reduce.ts";
import { emptyState, type SystemState } from "../../../shared/state.ts";
import { madeManifest, storageCall } from "../agent/made-run.ts";
import { agentsBehind, otherCalls, otherRequests } from "./behind.ts";
import { madeApproval } from "./made-approval.ts";

const system = (bodies: readonly KernelEventBody[]): SystemState =>
  bodies.reduce(
    (state, body, index) => reduce(state, { v: EVENT_VERSION, seq: seq(index + 1), at: 0, mono: 0, ...body }),
    emptyState(),
  );
const agent = (n: number): KernelEventBody => ({
  type: "agent.created",
  agentId: agentId(n),
  spec: {
    manifest: madeManifest(),
    task: "Squares",
    parent: null,
    parentCall: null,
    priority: 5,
    model: null,
    mode: "ask-on-risk",
  },
});
const call = (n: number, of: number): KernelEventBody => ({
  type: "syscall.created",
  agentId: agentId(of),
  syscallId: syscallId(n),
  call: storageCall("write_file", {}),
  parent: null,
  priority: 5,
  deadline: null,
  tokenBudget: null,
});
const asks = (n: number): KernelEventBody => ({
  type: "approval.requested",
  agentId: agentId(7),
  syscallId: syscallId(n),
  approval: madeApproval(n),
});

test("behind a request wait the agent's other requests and calls, and who waits for the agent", () => {
  const state = system([
    agent(7),
    agent(8),
    ...[1, 2, 3].map((n) => call(n, 7)),
    asks(1),
    asks(2),
    call(4, 8),
    {
      type: "syscall.running",
      agentId: agentId(8),
      syscallId: syscallId(4),
      placement: { coreId: coreId("tool"), slot: 0 },
      decision: { policy: "fifo", winner: syscallId(4), candidates: [], waiting: 1, reason: "First" },
      waitedMs: 0,
    },
    {
      type: "syscall.suspended",
      agentId: agentId(8),
      syscallId: syscallId(4),
      reason: { type: "waiting-for-agents", agents: ["a7"] },
      servedMs: 1,
      tokens: 0,
    },
  ]);
  const request = madeApproval(1);
  expect(otherRequests(request, [request], state).map(({ id }) => id)).toEqual(["p2"]);
  expect(otherRequests(request, [request, madeApproval(2)], state)).toEqual([]);
  expect(otherCalls(request, state).map(({ id }) => id)).toEqual(["s3"]);
  expect(agentsBehind(request, state).map(({ id }) => id)).toEqual(["a8"]);
});

test("behind a request of a forgotten agent waits nothing", () => {
  const request = madeApproval(1, { agentId: agentId(99) });
  expect(otherCalls(request, emptyState())).toEqual([]);
  expect(agentsBehind(request, emptyState())).toEqual([]);
});

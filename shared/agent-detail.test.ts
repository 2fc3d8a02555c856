import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AgentDetail, emptyDetail, reduceDetail, type SyscallDetail } from "./agent-detail.ts";
import type { KernelEvent, KernelEventBody } from "./events.ts";
import { agentId, approvalId, coreId, seq, syscallId } from "./ids.ts";
import { TRANSCRIPT_ITEMS_KEPT } from "./limits.ts";
import { reduce } from "./reduce.ts";
import { emptyState } from "./state.ts";
import { plausibleEvents } from "./testing/plausible-events.ts";
import { sampleApproval, syscallStart } from "./testing/sample-events.ts";

const AGENT = agentId(1);
const ids = { agentId: AGENT, syscallId: syscallId(1) } as const;
const events = (...bodies: readonly KernelEventBody[]): KernelEvent[] =>
  bodies.map((body, index) => ({ v: 4, seq: seq(index + 1), at: index + 1, mono: 0, ...body }));
const detailOf = (all: readonly KernelEvent[], id = AGENT): AgentDetail =>
  all.reduce(reduceDetail, emptyDetail(id));
const callOf = ({ items }: AgentDetail): SyscallDetail | undefined =>
  items.flatMap((item) => (item.kind === "syscall" ? [item.syscall] : []))[0];

const decision = { policy: "fifo", winner: ids.syscallId, candidates: [], waiting: 1, reason: "first" };
const running: KernelEventBody = {
  ...ids,
  type: "syscall.running",
  placement: { coreId: coreId("core"), slot: 0 },
  decision,
  waitedMs: 5,
};

describe("a transcript", () => {
  test("agrees with the system's state about every agent and every live call", () => {
    fc.assert(
      fc.property(plausibleEvents, (all) => {
        const state = all.reduce(reduce, emptyState());
        for (const view of state.agents.values()) {
          const detail = detailOf(all, view.id);
          expect(detail.spec).toMatchObject({ task: view.task, priority: view.priority });
          const calls = detail.items.flatMap((item) => (item.kind === "syscall" ? [item.syscall] : []));
          const open = calls.filter(({ times }) => times === null);
          expect(open.map(({ id }) => id)).toEqual(view.live);
          for (const { id, state: at, outputTokens, approval, answer } of open) {
            expect(state.syscalls.get(id)).toMatchObject({ state: at, outputTokens });
            expect(approval !== null && answer === null).toBe(state.syscalls.get(id)?.approvalId !== null);
          }
          expect(detail.items.findLast(({ kind }) => kind === "ending") === undefined).toBe(
            !all.some((event) => event.type === "agent.ended" && event.agentId === view.id),
          );
        }
      }),
    );
  });

  test("shows the second question about an edited call as open, and until when", () => {
    const answer = { type: "edit", arguments: {} } as const;
    const asked = (n: number) => sampleApproval(approvalId(n), AGENT, ids.syscallId);
    const all = events(
      { ...ids, ...syscallStart(1) },
      { ...ids, type: "approval.requested", approval: asked(1) },
      { ...ids, type: "approval.decided", approvalId: approvalId(1), answer, by: "person" },
      { ...ids, type: "approval.requested", approval: asked(2) },
      { ...ids, type: "approval.extended", approvalId: approvalId(2), expiresAt: 77 },
    );
    expect(callOf(detailOf(all))).toMatchObject({
      answer: null,
      approval: { id: approvalId(2), expiresAt: 77 },
    });
  });

  test("takes each event once, and none of others", () => {
    fc.assert(
      fc.property(plausibleEvents, fc.nat(), (all, at) => {
        const cut = at % (all.length + 1);
        const twice = [...all.slice(0, cut), ...all];
        expect(detailOf(twice)).toEqual(detailOf(all));
        const own = all.filter((event) => "agentId" in event && event.agentId === AGENT);
        expect(detailOf(own)).toEqual(detailOf(all));
      }),
    );
  });

  test("shows what a tool prints and how far it is while it runs", () => {
    const call = { kind: "tool", tool: "build", arguments: {}, toolCallId: null } as const;
    const bodies: readonly KernelEventBody[] = [
      { ...ids, ...syscallStart(2), call },
      running,
      { ...ids, type: "syscall.output", text: "one\n", tokens: 0 },
      { ...ids, type: "syscall.progressed", progress: { done: 1, total: 2, message: "half" } },
      { ...ids, type: "syscall.output", text: "two\n", tokens: 0 },
    ];
    expect(callOf(detailOf(events(...bodies.slice(0, 2))))).toMatchObject({ partial: "", progress: null });
    expect(callOf(detailOf(events(...bodies)))).toMatchObject({
      partial: "one\ntwo\n",
      outputTokens: 0,
      progress: { done: 1, total: 2, message: "half" },
    });
  });

  test("keeps the turns of a call, its stream, and what ended it", () => {
    const detail = detailOf(
      events(
        { ...ids, ...syscallStart(2) },
        { ...ids, type: "syscall.queued", queue: "llm", reason: "new" },
        running,
        { ...ids, type: "syscall.output", text: "void", tokens: 1 },
        { ...ids, type: "syscall.restarted", reason: "again" },
        { ...ids, type: "syscall.output", text: "one ", tokens: 1 },
        { ...ids, type: "syscall.suspended", reason: { type: "slice-end" }, servedMs: 4, tokens: 1 },
        { ...ids, type: "syscall.queued", queue: "llm", reason: "slice-end" },
        running,
        { ...ids, type: "syscall.output", text: "two", tokens: 1 },
      ),
    );
    expect(callOf(detail)).toMatchObject({ state: "running", partial: "one two", outputTokens: 2 });
    expect(callOf(detail)?.turns.map(({ ended }) => ended?.reason.type)).toEqual(["slice-end", undefined]);
  });

  test("keeps a request, its answer and who gave it", () => {
    const approval = sampleApproval(approvalId(1), AGENT, ids.syscallId);
    const detail = detailOf(
      events(
        { ...ids, ...syscallStart(1) },
        { ...ids, type: "approval.requested", approval },
        {
          ...ids,
          type: "approval.decided",
          approvalId: approval.id,
          answer: { type: "deny", reason: "no" },
          by: "person",
        },
        {
          ...ids,
          type: "syscall.denied",
          reason: "no",
          times: { waitMs: 1, serviceMs: 0, turnaroundMs: 1 },
        },
      ),
    );
    expect(callOf(detail)).toMatchObject({
      state: "denied",
      approval,
      answer: { answer: { type: "deny", reason: "no" }, by: "person", at: 3 },
      reason: "no",
    });
  });

  test("shows messages of people and of agents, and not twice what a call shows", () => {
    const detail = detailOf(
      events({
        type: "context.appended",
        agentId: AGENT,
        messages: [
          { role: "system", content: "rules" },
          { role: "user", content: "task" },
          { role: "user", content: "hello", from: agentId(2) },
          { role: "assistant", content: "said", toolCalls: [] },
        ],
      }),
    );
    expect(detail.items).toMatchObject([
      { role: "system", content: "rules" },
      { role: "user", from: null },
      { role: "user", content: "hello", from: "a2" },
    ]);
  });

  test("is bounded, and counts what it left out", () => {
    const detail = emptyDetail(AGENT);
    for (let n = 1; n <= TRANSCRIPT_ITEMS_KEPT + 5; n += 1)
      reduceDetail(detail, { v: 4, seq: seq(n), at: n, mono: 0, type: "agent.paused", agentId: AGENT });
    expect([detail.items.length, detail.dropped]).toEqual([TRANSCRIPT_ITEMS_KEPT, 5]);
    expect(detail.items[0]?.seq).toBe(6);
  });

  test("keeps the marks of the context with the calls that brought them, until the person declassifies", () => {
    const taint = {
      type: "taint",
      source: { type: "web", host: "a.example:443" },
      syscallId: syscallId(1),
    } as const;
    const secret = { type: "private", source: { type: "workspace" }, syscallId: null } as const;
    const all = events(
      { type: "context.marked", agentId: AGENT, mark: taint },
      { type: "context.marked", agentId: AGENT, mark: secret },
      { type: "context.declassified", agentId: AGENT, what: "taint" },
    );
    expect(detailOf(all.slice(0, 2)).marks).toEqual([taint, secret]);
    expect(detailOf(all).marks).toEqual([secret]);
    expect(detailOf(all).items).toMatchObject([{ kind: "note", text: "Outside text declassified" }]);
  });

  test("tells what a restart could not know", () => {
    const detail = detailOf(
      events(
        { type: "agent.recovered", agentId: AGENT, unknown: [] },
        { type: "agent.recovered", agentId: AGENT, unknown: [syscallId(4), syscallId(5)] },
      ),
    );
    expect(detail.items.map((item) => item.kind === "note" && item.text)).toEqual([
      "Recovered after a restart",
      "Recovered after a restart; the outcome of s4, s5 is unknown and was not run again",
    ]);
  });
});

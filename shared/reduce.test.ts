import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutText, type KernelEvent, SLIM_CHARACTERS, slim } from "./events.ts";
import { agentId, seq } from "./ids.ts";
import { DECIDED_APPROVALS_KEPT, ENDED_AGENTS_KEPT } from "./limits.ts";
import { reduce } from "./reduce.ts";
import { emptyState, type SystemState } from "./state.ts";
import { decodeState, encodeState, type SystemStateWire } from "./state-wire.ts";
import { plausibleEvents } from "./testing/plausible-events.ts";
import { SECRETS } from "./testing/sample-events.ts";

const reduceAll = (events: readonly KernelEvent[], state: SystemState = emptyState()): SystemState =>
  events.reduce(reduce, state);
const overTheWire = (state: SystemState): SystemState =>
  decodeState(JSON.parse(JSON.stringify(encodeState(state))) as SystemStateWire);

describe("the state of a log", () => {
  test("is the same from slim events as from whole ones", () => {
    fc.assert(
      fc.property(plausibleEvents, (events) => {
        expect(encodeState(reduceAll(events.map(slim)))).toEqual(encodeState(reduceAll(events)));
      }),
    );
  });

  test("goes on from a checkpoint as if it had been reduced in one go", () => {
    fc.assert(
      fc.property(plausibleEvents, fc.nat(), (events, at) => {
        const cut = at % (events.length + 1);
        const prefix = overTheWire(reduceAll(events.slice(0, cut)));
        expect(encodeState(reduceAll(events.slice(cut), prefix))).toEqual(encodeState(reduceAll(events)));
      }),
    );
  });

  test("holds exactly what is under way: live calls, open requests, agents that have not ended", () => {
    fc.assert(
      fc.property(plausibleEvents, (events) => {
        const state = reduceAll(events);
        const ofAgents = [...state.agents.values()].flatMap(({ live }) => live);
        const calls = [...state.syscalls.values()];
        expect(
          calls
            .filter(({ agentId: id }) => id !== null)
            .map(({ id }) => id)
            .sort(),
        ).toEqual(ofAgents.sort());
        for (const { id, syscallId } of state.approvals.values()) {
          expect(state.syscalls.get(syscallId)?.approvalId).toBe(id);
        }
        for (const { id, ending } of state.agents.values()) expect(state.ended.has(id)).toBe(ending !== null);
        expect(state.totals.events).toBe(events.length);
        expect(state.seq).toBe(events.length);
      }),
    );
  });
});

test("slim events hold no context, stream, argument or result", () => {
  const { path: _, ...secrets } = SECRETS;
  fc.assert(
    fc.property(plausibleEvents, (events) => {
      const text = JSON.stringify(events.map(slim));
      for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    }),
  );
});

test("a long answer is cut for tables, and cutting twice changes nothing", () => {
  const long = "x".repeat(SLIM_CHARACTERS + 1);
  expect(cutText(long)).toHaveLength(SLIM_CHARACTERS);
  expect(cutText(cutText(long))).toBe(cutText(long));
  expect(cutText(long.slice(1))).toBe(long.slice(1));
});

describe("bounds", () => {
  const head = (n: number) => ({ v: 4, seq: seq(n), at: n, mono: n }) as const;
  const ofStory = (type: KernelEvent["type"]): KernelEvent => {
    const [events] = fc.sample(
      plausibleEvents.filter((all) => all.some((event) => event.type === type)),
      1,
    );
    const found = events?.find((event) => event.type === type);
    if (!found) throw new Error(`no ${type}`);
    return found;
  };

  test("the oldest ended agents are forgotten, and events about them still count", () => {
    const created = ofStory("agent.created");
    const state = emptyState();
    const ended = { status: "done", answer: "x", error: null } as const;
    for (let n = 1; n <= ENDED_AGENTS_KEPT + 3; n += 1) {
      reduce(state, { ...created, ...head(2 * n - 1), agentId: agentId(n) } as KernelEvent);
      reduce(state, { ...head(2 * n), type: "agent.ended", agentId: agentId(n), ...ended });
    }
    expect(state.agents.size).toBe(ENDED_AGENTS_KEPT);
    expect([state.agents.has(agentId(3)), state.agents.has(agentId(4))]).toEqual([false, true]);
    const before = state.totals.events;
    reduce(state, { ...head(9_999), type: "agent.paused", agentId: agentId(1) });
    expect(state.totals.events).toBe(before + 1);
    expect(state.agents.has(agentId(1))).toBe(false);
  });

  test("the history of answered requests keeps the newest", () => {
    const requested = ofStory("approval.requested");
    if (requested.type !== "approval.requested") throw new Error("no request");
    const { approval, agentId: agent, syscallId } = requested;
    const state = emptyState();
    for (let n = 1; n <= DECIDED_APPROVALS_KEPT + 5; n += 1) {
      reduce(state, { ...requested, ...head(2 * n) });
      reduce(state, {
        ...head(2 * n + 1),
        type: "approval.decided",
        agentId: agent,
        syscallId,
        approvalId: approval.id,
        answer: { type: "deny", reason: String(n) },
        by: "person",
      });
    }
    expect(state.decided).toHaveLength(DECIDED_APPROVALS_KEPT);
    expect(state.decided[0]?.answer).toEqual({ type: "deny", reason: "6" });
    expect(state.approvals.size).toBe(0);
  });
});

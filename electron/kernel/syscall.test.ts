import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { syscallId } from "../../shared/ids.ts";
import type { SyscallState } from "../../shared/syscall.ts";
import { allowsTransition, isFinal, Syscall } from "./syscall.ts";

const STATES = [
  "created",
  "gated",
  "queued",
  "running",
  "suspended",
  "done",
  "failed",
  "cancelled",
  "denied",
] as const satisfies readonly SyscallState[];

const syscall = (now = 0): Syscall =>
  new Syscall(
    syscallId(1),
    {
      agentId: null,
      call: { kind: "tool", tool: "clock", arguments: {}, toolCallId: null },
      parent: null,
      priority: 5,
      deadline: null,
      tokenBudget: null,
      prompt: [],
      memoryOwner: "nobody",
    },
    now,
    () => {},
  );

const step = fc.record({
  to: fc.constantFrom(...STATES),
  afterMs: fc.oneof(fc.nat(10_000), fc.double({ min: 0, max: 5, noNaN: true })),
});

describe("a syscall", () => {
  test("goes only where it may, and adds up its times on any path", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const call = syscall();
        let now = 0;
        let [waited, served] = [0, 0];
        for (const { to, afterMs } of steps) {
          const before = call.state;
          if (!allowsTransition(before, to)) {
            expect(() => call.to(to, now)).toThrow(`cannot go from ${before} to ${to}`);
            expect(call.state).toBe(before);
            continue;
          }
          now += afterMs;
          const elapsed = call.to(to, now);
          if (before === "running") served += elapsed;
          else waited += elapsed;
          expect(call.state).toBe(to);
        }
        const times = call.times(now);
        expect(times.waitMs).toBe(waited);
        expect(times.serviceMs).toBe(served);
        expect(times.waitMs + times.serviceMs).toBeLessThanOrEqual(times.turnaroundMs + 1e-6);
        if (isFinal(call.state)) expect(waited + served).toBeCloseTo(times.turnaroundMs, 6);
      }),
    );
  });

  test("leaves no final state", () => {
    const final = STATES.filter(isFinal);
    expect(final).toEqual(["done", "failed", "cancelled", "denied"]);
    for (const from of final) expect(STATES.filter((to) => allowsTransition(from, to))).toEqual([]);
  });

  test("can fail or be cancelled in every state before its end", () => {
    for (const from of STATES.filter((state) => !isFinal(state))) {
      expect([allowsTransition(from, "failed"), allowsTransition(from, "cancelled")]).toEqual([true, true]);
    }
  });

  test("runs only out of a queue, and is queued only past the gate", () => {
    const before = (to: SyscallState) => STATES.filter((from) => allowsTransition(from, to));
    expect(before("running")).toEqual(["queued"]);
    expect(before("queued")).toEqual(["gated", "suspended"]);
    expect(before("gated")).toEqual(["created"]);
    expect(before("denied")).toEqual(["gated"]);
  });

  test("takes a clock that stands still or steps back as no time", () => {
    const call = syscall(100);
    expect(call.to("gated", 90)).toBe(0);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseVictim, decideEviction, type Evictable } from "./eviction.ts";
import { Speeds } from "./speeds.ts";

const ROOM = 1_000_000_000;

const speedsOf = (prefill: number, save: number, restore: number): Speeds => {
  const speeds = new Speeds();
  speeds.note("prefill", prefill, 1_000);
  speeds.note("save", save * 1_000, 1_000_000);
  speeds.note("restore", restore * 1_000, 1_000_000);
  return speeds;
};

const stateArbitrary: fc.Arbitrary<Evictable> = fc.record({
  tokens: fc.integer({ min: 1, max: 100_000 }),
  answerTokens: fc.constant(0),
  bytes: fc.integer({ min: 1, max: 2_000_000_000 }),
  idleMs: fc.integer({ min: 0, max: 3_600_000 }),
  waitsFor: fc.constantFrom("slot", "tool-or-person"),
  tokensOnDisk: fc.constant(0),
  share: fc.double({ min: 0.001, max: 1, noNaN: true }),
});
const speedsArbitrary = fc
  .tuple(
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 1_000, max: 5_000_000_000 }),
    fc.integer({ min: 1_000, max: 5_000_000_000 }),
  )
  .map(([prefill, save, restore]) => speedsOf(prefill, save, restore));

describe("what happens to a state that has to go", () => {
  test("a slow model's state is saved, a fast model's is dropped", () => {
    const state: Evictable = {
      tokens: 2_000,
      answerTokens: 0,
      bytes: 16_000_000,
      idleMs: 1_000,
      waitsFor: "slot",
      tokensOnDisk: 0,
      share: 0.25,
    };
    const slow = decideEviction(state, speedsOf(500, 1e9, 3e9), ROOM);
    expect(slow.choice).toBe("saved");
    expect(slow.costs.keepMs).toBe(250);
    expect(slow.costs.saveMs).toBeCloseTo(25.3, 1);
    expect(slow.costs.dropMs).toBeCloseTo(4_000);
    expect(decideEviction(state, speedsOf(5_000_000, 1e9, 3e9), ROOM).choice).toBe("dropped");
    const half = decideEviction({ ...state, tokensOnDisk: 2_000 }, speedsOf(500, 1e9, 3e9), ROOM);
    expect(half.costs.saveMs).toBeCloseTo(7.3, 1);
  });

  test("an answer that has begun is read one token at a time, so it is worth more", () => {
    const speeds = speedsOf(5_000, 1e9, 3e9);
    speeds.note("output", 10, 1_000);
    const state: Evictable = {
      tokens: 100,
      answerTokens: 0,
      bytes: 100_000_000,
      idleMs: 0,
      waitsFor: "slot",
      tokensOnDisk: 0,
      share: 1,
    };
    expect(decideEviction(state, speeds, ROOM).choice).toBe("dropped");
    const begun = decideEviction({ ...state, answerTokens: 50 }, speeds, ROOM);
    expect(begun.choice).toBe("saved");
    expect(begun.costs.dropMs).toBeCloseTo(5_010);
  });

  test("the cheaper way is chosen, and nothing is saved that does not fit", () => {
    fc.assert(
      fc.property(
        stateArbitrary,
        speedsArbitrary,
        fc.integer({ min: 0, max: ROOM }),
        (state, speeds, room) => {
          const { choice, costs } = decideEviction(state, speeds, room);
          for (const ms of [costs.keepMs, costs.saveMs, costs.dropMs]) expect(ms).toBeGreaterThanOrEqual(0);
          if (state.bytes > room) expect(choice).toBe("dropped");
          else expect(choice).toBe(costs.saveMs < costs.dropMs ? "saved" : "dropped");
        },
      ),
    );
  });
});

describe("who has to go", () => {
  test("nobody where there is nobody", () => {
    expect(chooseVictim([], speedsOf(1, 1, 1), ROOM)).toBe(-1);
  });

  test("never one that waits for its slot while another waits for a tool or a person", () => {
    fc.assert(
      fc.property(fc.array(stateArbitrary, { minLength: 1 }), speedsArbitrary, (states, speeds) => {
        const victim = states[chooseVictim(states, speeds, ROOM)];
        const waiting = states.some((state) => state.waitsFor === "tool-or-person");
        expect(victim?.waitsFor).toBe(waiting ? "tool-or-person" : "slot");
      }),
    );
  });

  test("of equal states the one not used for longest", () => {
    fc.assert(
      fc.property(
        stateArbitrary,
        fc.uniqueArray(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1 }),
        speedsArbitrary,
        (state, idle, speeds) => {
          const states = idle.map((idleMs) => ({ ...state, idleMs }));
          expect(idle[chooseVictim(states, speeds, ROOM)]).toBe(Math.max(...idle));
        },
      ),
    );
  });

  test("of states idle for as long the one that is back soonest", () => {
    fc.assert(
      fc.property(fc.array(stateArbitrary, { minLength: 1 }), speedsArbitrary, (some, speeds) => {
        const states = some.map((state) => ({ ...state, idleMs: 0, waitsFor: "slot" as const }));
        const back = states.map((state) => {
          const { choice, costs } = decideEviction(state, speeds, ROOM);
          return choice === "saved" ? costs.saveMs : costs.dropMs;
        });
        expect(back[chooseVictim(states, speeds, ROOM)]).toBe(Math.min(...back));
      }),
    );
  });
});

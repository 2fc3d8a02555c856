import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CoreId, coreId, syscallId } from "../../../shared/ids.ts";
import type { Placement } from "../../../shared/syscall.ts";
import { CorePool } from "./core-pool.ts";

const LANE = "model";
const pool = (slots: Readonly<Record<string, number>>, limit = Number.POSITIVE_INFINITY): CorePool => {
  const made = new CorePool(limit);
  for (const [id, count] of Object.entries(slots)) made.add({ id: coreId(id), lane: LANE, slots: count });
  return made;
};
const [a, b] = [coreId("a"), coreId("b")];

function fill(cores: CorePool, from = 1): Placement[] {
  const placements: Placement[] = [];
  for (let free = cores.free(LANE, 0); free !== null; free = cores.free(LANE, 0)) {
    placements.push(cores.occupy(free, syscallId(from + placements.length)));
  }
  return placements;
}

test("never more calls than slots, cap and limit allow, on any path", () => {
  const step = fc.record({
    type: fc.constantFrom("start", "start", "end", "success", "refused", "slots", "remove"),
    core: fc.constantFrom(a, b),
    number: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 100 }), (limit, steps) => {
      const cores = pool({ a: 3, b: 2 }, limit);
      const slots = new Map<CoreId, number>([
        [a, 3],
        [b, 2],
      ]);
      let running: { placement: Placement; holder: ReturnType<typeof syscallId> }[] = [];
      const busy = (id: CoreId) => running.filter(({ placement }) => placement.coreId === id).length;
      steps.forEach(({ type, core, number }, index) => {
        if (type === "start") {
          const free = cores.free(LANE, 0);
          if (free === null) return;
          expect(running.length).toBeLessThan(limit);
          expect(busy(free)).toBeLessThan(slots.get(free) ?? 0);
          const holder = syscallId(index + 1);
          const placement = cores.occupy(free, holder);
          // Two calls never hold the same slot.
          expect(running.map((each) => each.placement)).not.toContainEqual(placement);
          running.push({ placement, holder });
        } else if (type === "end") {
          const [first, ...rest] = running;
          if (first) cores.release(first.placement, first.holder);
          running = rest;
        } else if (type === "slots" && slots.has(core)) {
          cores.setSlots(core, number);
          slots.set(core, number);
        } else if (type === "remove") {
          cores.remove(core);
          slots.delete(core);
          // Its calls run on, on slots that are nobody's any more.
          running = running.filter(({ placement }) => placement.coreId !== core);
        } else if (type === "success" || type === "refused") cores.adapt(core, type);
      });
      for (const { placement, holder } of running) cores.release(placement, holder);
      for (const core of slots.keys()) for (let n = 0; n < 20; n += 1) cores.adapt(core, "success");
      const room = [...slots.values()].reduce((sum, each) => sum + each, 0);
      expect(fill(cores, 1_000)).toHaveLength(Math.min(room, limit));
    }),
  );
});

describe("placing", () => {
  test("goes to the least loaded core, by share of its slots", () => {
    expect(fill(pool({ a: 4, b: 2 })).map(({ coreId: id }) => id)).toEqual(["a", "b", "a", "a", "b", "a"]);
  });

  test("knows its lanes", () => {
    const cores = pool({ a: 1 });
    expect([cores.has(a), cores.hasLane(LANE), cores.hasLane("other")]).toEqual([true, true, false]);
    expect(cores.free("other", 0)).toBeNull();
    cores.remove(a);
    expect([cores.has(a), cores.hasLane(LANE), cores.free(LANE, 0)]).toEqual([false, false, null]);
  });

  test("a freed slot is taken again before a new number is used", () => {
    const cores = pool({ a: 3 });
    const [, second] = fill(cores);
    if (second) cores.release(second, syscallId(2));
    expect(cores.occupy(a, syscallId(9)).slot).toBe(1);
  });

  test("releasing twice, or for another, frees nothing", () => {
    const cores = pool({ a: 1 });
    const [placement] = fill(cores);
    if (!placement) throw new Error("there is a slot");
    cores.release(placement, syscallId(7));
    expect(cores.free(LANE, 0)).toBeNull();
    cores.release(placement, syscallId(1));
    cores.release(placement, syscallId(1));
    expect(fill(cores)).toHaveLength(1);
  });
});

describe("blocking", () => {
  test("keeps a core from getting calls until the longest of its blocks is over", () => {
    const cores = pool({ a: 1 });
    cores.block(a, 100);
    cores.block(a, 50);
    expect([cores.free(LANE, 99), cores.free(LANE, 100), cores.blockedUntil(a)]).toEqual([null, a, 100]);
  });

  test("leaves the other cores of the lane", () => {
    const cores = pool({ a: 1, b: 1 });
    cores.block(a, 100);
    expect(cores.free(LANE, 0)).toBe(b);
  });
});

describe("adapting", () => {
  test("each refusal halves the calls in flight, down to one; successes bring them back to the slots", () => {
    const cores = pool({ a: 8 });
    const room = (): number => {
      const taken = fill(cores);
      taken.forEach((placement, index) => {
        cores.release(placement, syscallId(index + 1));
      });
      return taken.length;
    };
    const seen = [room()];
    for (let n = 0; n < 4; n += 1) {
      cores.adapt(a, "refused");
      seen.push(room());
    }
    expect(seen).toEqual([8, 4, 2, 1, 1]);
    for (let n = 0; n < 60; n += 1) cores.adapt(a, "success");
    expect(room()).toBe(8);
  });

  test("never lets more in flight than the cap, fractions cut", () => {
    const cores = pool({ a: 3 });
    cores.adapt(a, "refused");
    expect(fill(cores)).toHaveLength(1);
  });
});

test("a core that comes back under its name starts empty, and old calls do not touch it", () => {
  const cores = pool({ a: 1 });
  const [old] = fill(cores);
  cores.remove(a);
  cores.add({ id: a, lane: LANE, slots: 1 });
  const fresh = cores.occupy(a, syscallId(50));
  if (old) cores.release(old, syscallId(1));
  expect(cores.free(LANE, 0)).toBeNull();
  cores.release(fresh, syscallId(50));
  expect(cores.free(LANE, 0)).toBe(a);
});

describe("a group", () => {
  const lane = (name: string) => ({ id: coreId(name), lane: name, slots: 3 });

  test("never has more calls than its limit over all its members, on any path, and no other waits for it", () => {
    const names = ["a", "b", "c"] as const;
    const step = fc.record({
      type: fc.constantFrom("start", "start", "end", "limit", "remove"),
      name: fc.constantFrom(...names),
      number: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 100 }), (first, steps) => {
        const cores = new CorePool(Number.POSITIVE_INFINITY);
        let limit = first;
        const group = () => ({ name: "server", limit });
        const place = (name: string) => cores.place({ ...lane(name), group: name === "c" ? null : group() });
        for (const name of names) place(name);
        let running: { placement: Placement; holder: ReturnType<typeof syscallId> }[] = [];
        const busy = (...of: readonly string[]) =>
          running.filter(({ placement }) => of.includes(placement.coreId)).length;
        steps.forEach(({ type, name, number }, index) => {
          if (type === "start") {
            const free = cores.free(name, 0);
            const room = busy(name) < 3 && (name === "c" || busy("a", "b") < limit);
            expect(free).toBe(room ? name : null);
            if (free === null) return;
            const holder = syscallId(index + 1);
            running.push({ placement: cores.occupy(free, holder), holder });
          } else if (type === "end") {
            const [oldest, ...rest] = running;
            if (oldest) cores.release(oldest.placement, oldest.holder);
            running = rest;
          } else if (type === "limit") {
            limit = number;
            place(name === "c" ? "a" : name);
          } else {
            cores.remove(coreId(name));
            running = running.filter(({ placement }) => placement.coreId !== name);
            place(name);
          }
        });
        for (const { placement, holder } of running) cores.release(placement, holder);
        const taken = ["a", "b"].flatMap((name) => {
          const placements: CoreId[] = [];
          for (let free = cores.free(name, 0); free; free = cores.free(name, 0)) {
            cores.occupy(free, syscallId(1_000));
            placements.push(free);
          }
          return placements;
        });
        expect(taken).toHaveLength(Math.min(limit, 6));
      }),
    );
  });

  test("makes lanes wait for each other; without one, and without a limit over all, they do not", () => {
    const cores = new CorePool(Number.POSITIVE_INFINITY);
    cores.add(lane("c"));
    expect(cores.sharing).toBe("none");
    cores.add({ ...lane("a"), group: { name: "server", limit: 1 } });
    expect(cores.sharing).toBe("one-limit");
  });
});

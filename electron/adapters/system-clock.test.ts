import { afterEach, describe, expect, test, vi } from "vitest";
import { createSystemClock } from "./system-clock.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("system clock", () => {
  test("wall time is the machine's, monotonic time starts near zero and never goes back", () => {
    const clock = createSystemClock();
    const first = clock.mono();
    expect(first).toBeGreaterThanOrEqual(0);
    for (let previous = first, n = 0; n < 1_000; n++) {
      const now = clock.mono();
      expect(now).toBeGreaterThanOrEqual(previous);
      previous = now;
    }
    const before = Date.now();
    expect(clock.wall()).toBeGreaterThanOrEqual(before);
  });

  test("runs once after a delay, and not at all when called off", async () => {
    const clock = createSystemClock();
    const ran: string[] = [];
    const callOff = clock.after(1, () => ran.push("called off"));
    callOff();
    await new Promise<void>((resolve) => {
      clock.after(5, () => {
        ran.push("ran");
        resolve();
      });
    });
    expect(ran).toEqual(["ran"]);
    callOff();
  });

  test("keeps a delay that is longer than one timer can hold", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const clock = createSystemClock();
    const day = 24 * 60 * 60 * 1_000;
    const ran: string[] = [];
    clock.after(60 * day, () => ran.push("ran"));
    const callOff = clock.after(60 * day, () => ran.push("called off"));
    vi.advanceTimersByTime(59 * day);
    expect(ran).toEqual([]);
    callOff();
    vi.advanceTimersByTime(2 * day);
    expect(ran).toEqual(["ran"]);
  });

  test("soon runs after the current turn and after settled promises", async () => {
    const clock = createSystemClock();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      clock.soon(() => {
        order.push("soon");
        resolve();
      });
      queueMicrotask(() => order.push("microtask"));
      order.push("now");
    });
    expect(order).toEqual(["now", "microtask", "soon"]);
  });
});

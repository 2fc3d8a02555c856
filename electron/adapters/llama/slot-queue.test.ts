import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlotQueue } from "./slot-queue.ts";

const signal = new AbortController().signal;

describe("slots of a core", () => {
  test("let calls in by the order they came, as many as there are slots", async () => {
    const queue = new SlotQueue(2);
    const entered: number[] = [];
    for (const call of [1, 2, 3, 4]) void queue.enter(signal).then(() => entered.push(call));
    await Promise.resolve();
    expect(entered).toEqual([1, 2]);
    queue.leave();
    await Promise.resolve();
    expect(entered).toEqual([1, 2, 3]);
    queue.resize(3);
    await Promise.resolve();
    expect(entered).toEqual([1, 2, 3, 4]);
    expect([queue.running, queue.waiting]).toEqual([3, 0]);
  });

  test("whatever order calls come, give up and leave in, none is lost and never are there too many", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("come", "give-up", "leave", "more", "fewer"), { maxLength: 60 }),
        async (steps) => {
          const queue = new SlotQueue(2);
          let slots = 2;
          let inside = 0;
          const waiting: AbortController[] = [];
          for (const step of steps) {
            if (step === "come") {
              const controller = new AbortController();
              waiting.push(controller);
              queue.enter(controller.signal).then(
                () => {
                  inside += 1;
                  waiting.splice(waiting.indexOf(controller), 1);
                },
                () => waiting.splice(waiting.indexOf(controller), 1),
              );
            } else if (step === "give-up") waiting[0]?.abort();
            else if (step === "leave" && inside > 0) {
              inside -= 1;
              queue.leave();
            } else if (step === "more" || step === "fewer") {
              slots = Math.max(1, slots + (step === "more" ? 1 : -1));
              queue.resize(slots);
            }
            const before = inside;
            for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
            expect(inside).toBe(queue.running);
            if (inside > before) expect(inside).toBeLessThanOrEqual(slots);
            if (queue.waiting > 0) expect(inside).toBeGreaterThanOrEqual(slots);
            expect(waiting).toHaveLength(queue.waiting);
          }
        },
      ),
    );
  });

  test("a call that was cancelled before it came does not come in", async () => {
    const queue = new SlotQueue(1);
    await expect(queue.enter(AbortSignal.abort("no"))).rejects.toBe("no");
    expect(queue.running).toBe(0);
  });
});

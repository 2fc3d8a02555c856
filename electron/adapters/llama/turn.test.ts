import fc from "fast-check";
import { expect, test } from "vitest";
import { sliceEnd, sliceSize } from "./turn.ts";

test("a prompt is read in slices of more than one token, an answer one token at a time", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 2_000 }),
      fc.nat({ max: 50 }),
      fc.nat(),
      fc.integer({ min: 2, max: 128 }),
      (prompt, answer, start, size) => {
        // What is kept never ends one short of the prompt: its last token would be read alone.
        const kept = start % (prompt + answer);
        for (let at = kept === prompt - 1 ? kept - 1 : kept; at < prompt + answer; ) {
          const end = sliceEnd(at, prompt, size);
          if (at < prompt) {
            expect(end - at).toBeGreaterThan(1);
            expect(end - at).toBeLessThanOrEqual(size + 1);
            expect(end).toBeLessThanOrEqual(prompt);
          } else expect(end).toBe(at + 1);
          at = end;
        }
      },
    ),
  );
});

test("a slow machine reads in smaller slices, so that a cancel is heard in time", () => {
  expect([sliceSize(10), sliceSize(400), sliceSize(100_000)]).toEqual([32, 80, 128]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { IndexedHeap } from "./indexed-heap.ts";

const step = fc.record({
  type: fc.constantFrom("push", "push", "remove", "take-first"),
  key: fc.integer({ min: 0, max: 30 }),
  rank: fc.integer({ min: -5, max: 5 }),
});

test("behaves like a list that is kept in order of rank and arrival", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (steps, count) => {
      const heap = new IndexedHeap<number, string>();
      let model: { key: number; rank: number; value: string }[] = [];
      for (const { type, key, rank } of steps) {
        const value = `value of ${key}`;
        const known = model.some((each) => each.key === key);
        if (type === "push" && known) expect(() => heap.push(key, value, rank)).toThrow("holds");
        else if (type === "push") {
          heap.push(key, value, rank);
          // A stable sort keeps those of one rank in order of arrival.
          model = [...model, { key, rank, value }].sort((a, b) => a.rank - b.rank);
        } else {
          const chosen = type === "remove" ? key : (model[0]?.key ?? key);
          const expected = model.find((each) => each.key === chosen)?.value ?? null;
          expect(heap.remove(chosen)).toBe(expected);
          model = model.filter((each) => each.key !== chosen);
        }
        expect(heap.size).toBe(model.length);
        const first = heap.smallest(count).map(({ value, rank }) => ({ value, rank }));
        expect(first).toEqual(model.slice(0, count).map(({ value, rank }) => ({ value, rank })));
        expect([...heap].sort()).toEqual(model.map((each) => each.value).sort());
      }
    }),
  );
});

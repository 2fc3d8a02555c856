import fc from "fast-check";
import { expect, test } from "vitest";
import { LinkedQueue } from "./linked-queue.ts";

const step = fc.record({
  type: fc.constantFrom("push", "remove", "replace", "look"),
  key: fc.integer({ min: 0, max: 12 }),
  value: fc.integer(),
});

test("behaves like a plain list of keys and values", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new LinkedQueue<number, number>();
      const model: { key: number; value: number }[] = [];
      for (const { type, key, value } of steps) {
        const index = model.findIndex((each) => each.key === key);
        if (type === "push") {
          if (index === -1) {
            queue.push(key, value);
            model.push({ key, value });
          } else expect(() => queue.push(key, value)).toThrow("holds");
        } else if (type === "remove") {
          expect(queue.remove(key)).toBe(model[index]?.value ?? null);
          if (index !== -1) model.splice(index, 1);
        } else if (type === "replace") {
          if (index === -1) expect(() => queue.replace(key, value)).toThrow("holds");
          else {
            queue.replace(key, value);
            model[index] = { key, value };
          }
        }
        expect(queue.size).toBe(model.length);
        expect(queue.has(key)).toBe(model.some((each) => each.key === key));
        expect(queue.get(key)).toBe(model.find((each) => each.key === key)?.value);
        expect(queue.first()).toBe(model[0]?.value ?? null);
        expect([...queue]).toEqual(model.map((each) => each.value));
      }
    }),
  );
});

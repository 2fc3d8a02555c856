import fc from "fast-check";
import { expect, test } from "vitest";
import { SignScan } from "./sign-scan.ts";

const BYTES = 6;
const signs = fc.uint8Array({ minLength: BYTES, maxLength: BYTES });
const bits = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, byte, index) => sum + (byte ^ (b[index] ?? 0)).toString(2).replaceAll("0", "").length, 0);

test("after any adding and dropping the nearest are those of a plain comparison", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant("add" as const), signs }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("drop" as const), place: fc.nat(200) }) },
  );
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200, size: "max" }),
      signs,
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom("all", "even"),
      (steps, query, wanted, among) => {
        const scan = new SignScan(BYTES);
        const plain = new Map<number, Uint8Array>();
        for (const [index, one] of steps.entries()) {
          if (one.type === "add") {
            plain.set(2 ** 40 + index, one.signs);
            scan.add(2 ** 40 + index, one.signs);
          } else {
            plain.delete(2 ** 40 + one.place);
            scan.drop(2 ** 40 + one.place);
          }
        }
        const meant = [...plain].filter(([number]) => among === "all" || number % 2 === 0);
        const distance = (number: number) => bits(query, plain.get(number) ?? new Uint8Array());
        const expected = meant.map(([number]) => distance(number)).sort((a, b) => a - b);
        const only = among === "all" ? null : new Set(meant.map(([number]) => number));
        const found = scan.nearest(query, wanted, only);
        expect(new Set(found).size).toBe(found.length);
        if (only !== null) for (const number of found) expect(only.has(number)).toBe(true);
        expect(found.map(distance).sort((a, b) => a - b)).toEqual(expected.slice(0, wanted));
      },
    ),
  );
});

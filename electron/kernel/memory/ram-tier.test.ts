import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentId, syscallId } from "../../../shared/ids.ts";
import { type MemoryItem, memoryId } from "../../../shared/memory.ts";
import { agentMemory } from "../../../shared/memory-owners.ts";
import { anItem } from "../testing/sample-memory-item.ts";
import { fromHeldForm, heldBytes, toHeldForm } from "./held-form.ts";
import { HISTORY_BYTES, RamTier } from "./ram-tier.ts";

const CLERK = agentMemory("clerk");
const tierOf = (budget: number, ...items: readonly MemoryItem[]): RamTier => {
  const tier = new RamTier(CLERK, budget);
  items.forEach((item, n) => void tier.put(item, n * 10_000));
  return tier;
};

test("whatever an item holds comes back the same, and its size is the same each time", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 });
  const items = fc.record({
    text,
    metadata: fc.dictionary(text, text, { maxKeys: 3 }),
    keywords: fc.array(text, { maxLength: 3 }),
    tags: fc.array(text, { maxLength: 3 }),
    links: fc.array(fc.integer({ min: 1, max: 99 }).map(memoryId), { maxLength: 3 }),
    provenance: fc.record({
      by: fc.constantFrom("agent", "person"),
      agentId: fc.constantFrom(null, agentId(3)),
      syscallId: fc.constantFrom(null, syscallId(4)),
      origin: fc.option(text),
    }),
    pinned: fc.constantFrom("yes", "no"),
    uses: fc.nat(),
    lastUsedAt: fc.option(fc.nat()),
  } as const);
  fc.assert(
    fc.property(items, (fields) => {
      const item = anItem(7, fields);
      const form = toHeldForm(item);
      expect(fromHeldForm(form, item)).toEqual(item);
      expect(heldBytes(form)).toBe(item.bytes);
    }),
    { numRuns: 500 },
  );
});

test("letters of two bytes count twice", () => {
  const [latin, other] = ["caffè".repeat(100), "кофе!".repeat(100)].map((text) => anItem(1, { text }).bytes);
  expect((other ?? 0) - (latin ?? 0)).toBeGreaterThan(450);
});

describe("the watermark", () => {
  const size = anItem(1).bytes;

  test("is 80 % of the budget: above it items leave until it is met", () => {
    const tier = tierOf(size * 10, ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => anItem(n)));
    expect(tier.shrink(200_000, 100)).toEqual([]);
    tier.put(anItem(9), 200_000);
    const [first, ...rest] = tier.shrink(200_000, 100);
    expect(first).toEqual({ id: "m1", bytes: size });
    // What is known of the one that left takes its place too.
    expect(rest).toHaveLength(1);
    expect(tier.bytes).toBe(7 * size + HISTORY_BYTES);
  });

  test("pinned ones stay, whatever the budget is, and leave once they are let go", () => {
    const tier = tierOf(size * 100, anItem(1, { pinned: "yes" }), anItem(2));
    tier.setBudget(0);
    expect(tier.shrink(9e9, 100)).toEqual([{ id: "m2", bytes: size }]);
    expect([tier.has(memoryId(1)), tier.bytes]).toEqual([true, anItem(1, { pinned: "yes" }).bytes]);
    tier.put(anItem(1), 9e9);
    expect([tier.has(memoryId(1)), tier.bytes]).toEqual([false, 0]);
  });

  test("an item that would not fit alone is not held", () => {
    const tier = tierOf(size, anItem(1));
    expect([tier.items, tier.bytes]).toEqual([0, 0]);
  });

  test("few leave at once", () => {
    const tier = tierOf(size * 100, ...Array.from({ length: 40 }, (_, n) => anItem(n + 1)));
    tier.setBudget(0);
    expect(tier.shrink(9e9, 10)).toHaveLength(10);
    expect(tier.isAboveWatermark()).toBe(true);
  });
});

test("a use counts, and keeps what is used twice over what came later", () => {
  const size = anItem(1).bytes;
  const tier = tierOf(size * 5, anItem(1), anItem(2), anItem(3));
  expect(tier.use(memoryId(1), 100_000, 77)).toMatchObject({ uses: 1, lastUsedAt: 77, text: "fact 1" });
  expect(tier.use(memoryId(9), 100_000, 77)).toBeNull();
  tier.put(anItem(4), 200_000);
  tier.put(anItem(5), 210_000);
  expect(tier.shrink(900_000, 100).map(({ id }) => id)).toEqual(["m2"]);
});

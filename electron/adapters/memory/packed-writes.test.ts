import fc from "fast-check";
import { expect, test } from "vitest";
import { agentId, syscallId } from "../../../shared/ids.ts";
import { type MemoryItem, memoryId } from "../../../shared/memory.ts";
import { agentMemory, PERSON } from "../../../shared/memory-owners.ts";
import type { MemoryWrite } from "../../kernel/memory-ports.ts";
import { parseRest, restOf } from "./item-rows.ts";
import { type CallPart, packParts, unpackParts } from "./packed-writes.ts";

const words = fc.array(fc.string({ unit: "grapheme" }), { maxLength: 2 });
const number = fc.integer({ min: 0, max: 9_007_199_254_740_991 });
const owner = fc.constantFrom(PERSON, agentMemory("clerk"));
const id = fc.integer({ min: 1, max: 99 }).map(memoryId);
const item: fc.Arbitrary<MemoryItem> = fc.record({
  id,
  owner,
  text: fc.string({ unit: "grapheme" }),
  metadata: fc.dictionary(fc.constantFrom("from", "__proto__x", "a b"), fc.string(), {
    noNullPrototype: true,
  }),
  keywords: words,
  tags: words,
  links: fc.array(id, { maxLength: 2 }),
  provenance: fc.record({
    by: fc.constantFrom("agent" as const, "person" as const),
    agentId: fc.option(fc.integer({ min: 1, max: 9 }).map(agentId)),
    syscallId: fc.option(fc.integer({ min: 1, max: 9 }).map(syscallId)),
    origin: fc.option(fc.string()),
  }),
  pinned: fc.constantFrom("yes" as const, "no" as const),
  bytes: number,
  uses: number,
  lastUsedAt: fc.option(number),
  createdAt: number,
  updatedAt: number,
});
const change: fc.Arbitrary<MemoryWrite> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("put" as const), item }) },
  fc.record({ type: fc.constant("remove" as const), owner, id, at: number }),
  fc.record({ type: fc.constant("move" as const), item, from: owner }),
);
const parts: fc.Arbitrary<readonly CallPart[]> = fc
  .tuple(fc.array(fc.array(change, { maxLength: 3 }), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([calls, unfinished]) =>
    calls.map((changes, index) => ({
      id: index + 7,
      changes,
      more: unfinished && index === calls.length - 1 ? "yes" : "no",
    })),
  );

test("whatever calls are packed and handed over, the same are unpacked", () => {
  fc.assert(
    fc.property(parts, (calls) => {
      expect(unpackParts(structuredClone(packParts(calls)))).toEqual(calls);
    }),
  );
});

test("what is kept of an item beside its columns is the same JSON, by the short way too", () => {
  fc.assert(
    fc.property(item, (one) => {
      const { tags, keywords, links, metadata, provenance } = one;
      const rest = restOf(one);
      expect(parseRest("memory", "an item", rest)).toEqual({ tags, keywords, links, metadata, provenance });
      expect(rest).toBe(JSON.stringify(JSON.parse(rest)));
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../shared/messages.ts";
import { canonical } from "./canonical-json.ts";

/** The same value with the keys of every object the other way round. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value as JsonObject).reverse();
  return Object.fromEntries(fields.map(([key, field]) => [key, turned(field)]));
}

test("the order of keys makes no difference, and everything else does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // As it comes over a wire: without -0 and the like.
      const json = JSON.parse(JSON.stringify(value)) as Json;
      expect(canonical(turned(json))).toBe(canonical(json));
      expect(JSON.parse(canonical(json))).toEqual(json);
    }),
  );
  expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
  expect(canonical({ a: "1" })).not.toBe(canonical({ a: 1 }));
});

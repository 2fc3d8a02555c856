import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../shared/messages.ts";
import { SchemaChecker } from "./json-schema.ts";

const checker = new SchemaChecker();
const check = (schema: JsonObject, args: JsonObject): string | null => checker.validate(schema, args);
const object = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...rest,
});

describe("arguments against a schema", () => {
  const schema = object(
    {
      path: { type: "string" },
      mode: { enum: ["r", "w"] },
      count: { type: "integer", minimum: 1 },
      edits: { type: "array", items: object({ "old/text": { type: "string" } }) },
    },
    { required: ["path"], additionalProperties: false },
  );

  test.each<readonly [JsonObject, string | null]>([
    [{ path: "a", mode: "r", count: 2, edits: [{ "old/text": "b" }] }, null],
    [{}, "arguments: must have required property 'path'"],
    [{ path: 7 }, "path: must be string"],
    [{ path: "a", mode: "x" }, 'mode: must be equal to one of the allowed values: ["r","w"]'],
    [{ path: "a", count: 0 }, "count: must be >= 1"],
    [{ path: "a", count: "2" }, "count: must be integer"],
    [{ path: "a", edits: [{}, { "old/text": 1 }] }, "edits.1.old/text: must be string"],
    [{ path: "a", other: 1 }, "arguments: must not have 'other'"],
    [{ path: 7, count: 0 }, "path: must be string; count: must be >= 1"],
  ])("%j: %s", (args, sentence) => {
    expect(check(schema, args)).toBe(sentence);
  });

  test("a long list of faults is cut", () => {
    const strings = { type: "array", items: { type: "string" } };
    const sentence = check(object({ all: strings }), { all: [1, 2, 3, 4, 5, 6, 7] });
    expect(sentence?.split("; ")).toHaveLength(6);
    expect(sentence).toMatch(/; and 2 more$/);
  });

  test("a long list of what is allowed is cut", () => {
    const allowed = Array.from({ length: 10_000 }, (_, index) => `value ${index}`);
    const sentence = check(object({ a: { enum: allowed } }), { a: "other" });
    expect(sentence).toMatch(/^a: must be equal to one of the allowed values: \["value 0",/);
    expect(sentence?.length).toBeLessThan(2_100);
  });

  test("a pattern that would take hours does not hold up the check of the rest", () => {
    const schema = object({
      a: { type: "string", pattern: "^(a+)+$" },
      b: { type: "string", pattern: "^b+$" },
    });
    expect(check(schema, { a: `${"a".repeat(100)}!`, b: "c" })).toBe('b: must match pattern "^b+$"');
    expect(check(schema, { a: "aaa", b: "bbb" })).toBeNull();
  });

  test("the arguments are left as they were", () => {
    const args = {};
    expect(check(object({ a: { type: "string", default: "x" } }), args)).toBeNull();
    expect(args).toEqual({});
  });
});

describe("a schema", () => {
  test("is read as the draft that it names, else as 2020-12", () => {
    const tuple = { prefixItems: [{ type: "string" }], items: false };
    const older = { items: [{ type: "string" }], additionalItems: false };
    const draft7 = { $schema: "http://json-schema.org/draft-07/schema#" };
    expect(check(object({ a: tuple }), { a: ["x", 1] })).toMatch(/^a: must NOT have more than 1 items/);
    expect(check(object({ a: older }, draft7), { a: ["x", 1] })).toMatch(
      /^a: must NOT have more than 1 items/,
    );
    expect(
      check(object({ a: tuple }, { $schema: "https://json-schema.org/draft/2020-12/schema" }), { a: ["x"] }),
    ).toBeNull();
    expect(
      check(object({ a: { type: "string" } }, { $schema: "https://example.com/own" }), { a: "x" }),
    ).toBeNull();
  });

  test.each([
    ["date", "2026-02-30", "2026-02-28"],
    ["email", "nobody", "ada@example.com"],
    ["uri", "not an address", "https://example.com/"],
  ])("with the format %s refuses %s", (format, wrong, right) => {
    const schema = object({ a: { type: "string", format } });
    expect(check(schema, { a: wrong })).toBe(`a: must match format "${format}"`);
    expect(check(schema, { a: right })).toBeNull();
  });

  test("may refer to its own parts, and to itself", () => {
    const node = object({ next: { $ref: "#/$defs/node" } });
    const schema = object({ list: { $ref: "#/$defs/node" } }, { $defs: { node } });
    expect(check(schema, { list: { next: { next: {} } } })).toBeNull();
    expect(check(schema, { list: { next: { next: 1 } } })).toBe("list.next.next: must be object");
  });

  test("may have a large part that many others refer to", () => {
    const fields = (count: number, field: JsonObject) =>
      Object.fromEntries([...Array(count).keys()].map((index) => [`p${index}`, field]));
    const large = object(fields(300, { type: "string" }));
    const schema = object(fields(300, { $ref: "#/$defs/large" }), { $defs: { large } });
    expect(check(schema, { p7: { p8: 8 } })).toBe("p7.p8: must be string");
  });

  test("of the same id in two tools is two schemas", () => {
    const $id = "https://example.com/args";
    expect(check(object({ a: { type: "string" } }, { $id }), { a: 1 })).toBe("a: must be string");
    expect(check(object({ a: { type: "number" } }, { $id }), { a: 1 })).toBeNull();
  });

  test.each<readonly [string, JsonObject, RegExp]>([
    [
      "refers to the network",
      object({ a: { $ref: "https://example.com/schema.json" } }),
      /can't resolve reference/,
    ],
    ["has a pattern that is none", object({ a: { pattern: "(" } }), /Invalid regular expression/],
    ["has a type that is none", object({ a: { type: "text" } }), /type must be/],
    [
      "is very large",
      object(Object.fromEntries([...Array(1_000).keys()].map((index) => [`p${index}`, {}]))),
      /more than 1000 parts/,
    ],
  ])("that %s is said to be broken, each time", (_, schema, why) => {
    for (let time = 0; time < 2; time++) {
      const sentence = check(schema, { a: "x" });
      expect(sentence).toMatch(/^the server's schema for these arguments is broken/);
      expect(sentence).toMatch(why);
    }
  });
});

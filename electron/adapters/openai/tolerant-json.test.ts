import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isWholeObject, readArguments } from "./tolerant-json.ts";

describe("arguments are read", () => {
  test.each([
    ["", {}],
    ["null", {}],
    ['{"a": 1}', { a: 1 }],
    ['"{\\"a\\": 1}"', { a: 1 }],
    ['```json\n{"a": 1}\n```', { a: 1 }],
    ["{'a': 'it\\'s'}", { a: "it's" }],
    ['{"a": [1, 2,], }', { a: [1, 2] }],
    ['{"a": {"b": "c"', { a: { b: "c" } }],
    ['{"a": ["b",', { a: ["b"] }],
    ['{"a": "line\nline"}', { a: "line\nline" }],
    ["{'a': True, 'b': None}", { a: true, b: null }],
    ["{'a': -1.5e3, 'b': '\\u0041\\n'}", { a: -1500, b: "A\n" }],
  ])("%s", (text, value) => {
    expect(readArguments(text)).toEqual(value);
  });

  test("as they are when they are valid JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        expect(readArguments(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("arguments are not guessed", () => {
  test.each([
    "[1]",
    "42",
    '"text"',
    '{"a"',
    '{"a":',
    '{"a": "unfinished',
    '{"a": 12',
    '{"a": 1} and more',
    '{"a": 1 "b": 2}',
    '{"a": 1]',
    '{"a": tru}',
    "{a: 1}",
    "please call it with 6 * 7",
    `{"a": ${"[".repeat(200)}`,
  ])("%s", (text) => {
    expect(readArguments(text)).toBeNull();
  });

  test("and reading never throws, whatever a cut leaves; what it reads is part of what was meant", () => {
    const flat = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    );
    fc.assert(
      fc.property(flat, fc.nat(200), (value, cut) => {
        const text = JSON.stringify(value);
        const read = readArguments(text.slice(0, cut));
        for (const [key, part] of Object.entries(read ?? {})) expect(part).toEqual(value[key]);
      }),
    );
  });
});

test("a whole object is told from a part of one", () => {
  expect(isWholeObject('{"a": {}}')).toBe(true);
  expect(isWholeObject('{"a": {}')).toBe(false);
  expect(isWholeObject("")).toBe(false);
});

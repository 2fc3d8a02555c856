import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../shared/messages.ts";
import { canonical } from "./canonical.ts";
import { editFields, firstDraft, readFields, readText } from "./edited-arguments.ts";
import { visibleJson } from "./visible-text.ts";

describe("arguments by field", () => {
  test("texts are typed as they are, all else as JSON", () => {
    const fields = editFields({ path: "a.txt", days: 3, tags: ["one"] }) ?? [];
    expect(fields.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "path text",
      "days json",
      "tags json",
    ]);
    const draft = { ...firstDraft(fields), path: "b.txt", days: "4" };
    expect(readFields(fields, draft)).toEqual({
      type: "ready",
      arguments: { path: "b.txt", days: 4, tags: ["one"] },
    });
  });

  test("a text that a field would change or hide is typed as JSON, with escapes", () => {
    const [field] = editFields({ path: "a\u202Eb\r\nc" }) ?? [];
    expect(field).toMatchObject({ kind: "json", first: '"a\\u202eb\\r\\nc"' });
  });

  test("what is not JSON is told at its field", () => {
    const fields = editFields({ days: 3 }) ?? [];
    expect(readFields(fields, { days: "three" })).toMatchObject({ type: "wrong", field: "days" });
  });

  test("no arguments, or too many for fields, are one JSON text", () => {
    expect(editFields({})).toBeNull();
    expect(editFields(Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`a${n}`, n])))).toBeNull();
  });
});

test("as JSON, only an object counts", () => {
  expect(readText('{"path": "b.txt"}')).toEqual({ type: "ready", arguments: { path: "b.txt" } });
  for (const text of ["", "[]", "null", "3", "{"]) expect(readText(text)).toMatchObject({ type: "wrong" });
});

test("unchanged, both ways give back exactly the arguments", () => {
  const values = fc.dictionary(fc.string({ unit: "binary", maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), {
    maxKeys: 4,
  });
  fc.assert(
    fc.property(values, (given) => {
      const value = given as JsonObject;
      const whole = readText(visibleJson(value));
      expect(whole.type === "ready" && canonical(whole.arguments)).toBe(canonical(value));
      const fields = editFields(value);
      if (!fields) return;
      const read = readFields(fields, firstDraft(fields));
      expect(read.type === "ready" && canonical(read.arguments)).toBe(canonical(value));
    }),
  );
});

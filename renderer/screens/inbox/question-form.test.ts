import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../shared/messages.ts";
import { checkAnswer, fieldAtFault, firstAnswer, questionFields, type TypedAnswer } from "./question-form.ts";

const SCHEMA: JsonObject = {
  type: "object",
  properties: {
    name: { type: "string", title: "Your name", description: "As it is printed", minLength: 2, maxLength: 5 },
    mail: { type: "string", format: "email" },
    site: { type: "string", format: "uri" },
    day: { type: "string", format: "date" },
    at: { type: "string", format: "date-time" },
    age: { type: "integer", minimum: 18, maximum: 120 },
    share: { type: "number", default: 0.5 },
    news: { type: "boolean", default: true },
    colour: { type: "string", enum: ["r", "g"], enumNames: ["Red", "Green"], default: "g" },
    size: { oneOf: [{ const: "s", title: "Small" }, { const: "l" }] },
    days: { type: "array", items: { type: "string", enum: ["mon", "tue", "wed"] }, minItems: 1, maxItems: 2 },
  },
  required: ["name", "age", "colour"],
};
const fields = questionFields(SCHEMA);
const check = (typed: TypedAnswer) => checkAnswer(fields, { ...firstAnswer(fields), ...typed });
const good = { name: "Ada", age: "36" };

test("every kind of field has its input, its words and its default", () => {
  expect(fields.map(({ name, kind, need }) => `${name} ${kind.type} ${need}`)).toEqual([
    "name text required",
    "mail text optional",
    "site text optional",
    "day text optional",
    "at text optional",
    "age number required",
    "share number optional",
    "news boolean optional",
    "colour one-of required",
    "size one-of optional",
    "days some-of optional",
  ]);
  expect(fields[0]).toMatchObject({ label: "Your name", hint: "As it is printed" });
  expect(
    fields.map(({ kind }) => (kind.type === "one-of" ? kind.options.map((o) => o.label) : []))[8],
  ).toEqual(["Red", "Green"]);
});

test("an answer holds what was typed, and leaves out what was not", () => {
  expect(check(good)).toEqual({
    type: "ready",
    content: { name: "Ada", age: 36, share: 0.5, news: true, colour: "g" },
  });
  expect(check({ ...good, days: ["mon", "wed"], size: "l", news: "false" })).toMatchObject({
    content: { days: ["mon", "wed"], size: "l", news: false },
  });
});

describe("what does not fit is told at its field", () => {
  test.each([
    ["name", ""],
    ["name", "A"],
    ["name", "Augusta"],
    ["mail", "ada"],
    ["site", "not an address"],
    ["day", "2026-13-40"],
    ["at", "tomorrow"],
    ["age", "17"],
    ["age", "121"],
    ["age", "36.5"],
    ["age", "many"],
    ["days", ["mon", "tue", "wed"]],
  ])("%s: %j", (name, value) => {
    const checked = check({ ...good, [name]: value });
    expect(checked.type === "wrong" && Object.keys(checked.errors)).toEqual([name]);
  });

  test("lengths are counted in characters, not in halves of pairs", () => {
    expect(check({ ...good, name: "😀😀😀😀😀" }).type).toBe("ready");
  });

  test("the kernel's word about a field finds it", () => {
    expect(fieldAtFault(fields, "answer.content.mail")).toBe("mail");
    expect(fieldAtFault(fields, "answer.content")).toBeNull();
  });
});

test("a question for a secret is seen by its name or its words", () => {
  const asks = (property: JsonObject, name = "value") =>
    questionFields({ properties: { [name]: property } })[0]?.secrecy;
  expect(asks({ type: "string" }, "password")).toBe("asks-for-a-secret");
  expect(asks({ type: "string", title: "API key" })).toBe("asks-for-a-secret");
  expect(asks({ type: "string", description: "The last digits of your card number" })).toBe(
    "asks-for-a-secret",
  );
  expect(asks({ type: "string", title: "PIN" })).toBe("asks-for-a-secret");
  expect(asks({ type: "string", title: "Colour" })).toBe("plain");
  expect(asks({ type: "integer", description: "A number you like (not your pin)" })).toBe("plain");
});

test("a schema that is none makes no field and no error", () => {
  expect(questionFields({})).toEqual([]);
  expect(questionFields({ properties: { odd: 3, list: [] } }).map(({ kind }) => kind.type)).toEqual([
    "text",
    "text",
  ]);
});

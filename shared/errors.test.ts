import { describe, expect, test } from "vitest";
import { z } from "zod";
import { kernelErrorSchema } from "./error-schema.ts";
import { assertNever, badInput, invariant, KernelError, toErrorData } from "./errors.ts";

test("an error goes over the wire and back", () => {
  const error = new KernelError("conflict", "taken", { hint: "wait", field: "name", retryAt: 5 });
  const data = kernelErrorSchema.parse(JSON.parse(JSON.stringify(error.data)));
  const back = KernelError.from(data);
  expect([back.message, back.data]).toEqual(["taken", error.data]);
});

test.each([
  [new KernelError("denied", "no"), { code: "denied", message: "no" }],
  [new TypeError("x is undefined"), { code: "internal", message: "x is undefined" }],
  ["a text", { code: "internal", message: "a text" }],
  [{ message: "no error" }, { code: "internal", message: "unknown" }],
  [Object.create(null), { code: "internal", message: "unknown" }],
  [Symbol("odd"), { code: "internal", message: "unknown" }],
  [null, { code: "internal", message: "unknown" }],
])("whatever is thrown is error data: %j", (thrown, data) => {
  expect(toErrorData(thrown)).toEqual(data);
});

describe("bad input names its field", () => {
  const inner = z.strictObject({ count: z.int() });
  const schema = z.strictObject({
    name: z.string(),
    list: z.array(inner).default([]),
    choice: z
      .union([z.strictObject({ id: z.string() }), z.strictObject({ from: z.int(), to: z.int() })])
      .optional(),
  });
  test.each([
    [{}, "name"],
    [{ name: 5 }, "name"],
    [{ name: "x", surplus: 1 }, "surplus"],
    [{ name: "x", list: [{ count: 1 }, { count: "two" }] }, "list.1.count"],
    [{ name: "x", list: [{ count: 1, more: 2 }] }, "list.0.more"],
    [{ name: "x", choice: { id: 5 } }, "choice.id"],
    [{ name: "x", choice: { from: 1, to: "2" } }, "choice.to"],
    [{ name: "x", choice: { from: 1, to: 2, by: 3 } }, "choice.by"],
  ])("%j", (input, field) => {
    const { error } = schema.safeParse(input);
    if (!error) throw new Error("it is bad");
    const { data } = badInput("the thing", error);
    expect([data.code, data.field]).toEqual(["bad-input", field]);
    expect(data.message).toMatch(new RegExp(`^the thing: ${field}: .`));
  });

  test("and the thing alone when the whole of it is at fault", () => {
    const { error } = schema.safeParse("text");
    if (!error) throw new Error("it is bad");
    expect(badInput("the thing", error).data.field).toBeUndefined();
  });
});

test("an invariant that does not hold panics, and so does a case that cannot be", () => {
  expect(() => invariant(true, "it holds")).not.toThrow();
  expect(() => invariant(null, "there is one")).toThrow("Invariant broken: there is one");
  expect(() => assertNever("odd" as never)).toThrow('Unexpected value: "odd"');
});

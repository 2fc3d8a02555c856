import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONTRACT, type ContractHandlers, METHOD_NAMES, type MethodName } from "../../shared/contract.ts";
import { kernelErrorSchema } from "../../shared/error-schema.ts";
import { KernelError } from "../../shared/errors.ts";
import { serveContract } from "./serve-contract.ts";
import { GOOD } from "./testing/good-inputs.ts";

/** Handlers that give back what they were given. */
const echo = Object.fromEntries(
  METHOD_NAMES.map((name) => [name, async (input: unknown) => ({ input })]),
) as unknown as ContractHandlers;

/** Fields of each good input, with the method they belong to. */
const FIELDS = METHOD_NAMES.flatMap((method) =>
  Object.keys(GOOD[method]).map((field) => [method, field] as const),
);

const goodField = (method: MethodName, field: string): unknown =>
  (GOOD[method] as Readonly<Record<string, unknown>>)[field];

const required = ([method, field]: readonly [MethodName, string]): boolean => {
  const { [field]: _, ...rest } = GOOD[method] as Readonly<Record<string, unknown>>;
  return !CONTRACT[method].input.safeParse(rest).success;
};

test.each(METHOD_NAMES)("%s takes a good input", async (method) => {
  expect(await serveContract(echo, method, GOOD[method])).toEqual({
    ok: true,
    output: { input: GOOD[method] },
  });
});

describe("bad input is answered with its field", () => {
  test.each(FIELDS)("%s: %s of another type", async (method, field) => {
    for (const wrong of [{ wrong: 1 }, ["wrong"], true, -1.5, "\u0000 \n"]) {
      const reply = await serveContract(echo, method, { ...GOOD[method], [field]: wrong });
      if (reply.ok) {
        // A text can be of any sort, a list of texts holds any text, and a tool's arguments are any object.
        expect(
          typeof wrong === "string" || Array.isArray(goodField(method, field)) || field === "arguments",
        ).toBe(true);
        continue;
      }
      expect(reply.error.code).toBe("bad-input");
      expect(reply.error.field?.split(".")[0]).toBe(field);
      expect(reply.error.message).toContain(`${method}: ${field}`);
    }
  });

  test.each(FIELDS.filter(required))("%s: %s left out", async (method, field) => {
    const { [field]: _, ...rest } = GOOD[method] as Readonly<Record<string, unknown>>;
    const reply = await serveContract(echo, method, rest);
    expect(reply).toMatchObject({ ok: false, error: { code: "bad-input" } });
    if (method !== "cores.test") expect(reply).toMatchObject({ error: { field } });
  });

  test.each(METHOD_NAMES)("%s: a field that it does not have", async (method) => {
    const reply = await serveContract(echo, method, { ...GOOD[method], surplus: 1 });
    expect(reply).toMatchObject({ ok: false, error: { code: "bad-input", field: "surplus" } });
  });

  test.each(METHOD_NAMES)("%s: no object at all", async (method) => {
    for (const wrong of ["text", 5, true, [], [GOOD[method]]]) {
      expect(await serveContract(echo, method, wrong)).toMatchObject({
        ok: false,
        error: { code: "bad-input", message: expect.stringContaining(method) },
      });
    }
  });
});

test("no input is the empty one", async () => {
  expect(await serveContract(echo, "kernel.info", undefined)).toMatchObject({ ok: true });
  expect(await serveContract(echo, "kernel.info", null)).toMatchObject({ ok: true });
  expect(await serveContract(echo, "agents.kill", null)).toMatchObject({ error: { field: "agentId" } });
});

test.each(["", "kernel", "__proto__", "constructor", "toString", "agents.launch "])(
  "%j is no method",
  async (method) => {
    expect(await serveContract(echo, method, {})).toMatchObject({
      ok: false,
      error: { code: "unknown-method" },
    });
  },
);

test("whatever comes, the reply is typed and nothing is thrown", async () => {
  const name = fc.oneof(fc.constantFrom<string>(...METHOD_NAMES), fc.string());
  await fc.assert(
    fc.asyncProperty(name, fc.jsonValue(), async (method, input) => {
      const reply = await serveContract(echo, method, input);
      if (!reply.ok) expect(kernelErrorSchema.safeParse(reply.error).success).toBe(true);
    }),
  );
});

test.each([
  [
    new KernelError("conflict", "taken", { hint: "wait" }),
    { code: "conflict", message: "taken", hint: "wait" },
  ],
  [new Error("broken"), { code: "internal", message: "broken" }],
  ["text", { code: "internal", message: "text" }],
  [Object.create(null), { code: "internal", message: "unknown" }],
  [undefined, { code: "internal", message: "unknown" }],
])("a handler that throws %j is a typed reply", async (thrown, error) => {
  const handlers = {
    ...echo,
    "kernel.info": async () => {
      throw thrown;
    },
  };
  expect(await serveContract(handlers, "kernel.info", {})).toEqual({ ok: false, error });
});

import { describe, expect, test } from "vitest";
import { agentIdSchema, approvalIdSchema, grantIdSchema, seqSchema, syscallIdSchema } from "./id-schemas.ts";
import { agentId, approvalId, grantId, idNumber, syscallId } from "./ids.ts";
import { manifestSchema } from "./manifest.ts";

test("ids are a letter and a number, and the schema takes what the maker makes", () => {
  expect(agentIdSchema.parse(agentId(7))).toBe("a7");
  expect(syscallIdSchema.parse(syscallId(42))).toBe("s42");
  expect(approvalIdSchema.parse(approvalId(3))).toBe("p3");
  expect(grantIdSchema.parse(grantId(2))).toBe("g2");
  expect(idNumber(syscallId(42))).toBe(42);
});

test.each([
  "",
  "a",
  "a0",
  "a-1",
  "a1.5",
  "a1e3",
  "b1",
  "A1",
  "a1 ",
  "aa1",
  "aNaN",
  "a1; drop",
  "a07",
  `a${"9".repeat(16)}`,
  7,
  null,
])("%j is no agent's id", (id) => {
  expect(agentIdSchema.safeParse(id).success).toBe(false);
});

test.each([-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1, "1"])("%j is no place in the log", (at) => {
  expect(seqSchema.safeParse(at).success).toBe(false);
});

describe("a manifest", () => {
  const least = {
    name: "helper",
    title: "Helper",
    description: "Helps.",
    instructions: "Help.",
    tools: [],
    sampleTasks: ["help"],
  };

  test("has defaults for all that it need not say", () => {
    expect(manifestSchema.parse(least)).toMatchObject({
      limits: { steps: 24, tokens: 200_000, children: 0 },
      loop: "react",
      priority: 5,
      model: null,
      mode: null,
      children: [],
    });
  });

  test.each([
    ["a name with capitals", { name: "Helper" }],
    ["a name that leads elsewhere", { name: "../x" }],
    ["a misspelt limit", { limits: { step: 3 } }],
    ["a field that it does not have", { tols: [] }],
    ["a limit beyond its bound", { limits: { steps: 201 } }],
    ["no sample task", { sampleTasks: [] }],
    ["a priority beyond 9", { priority: 10 }],
  ])("is refused with %s", (_, fields) => {
    expect(manifestSchema.safeParse({ ...least, ...fields }).success).toBe(false);
  });
});

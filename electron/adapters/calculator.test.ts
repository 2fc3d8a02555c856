import { describe, expect, test } from "vitest";
import { createCalculator } from "./calculator.ts";
import { toolRun } from "./testing/tool-run.ts";

const calculator = createCalculator();

describe("calculate tool", () => {
  test("gives the number as plain text, and has no effect on anything", async () => {
    const args = calculator.parse({ expression: " 23 * 19 + 7 " });
    expect(await calculator.effects(args, { memoryOwner: "ada" })).toEqual([]);
    expect(await calculator.run(args, toolRun())).toBe("444");
  });

  test("names what is wrong with its input", async () => {
    expect(() => calculator.parse({})).toThrow("calculate: expression");
    expect(() => calculator.parse({ expression: "" })).toThrow("calculate: expression");
    expect(() => calculator.parse({ expression: "1+".repeat(600) })).toThrow("calculate: expression");
    await expect(calculator.run({ expression: "1 / 0" }, toolRun())).rejects.toMatchObject({
      data: { code: "tool-failed" },
    });
  });
});

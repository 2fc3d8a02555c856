import { z } from "zod";
import type { Tool } from "../kernel/ports.ts";
import { adapterTool } from "./adapter-tool.ts";
import { CalculatorThread } from "./calculator/calculator-thread.ts";

/** The `calculate` tool: exact decimal arithmetic, without a way to run code. */
export function createCalculator(): Tool {
  const thread = new CalculatorThread();
  return adapterTool({
    name: "calculate",
    description:
      "Works out a formula exactly and returns the number. Operators + - * / ^ % !, brackets, pi, e, and functions " +
      "such as sqrt, round, min, max, mean, median, gcd, lcm, log, log10, sin. Example: (23 * 19) + 7",
    input: z.object({
      expression: z
        .string()
        .trim()
        .min(1)
        .max(1_000)
        .describe("The formula, such as 15% of 80 or sqrt(2) * 3"),
    }),
    kind: "tool",
    idempotent: "yes",
    concurrency: 4,
    timeoutMs: 5_000,
    effects: () => [],
    run: ({ expression }, { signal }) => thread.calculate(expression, signal),
  });
}

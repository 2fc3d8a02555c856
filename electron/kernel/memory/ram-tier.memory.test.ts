import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { RamMeasurement } from "../testing/measure-ram-tier.ts";

const PROGRAM = fileURLToPath(new URL("../testing/measure-ram-tier.ts", import.meta.url));

/** What V8 holds more than before, in a process of its own that holds nothing else. */
function measure(...args: readonly (string | number)[]): RamMeasurement {
  const nodeArgs = ["--expose-gc", "--no-warnings", PROGRAM, ...args.map(String)];
  return JSON.parse(execFileSync(process.execPath, nodeArgs, { encoding: "utf8" }));
}

const MIXED = "40,120,300,900,3000";

test.each([
  ["mixed sizes, all used", 30_000, MIXED, "latin", "used", 1e9],
  ["short texts", 45_000, "60", "latin", "used", 1e9],
  ["letters of two bytes", 20_000, "40,400", "other", "used", 1e9],
  ["nearly all evicted again, with what is known of their uses", 30_000, MIXED, "latin", "used", 8_000_000],
])("%s: RAM accounted is within a twentieth of RAM held", (_, count, lengths, script, use, budget) => {
  const { held, accounted, items } = measure(count, lengths, script, use, budget);
  expect(items).toBeGreaterThan(budget === 1e9 ? count - 1 : 4_000);
  expect(accounted).toBeGreaterThan(held * 0.95);
  expect(accounted).toBeLessThan(held * 1.05);
});

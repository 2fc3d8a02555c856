import { join } from "node:path";
import { type CheckResult, runChecks } from "./check/run-checks.ts";

const WORDS = { passed: "ok     ", failed: "FAILED ", skipped: "skipped" } as const;

/** Prints one line for each check, and under it what is wrong. */
export function printChecks(results: readonly CheckResult[]): void {
  for (const { name, outcome, report } of results) {
    console.log(`${WORDS[outcome]} ${name}`);
    if (report !== "") console.log(report.replace(/^/gm, "       "));
  }
}

if (import.meta.main) {
  const results = await runChecks(join(import.meta.dirname, ".."));
  printChecks(results);
  const failed = results.filter((result) => result.outcome === "failed").length;
  console.log(failed === 0 ? "Every check passed" : `${failed} of ${results.length} checks failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

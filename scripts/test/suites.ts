import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { z } from "zod";

/** Longest one suite may take, in ms: a last safety against one that hangs. All together must stay under 20 minutes. */
const SUITE_MS = 11 * 60_000;

/** What a suite adds to the last line. A suite that could not run is one failure, so that it cannot be missed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export const add = (left: Tally, right: Tally): Tally => ({
  passed: left.passed + right.passed,
  failed: left.failed + right.failed,
  skipped: left.skipped + right.skipped,
});

export const summary = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** The tally of vitest's JSON report. A file that did not even load counts as one failure. */
export function tallyVitest(report: unknown): Tally {
  const read = vitestReport.parse(report);
  const notLoaded = read.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: read.numPassedTests,
    failed: read.numFailedTests + notLoaded.length,
    skipped: read.numPendingTests + read.numTodoTests,
  };
}

const playwrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
  errors: z.array(z.unknown()),
});

/** The tally of Playwright's JSON report. A flaky test is a failed one. */
export function tallyPlaywright(report: unknown): Tally {
  const { stats, errors } = playwrightReport.parse(report);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}

export interface Suite {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where it leaves its JSON report. */
  readonly report: string;
  readonly tally: (report: unknown) => Tally;
}

/** Runs a suite on the standard streams and reads its report. Never throws. */
export async function runSuite(root: string, suite: Suite, print: (line: string) => void): Promise<Tally> {
  const code = await new Promise<number>((resolve) => {
    const child = spawn(process.execPath, [join(root, suite.script), ...suite.args], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      timeout: SUITE_MS,
      // Tests that start `node` must get this one, not the system's.
      env: {
        ...process.env,
        ...suite.environment,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
      },
    });
    child.on("error", () => resolve(1));
    child.on("close", (status) => resolve(status ?? 1));
  });
  let tally: Tally;
  try {
    tally = suite.tally(JSON.parse(readFileSync(suite.report, "utf8")));
  } catch {
    print(`${suite.name} could not run: it ended with code ${code} and left no report`);
    return { ...NOTHING, failed: 1 };
  }
  if (code === 0 || tally.failed > 0) return tally;
  print(`${suite.name} ended with code ${code} although no test failed`);
  return add(tally, { ...NOTHING, failed: 1 });
}

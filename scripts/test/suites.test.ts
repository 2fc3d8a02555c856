import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findChromium } from "./chromium.ts";
import { add, runSuite, summary, tallyPlaywright, tallyVitest } from "./suites.ts";

describe("tallies", () => {
  test("vitest: pending and todo are skipped, a file that did not load is a failure", () => {
    const report = {
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      testResults: [
        { status: "passed", assertionResults: [{}] },
        { status: "failed", assertionResults: [{}] },
        { status: "failed", assertionResults: [] },
      ],
    };
    expect(tallyVitest(report)).toEqual({ passed: 5, failed: 2, skipped: 3 });
  });

  test("playwright: flaky tests and errors outside tests are failures", () => {
    const report = { stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] };
    expect(tallyPlaywright(report)).toEqual({ passed: 3, failed: 3, skipped: 2 });
  });

  test("add up to one plain line", () => {
    const total = add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
    expect(summary(total)).toBe("11 passed, 22 failed, 33 skipped");
  });
});

describe("runSuite", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "aios-suite-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const tally = () => ({ passed: 4, failed: 0, skipped: 0 });
  const run = async (program: string) => {
    writeFileSync(join(root, "suite.mjs"), program);
    const report = join(root, "report.json");
    const printed: string[] = [];
    const suite = { name: "suite", script: "suite.mjs", args: [report], environment: {}, report, tally };
    return { result: await runSuite(root, suite, (line) => printed.push(line)), printed };
  };
  const leaveReport = `import { writeFileSync } from "node:fs"; writeFileSync(process.argv[2], "{}");`;

  test("reads the report that the suite leaves", async () => {
    expect(await run(leaveReport)).toEqual({ result: tally(), printed: [] });
  });

  test("a suite that leaves no report is a failure with a reason", async () => {
    const { result, printed } = await run("process.exit(9)");
    expect(result).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(printed).toEqual(["suite could not run: it ended with code 9 and left no report"]);
  });

  test("a failing exit code with a clean report is a failure all the same", async () => {
    const { result } = await run(`${leaveReport} process.exitCode = 1;`);
    expect(result).toEqual({ passed: 4, failed: 1, skipped: 0 });
  });
});

test("a CHROMIUM_PATH with nothing there is reported, not replaced", () => {
  expect(findChromium({ CHROMIUM_PATH: "/nowhere/chromium" })).toEqual({
    type: "missing",
    reason: "CHROMIUM_PATH is /nowhere/chromium, and nothing is there",
  });
});

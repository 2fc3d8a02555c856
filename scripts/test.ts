import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureAddOn } from "./addon.ts";
import { type CheckResult, runChecks } from "./check/run-checks.ts";
import { printChecks } from "./check.ts";
import { runChild } from "./start/run-child.ts";
import { ensureChromium } from "./test/chromium.ts";
import { ensureSandbox } from "./test/sandbox.ts";
import { add, NOTHING, runSuite, summary, type Tally, tallyPlaywright, tallyVitest } from "./test/suites.ts";

const ROOT = join(import.meta.dirname, "..");
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Checks, builds, and runs every suite. Returns what all of them came to. */
async function testAll(reports: string): Promise<Tally> {
  const browser = await ensureChromium(ROOT, process.env, print);
  if (browser.type === "missing") print(`Browser tests are skipped: ${browser.reason}`);
  const environment: Record<string, string> = browser.type === "found" ? { CHROMIUM_PATH: browser.path } : {};
  const sandbox = await ensureSandbox(print);
  if (sandbox.type === "missing")
    print(`Tests of the sandbox are skipped: ${sandbox.reason}. ${sandbox.hint}`);
  // Waits for the network while the checks need the processor.
  const addOn = addOnTally();

  print("\n== check");
  const checks = await runChecks(ROOT);
  printChecks(checks);
  const ended = (outcome: CheckResult["outcome"]): number =>
    checks.filter((check) => check.outcome === outcome).length;
  let total: Tally = { passed: ended("passed"), failed: ended("failed"), skipped: ended("skipped") };

  print("\n== build");
  const build = await runChild(process.execPath, [join(ROOT, "scripts", "build.ts")], {
    cwd: ROOT,
    env: process.env,
    errors: "show",
  });
  total = add(total, build.code === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 });

  total = add(total, await addOn);

  print("\n== unit and stand-in tests");
  const vitest = join(reports, "vitest.json");
  total = add(
    total,
    await runSuite(
      ROOT,
      {
        name: "vitest",
        script: "node_modules/vitest/vitest.mjs",
        args: ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${vitest}`],
        environment,
        report: vitest,
        tally: tallyVitest,
      },
      print,
    ),
  );

  print("\n== browser tests");
  if (browser.type === "missing") return add(total, { ...NOTHING, skipped: 1 });
  if (build.code !== 0) {
    print("Browser tests could not run: the build failed");
    return add(total, { ...NOTHING, failed: 1 });
  }
  const playwright = join(reports, "playwright.json");
  return add(
    total,
    await runSuite(
      ROOT,
      {
        name: "playwright",
        script: "node_modules/@playwright/test/cli.js",
        args: ["test", "--reporter=list,json"],
        environment: { ...environment, PLAYWRIGHT_JSON_OUTPUT_FILE: playwright },
        report: playwright,
        tally: tallyPlaywright,
      },
      print,
    ),
  );
}

/** Tests of model files skip themselves without the engine: that it could not be had must fail the run. */
async function addOnTally(): Promise<Tally> {
  const outcome = await ensureAddOn(print);
  switch (outcome.type) {
    case "there":
      return { ...NOTHING, passed: 1 };
    case "unsupported":
      print(`Tests of model files are skipped: ${outcome.text}`);
      return { ...NOTHING, skipped: 1 };
    case "failed":
      print(`Tests of model files cannot run: ${outcome.error.message}. ${outcome.error.hint ?? ""}`);
      return { ...NOTHING, failed: 1 };
  }
}

if (import.meta.main) {
  const reports = mkdtempSync(join(tmpdir(), "aios-test-"));
  try {
    const total = await testAll(reports);
    print(`\n${summary(total)}`);
    process.exitCode = total.failed === 0 ? 0 : 1;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

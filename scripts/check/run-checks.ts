import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkFileLength } from "./file-length.ts";
import { checkImportTable } from "./import-table.ts";
import { checkKernelPurity } from "./kernel-purity.ts";
import { type Finding, readSourceFiles } from "./source-files.ts";

export interface CheckResult {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** What is wrong, or why it was skipped, ready to print; empty when passed. */
  readonly report: string;
}

/** Runs every check on the project at `root`. Never throws: a check that cannot run has failed, saying why. */
export async function runChecks(root: string): Promise<CheckResult[]> {
  const files = readSourceFiles(root);
  return [
    await runTool("types", root, process.execPath, [
      join(root, "node_modules/typescript/bin/tsc"),
      "-p",
      root,
      "--pretty",
      "false",
    ]),
    await lint(root),
    resultOf("import table", () => checkImportTable(files)),
    resultOf("file length", () => checkFileLength(files)),
    resultOf("kernel purity", () => checkKernelPurity(files)),
  ];
}

/** Biome comes as the program for Linux on x64 alone: with the others in the lock file `npm ci` fails. */
async function lint(root: string): Promise<CheckResult> {
  const name = "lint and format";
  const biome = join(root, `node_modules/@biomejs/cli-${process.platform}-${process.arch}/biome`);
  if (!existsSync(biome)) {
    const report = `There is no Biome for ${process.platform} on ${process.arch} among the packages`;
    return { name, outcome: "skipped", report };
  }
  return runTool(name, root, biome, ["check", "--colors=off", "--max-diagnostics=200", root]);
}

function resultOf(name: string, check: () => readonly Finding[]): CheckResult {
  try {
    const findings = check();
    return { name, outcome: findings.length === 0 ? "passed" : "failed", report: formatFindings(findings) };
  } catch (error) {
    return { name, outcome: "failed", report: error instanceof Error ? error.message : String(error) };
  }
}

export const formatFindings = (findings: readonly Finding[]): string =>
  findings
    .map(({ file, line, message }) => `${line === null ? file : `${file}:${line}`} ${message}`)
    .join("\n");

function runTool(name: string, root: string, program: string, args: readonly string[]): Promise<CheckResult> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args], { cwd: root });
    let report = "";
    child.stdout.on("data", (text: Buffer) => {
      report += text.toString();
    });
    child.stderr.on("data", (text: Buffer) => {
      report += text.toString();
    });
    child.on("error", (error) => resolve({ name, outcome: "failed", report: error.message }));
    child.on("close", (code) =>
      resolve(
        code === 0
          ? { name, outcome: "passed", report: "" }
          : { name, outcome: "failed", report: report.trim() },
      ),
    );
  });
}

import { homedir, tmpdir } from "node:os";
import type { SandboxRequest } from "../sandbox.ts";
import { type ProgramEnd, runProgram } from "./program.ts";
import { systemEnvironment } from "./start-script.ts";

/**
 * Runs a program with the person's own rights, for machines without a sandbox: only its environment, its time, its
 * output and its processes are held back. A process that leaves the group and its parent is not found again.
 */
export function runUnconfined(request: SandboxRequest): Promise<ProgramEnd> {
  return runProgram({
    ...request,
    env: { ...systemEnvironment(homedir()), TMPDIR: tmpdir(), ...request.env },
    ownProcesses: 0,
  });
}

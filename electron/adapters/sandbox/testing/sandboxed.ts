import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sensitivityToPrograms } from "../../../kernel/access/workspace-scope.ts";
import { createSandbox, type ProgramEnd, type Sandbox, type SandboxRequest } from "../../sandbox.ts";
import { findSandbox } from "../availability.ts";

const found = await findSandbox();
/** Why tests of the real sandbox cannot run here; null when they can. */
export const NO_SANDBOX = found.type === "missing" ? `${found.reason}. ${found.hint}` : null;

/** A real sandbox over a data folder of its own, as the program has it: the workspace lies in the data folder. */
export class Sandboxed {
  readonly dataFolder = realpathSync(mkdtempSync(join(tmpdir(), "sandboxed-")));
  readonly workspace = join(this.dataFolder, "workspace");
  readonly sandbox: Sandbox = createSandbox({
    dataFolder: this.dataFolder,
    sensitivity: sensitivityToPrograms,
  });

  constructor() {
    mkdirSync(this.workspace);
  }

  /** Runs a bash line to its end. */
  bash(command: string, more: Partial<SandboxRequest> = {}): Promise<ProgramEnd> {
    return this.sandbox.run({
      argv: ["bash", "--noprofile", "--norc", "-c", command],
      folder: this.workspace,
      writes: "none",
      hosts: [],
      env: {},
      limits: { ms: 20_000, outputBytes: 1_000_000, processes: 32 },
      signal: new AbortController().signal,
      onOutput: () => {},
      ...more,
    });
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    rmSync(this.dataFolder, { recursive: true, force: true });
  }
}

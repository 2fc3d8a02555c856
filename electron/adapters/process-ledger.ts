import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { z } from "zod";
import { KernelError } from "../../shared/errors.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { endGroup, membersOf, statOf } from "./mcp/process-group.ts";

const entrySchema = z.object({ pid: z.int().min(2), started: z.string().min(1), command: z.string() });
/** A process group that was started: its leader's pid, when it started as the system counts, and what it runs. */
export type LedgerEntry = Readonly<z.infer<typeof entrySchema>>;

const ledgerSchema = z.object({ mark: z.string(), entries: z.array(entrySchema) });
type Ledger = z.infer<typeof ledgerSchema>;

/** Stands in the environment of each process in the ledger, and is inherited by its children. */
export const MARK_VARIABLE = "AIOS_PROCESS_MARK";

/** The process groups of a kernel, in a file, so that the next kernel can end what a killed one left. */
export interface ProcessLedger {
  /** Value of MARK_VARIABLE for the processes to come. */
  readonly mark: string;
  /** What the last kernel had left, ended when the ledger was opened. */
  readonly ended: readonly LedgerEntry[];
  /** Writes down a leader that has just been started. Throws `storage-failed`. A process that is gone is left out. */
  add(pid: number, command: string): Promise<void>;
  /** Its whole group has ended. Never throws: an entry too many is recognised at the next start. */
  remove(pid: number): void;
}

/**
 * Opens the ledger, and ends the groups that a dead kernel left: each whose leader has the pid and the start time
 * that were written down, and on Linux also those whose leader is gone and whose members carry the mark. Only the
 * holder of the data folder may open it. Throws `storage-failed`; a file that cannot be read counts as empty.
 */
export async function openProcessLedger(file: string): Promise<ProcessLedger> {
  const left = await readLedger(file);
  const ended: LedgerEntry[] = [];
  await Promise.all(
    left.entries.map(async (entry) => {
      if (!(await isOurs(entry, left.mark))) return;
      await endGroup(entry.pid);
      ended.push(entry);
    }),
  );
  const mark = randomUUID();
  const entries = new Map<number, LedgerEntry>();
  const write = (): void => {
    try {
      const ledger: Ledger = { mark, entries: [...entries.values()] };
      writeFileAtomically(file, JSON.stringify(ledger), 0o600);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new KernelError("storage-failed", `The list of processes ${file} cannot be written: ${reason}`);
    }
  };
  write();
  return {
    mark,
    ended,
    async add(pid, command) {
      const started = await startOf(pid);
      if (started === null) return;
      entries.set(pid, { pid, started, command });
      write();
    },
    remove(pid) {
      if (!entries.delete(pid)) return;
      try {
        write();
      } catch {
        // The next start sees that there is no such process any more.
      }
    },
  };
}

async function readLedger(file: string): Promise<Ledger> {
  try {
    return ledgerSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return { mark: "", entries: [] };
  }
}

async function isOurs({ pid, started }: LedgerEntry, mark: string): Promise<boolean> {
  const now = await startOf(pid);
  if (now !== null || process.platform !== "linux") return now === started;
  const marks = await Promise.all((await membersOf(pid)).map((member) => carries(member, mark)));
  return marks.includes(true);
}

async function carries(pid: number, mark: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environment.split("\0").includes(`${MARK_VARIABLE}=${mark}`);
}

/** What tells a process from a later one of its pid; null when there is none. */
async function startOf(pid: number): Promise<string | null> {
  if (process.platform === "linux") {
    const stat = await statOf(pid);
    if (stat === null || stat.state === "Z") return null;
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
    return `${boot.trim()} ${stat.started}`;
  }
  if (process.platform === "win32") return null;
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], {
      env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
    });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}

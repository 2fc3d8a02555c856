import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { KernelError } from "../../../shared/errors.ts";
import { descendantsOf } from "./descendants.ts";
import { LET_GO_MS, PROCESS_POLL_MS } from "./limits.ts";

export interface ProgramLimits {
  readonly ms: number;
  readonly outputBytes: number;
  readonly processes: number;
}

export interface ProgramEnd {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Both streams in order of arrival. */
  readonly output: string;
  /** `cut`: there was more than `limits.outputBytes`. */
  readonly cut: "whole" | "cut";
  readonly ended: "exited" | "timed-out" | "cancelled" | "too-many-processes" | "too-much-output";
}

export interface ProgramRequest {
  readonly argv: readonly string[];
  readonly input?: string;
  readonly folder: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: ProgramLimits;
  /** Processes that are there for the sandbox's sake and do not count. */
  readonly ownProcesses: number;
  readonly signal: AbortSignal;
  onOutput(text: string): void;
}

/**
 * Runs a program in a process group of its own, to its end or to the first limit, and ends what is left of the group.
 * Throws `tool-failed` when it cannot be started.
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramEnd> {
  const { limits, signal } = request;
  if (signal.aborted) return { code: null, signal: null, output: "", cut: "whole", ended: "cancelled" };
  const [program = "", ...args] = request.argv;
  const child = spawn(program, args, {
    cwd: request.folder,
    env: request.env,
    stdio: ["pipe", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
    shell: false,
  });
  const exited = new Promise<{ readonly code: number | null; readonly signal: string | null }>(
    (resolve, reject) => {
      child.once("error", (error) =>
        reject(new KernelError("tool-failed", `${program} could not be started: ${error.message}`)),
      );
      child.once("exit", (code, by) => resolve({ code, signal: by }));
    },
  );
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let ended: ProgramEnd["ended"] = "exited";
  let stopping: Promise<void> | null = null;
  const stop = (reason: ProgramEnd["ended"]): void => {
    if (stopping) return;
    ended = reason;
    stopping = endAll(child.pid);
  };
  const output = collect([child.stdout, child.stderr], limits.outputBytes, request.onOutput, () =>
    stop("too-much-output"),
  );
  // A program that reads no input closes the pipe, which is its right.
  child.stdin.on("error", () => {});
  child.stdin.end(request.input ?? "");
  const cancel = (): void => stop("cancelled");
  signal.addEventListener("abort", cancel, { once: true });
  const timer = setTimeout(() => stop("timed-out"), limits.ms);
  const watch = watchProcesses(child.pid, limits.processes + request.ownProcesses, () =>
    stop("too-many-processes"),
  );
  try {
    const { code, signal: by } = await exited;
    await stopping;
    // What it left in the background has had its time.
    killGroup(child.pid);
    await withinTime(closed, LET_GO_MS);
    return { code, signal: by, ...output(), ended };
  } finally {
    clearTimeout(timer);
    watch.stop();
    signal.removeEventListener("abort", cancel);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Gathers both streams; gives what there is, ended characters only. */
function collect(
  streams: readonly Readable[],
  limit: number,
  onOutput: (text: string) => void,
  onTooMuch: () => void,
): () => Pick<ProgramEnd, "output" | "cut"> {
  let texts: string[] = [];
  let left = limit;
  let cut: ProgramEnd["cut"] = "whole";
  const take = (text: string): void => {
    if (text === "") return;
    texts.push(text);
    onOutput(text);
  };
  for (const stream of streams) {
    const decoder = new StringDecoder("utf8");
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => {
      if (cut === "cut") return;
      take(decoder.write(chunk.subarray(0, left)));
      left -= Math.min(left, chunk.length);
      if (left > 0) return;
      cut = "cut";
      onTooMuch();
    });
    stream.on("end", () => cut === "whole" && take(decoder.end()));
  }
  return () => {
    texts = [texts.join("")];
    return { output: texts[0] ?? "", cut };
  };
}

/** Looks again and again until stopped. Where the system does not tell, there is nothing to see. */
function watchProcesses(pid: number | undefined, most: number, onTooMany: () => void): { stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  let state: "watching" | "stopped" = "watching";
  const look = async (): Promise<void> => {
    const found = pid === undefined ? [] : await descendantsOf(pid, most + 1);
    if (state === "stopped") return;
    if (found.length > most) onTooMany();
    timer = setTimeout(() => void look(), PROCESS_POLL_MS);
  };
  void look();
  return {
    stop() {
      state = "stopped";
      if (timer) clearTimeout(timer);
    },
  };
}

/** Kills the group, and those who left it. In a sandbox the first of them takes all others along. */
async function endAll(pid: number | undefined): Promise<void> {
  if (pid === undefined) return;
  const strays = await descendantsOf(pid, 10_000);
  killGroup(pid);
  for (const stray of strays) kill(stray);
}

function killGroup(pid: number | undefined): void {
  if (pid !== undefined) kill(process.platform === "win32" ? pid : -pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

async function withinTime(wait: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([wait, late.promise]);
  clearTimeout(timer);
}

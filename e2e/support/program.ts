import { spawn } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");
const ENTRY = join(ROOT, "electron", "headless.ts");
/** Node keeps the stripped modules here: the suite starts the program a few hundred times. */
const COMPILE_CACHE = join(ROOT, "node_modules", ".cache", "aios-e2e");

/** Most text kept of each stream of a program, in characters. */
const OUTPUT_CHARACTERS = 8_000_000;
/** A program that has said nothing of what was waited for by then has failed, in ms. */
const OUTPUT_MS = 60_000;

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** Variables on top of this process's, which never hold a key. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A module that is loaded before the program. */
  readonly preload?: string;
  /** A command that starts the program in its own place, as in a namespace, given the program as its last arguments. */
  readonly through?: readonly string[];
}

/** The real program as a process of its own. */
export interface RunningProgram {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  signal(name: "SIGINT" | "SIGTERM" | "SIGKILL"): void;
  /** The first match in what it has printed so far on standard output; rejects when it ends without. */
  untilPrinted(pattern: RegExp): Promise<RegExpExecArray>;
}

const running = new Set<RunningProgram>();

/** Starts `node electron/headless.ts` with these arguments. */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): RunningProgram {
  const preload = options.preload === undefined ? [] : ["--import", options.preload];
  const [command = process.execPath, ...before] = [...(options.through ?? []), process.execPath];
  const child = spawn(command, [...before, ...preload, ENTRY, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environmentWithoutKeys(), ...options.environment },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The program could not be started: ${args.join(" ")}`);
  let stdout = "";
  let stderr = "";
  const looking = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout = (stdout + text).slice(-OUTPUT_CHARACTERS);
    for (const look of looking) look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-OUTPUT_CHARACTERS);
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => {
      running.delete(program);
      resolve({ code, stdout, stderr });
    });
  });
  const program: RunningProgram = {
    pid,
    ended,
    signal: (name) => void child.kill(name),
    untilPrinted: (pattern) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          clearTimeout(timer);
          looking.delete(look);
          finish();
        };
        const give = (why: string): void =>
          settle(() => reject(new Error(`${why} before ${pattern}:\n${stdout}\n${stderr}`)));
        const look = (): void => {
          const match = pattern.exec(stdout);
          if (match) settle(() => resolve(match));
        };
        const timer = setTimeout(() => give("Nothing came"), OUTPUT_MS);
        looking.add(look);
        look();
        void ended.then(() => give("The program ended"));
      }),
  };
  running.add(program);
  return program;
}

/** Runs the program to its end. */
export const runProgram = (args: readonly string[], options: ProgramOptions = {}): Promise<Ended> =>
  startProgram(args, options).ended;

/** Kills what a test left running. To be called after each. */
export async function endPrograms(): Promise<void> {
  const left = [...running];
  for (const program of left) program.signal("SIGKILL");
  await Promise.all(left.map((program) => program.ended));
}

/** This process's variables but those that would make the program find a model or write in colour. */
function environmentWithoutKeys(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:OPENAI_|OLLAMA_|FORCE_COLOR$|NODE_OPTIONS$|VITEST)/.test(name),
  );
  return { ...Object.fromEntries(kept), NODE_COMPILE_CACHE: COMPILE_CACHE };
}

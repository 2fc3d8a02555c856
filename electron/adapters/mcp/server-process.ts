import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { LastWords } from "./last-words.ts";
import { INPUT_END_MS } from "./limits.ts";
import { endGroup, type GroupGrace, groupIsGone } from "./process-group.ts";

/** What a server sees of our environment: where programs, home and language are. Nothing that holds a key. */
const INHERITED = [
  ..."HOME LANG LANGUAGE LC_ALL LC_CTYPE LOGNAME PATH SHELL TEMP TERM TMP TMPDIR TZ USER".split(" "),
  ..."APPDATA COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA PATHEXT PROGRAMFILES SYSTEMROOT USERPROFILE".split(" "),
];

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** Beside what is inherited, and instead of it. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ProcessGrace extends GroupGrace {
  /** Time to end by itself when its input ends. */
  readonly inputEndMs: number;
}

/** A server in a process group of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly input: Writable;
  readonly output: Readable;
  /** How it ended, in words that follow its name. Never rejects. */
  readonly ended: Promise<string>;
  /** It has ended, and all that it and its children printed was read. Never rejects. */
  readonly drained: Promise<void>;
  /** Ends its input, and then every process of its group that is still there. Bounded in time; never rejects. */
  end(grace?: ProcessGrace): Promise<void>;
}

/** Starts a program without a shell. Rejects with the system's error when it cannot be started. */
export async function startServerProcess(from: ServerCommand, words: LastWords): Promise<ServerProcess> {
  const child = spawn(from.command, [...from.args], {
    cwd: from.folder,
    env: { ...inherited(), ...from.environment },
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own; on Windows it would be a window of its own.
    detached: process.platform !== "win32",
    windowsHide: true,
    shell: false,
  });
  const spawned = once(child, "spawn");
  // Without a free file descriptor there are no pipes either: the error comes with the next turn.
  if ((child.stdin as Writable | undefined) === undefined) await spawned;
  // A pipe that breaks is seen as the end of the process.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {});
  child.stderr.on("data", (chunk: Buffer) => words.push(chunk));
  const ended = endOf(child);
  const drained = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await spawned;
  child.on("error", () => {});
  const pid = child.pid;
  if (pid === undefined) throw new Error("it has no process id");
  return {
    pid,
    input: child.stdin,
    output: child.stdout,
    ended,
    drained,
    async end(grace) {
      child.stdin.end();
      // What a crashed server leaves behind waits for no input.
      const crashed = child.exitCode !== null || child.signalCode !== null;
      await groupIsGone(pid, crashed ? 0 : (grace?.inputEndMs ?? INPUT_END_MS));
      await endGroup(pid, grace);
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

function inherited(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) =>
      resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
  });
}

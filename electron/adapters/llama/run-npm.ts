import { spawn } from "node:child_process";
import { KernelError } from "../../../shared/errors.ts";
import { endGroup } from "../mcp/process-group.ts";
import type { Command } from "./find-npm.ts";

/** Characters of npm's words that are kept, and of those that are shown. */
const KEPT_CHARACTERS = 16_000;
const SHOWN_CHARACTERS = 300;
/** Longest time without a sign of life: npm gives up a request after 5 minutes by itself. */
const IDLE_MS = 6 * 60_000;

export interface NpmRun {
  readonly npm: Command;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Told of each package that has come. */
  readonly fetched: () => void;
}

/**
 * Runs npm to its end, and its whole process group with it when it is aborted. Throws `addon-missing` with npm's own
 * last words, and `cancelled`.
 */
export async function runNpm(run: NpmRun): Promise<void> {
  if (run.signal.aborted) throw cancelled();
  const { program, args } = run.npm;
  const child = spawn(program, [...args, ...run.args, "--loglevel=http"], {
    cwd: run.folder,
    env: { ...run.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  let words = "";
  const idle = setTimeout(() => void end(), IDLE_MS);
  const end = async (): Promise<void> => {
    if (child.pid !== undefined) await endGroup(child.pid);
  };
  const onAbort = (): void => void end();
  run.signal.addEventListener("abort", onAbort);
  const hear = (text: Buffer): void => {
    idle.refresh();
    const said = text.toString();
    for (const line of said.split("\n")) if (/http fetch GET 200 \S+\.tgz/.test(line)) run.fetched();
    words = (words + said).slice(-KEPT_CHARACTERS);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    if (run.signal.aborted) throw cancelled();
    if (code !== 0) throw failed(lastWords(words) ?? `it ended with ${code ?? "a signal"}`);
  } catch (thrown) {
    if (thrown instanceof KernelError) throw thrown;
    throw failed(thrown instanceof Error ? withoutPlaces(thrown.message) : "it could not be started");
  } finally {
    clearTimeout(idle);
    run.signal.removeEventListener("abort", onAbort);
  }
}

const cancelled = (): KernelError => new KernelError("cancelled", "The installation was cancelled");

const failed = (why: string): KernelError =>
  new KernelError("addon-missing", `The engine could not be installed: npm says ${why}`, {
    hint: "Check the network and try again, or run npm run addon:llama to see all that npm says",
  });

/** The lines in which npm says what went wrong, without the addresses that they name. */
function lastWords(words: string): string | null {
  const lines = words
    .split("\n")
    .map((line) => /^npm (?:error|ERR!) (.*)$/.exec(line.trim())?.[1]?.trim() ?? "")
    .filter((line) => line !== "" && !/complete log|_logs|^(?:code|errno|syscall|path) /.test(line));
  const text = withoutPlaces([...new Set(lines)].slice(0, 3).join("; ")).slice(0, SHOWN_CHARACTERS);
  return text === "" ? null : text;
}

/** Addresses may name a private registry and hold a password, host names alone too. */
function withoutPlaces(text: string): string {
  return text
    .replace(/\b[a-z][a-z+.-]*:\/\/\S+/gi, "(an address)")
    .replace(/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET)\s+\S+/g, "$1")
    .replace(/\b(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:\/\S*)?/gi, (name) =>
      /^(?:node-llama-cpp|package|npm-cli)\b|\.(?:json|js)$/i.test(name) ? name : "(a host)",
    )
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "(a host)");
}

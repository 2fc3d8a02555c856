import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import ipaddr from "ipaddr.js";
import { KernelError } from "../../shared/errors.ts";
import { findSandbox, type SandboxAvailability } from "./sandbox/availability.ts";
import { filesystemFor, type Sensitivity } from "./sandbox/filesystem.ts";
import { MISSING_BELIEVED_MS, SANDBOX_PROCESSES, THREADS_PER_PROCESS } from "./sandbox/limits.ts";
import { type ProgramEnd, type ProgramLimits, runProgram } from "./sandbox/program.ts";
import { SandboxThread } from "./sandbox/sandbox-thread.ts";
import { quoted, startScript, systemEnvironment } from "./sandbox/start-script.ts";

export type { SandboxAvailability } from "./sandbox/availability.ts";
export type { ProgramEnd, ProgramLimits } from "./sandbox/program.ts";

export interface SandboxRequest {
  /** The program, by name or absolute path, and its arguments. No shell reads them. */
  readonly argv: readonly string[];
  /** Text for its standard input. */
  readonly input?: string;
  /** The working folder, absolute: all that it sees of the person's files. */
  readonly folder: string;
  /** `none`: it may write nowhere but in a private temporary folder, which is also its home. */
  readonly writes: "none" | "workspace";
  /**
   * Hosts it may reach, through a proxy of ours: `example.com`, or `example.com:443` for this port alone, or
   * `*.example.com`. This machine's own addresses never, and no name that leads into a local network.
   */
  readonly hosts: readonly string[];
  /** Beside PATH, HOME, TMPDIR and the language: nothing of ours is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Files that it may read although they lie in a hidden place, such as a runtime in somebody's home. */
  readonly readable?: readonly string[];
  readonly limits: ProgramLimits;
  readonly signal: AbortSignal;
  /** Output as it comes, both streams in order of arrival. */
  onOutput(text: string): void;
}

/** Runs programs so that they can neither change nor see, nor reach, what they were not given. */
export interface Sandbox {
  /** Whether programs can be confined on this machine. Never throws. */
  availability(): Promise<SandboxAvailability>;
  /**
   * Runs a program to its end; no process of it is left when this resolves, nor when this process dies. Throws
   * `sandbox-missing`, `bad-input` for a host that is never reached, `limit-reached` for a workspace too large to
   * be searched for keys, and `tool-failed` when it cannot be started.
   */
  run(request: SandboxRequest): Promise<ProgramEnd>;
  /** Ends the proxies and removes the temporary folders. Never throws. */
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** The program's own data: hidden, but for the working folder in it. */
  readonly dataFolder: string;
  /** What a path of the working folder is: `secret` is hidden, `config` cannot be written. */
  readonly sensitivity: Sensitivity;
  /** Where the sandbox's own programs are looked for. */
  readonly path?: string;
}

/**
 * A sandbox by @anthropic-ai/sandbox-runtime: bubblewrap and a seccomp filter on Linux, Seatbelt on macOS. What the
 * package keeps for a whole process is given for each call: files by its `customConfig`, hosts by an allow list under
 * an unguessable id, on a thread that only calls with hosts use and that ends with the last of them. Calls without
 * hosts have no proxy at all.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  const threads = new Map<"none" | "some", SandboxThread>();
  let base: Promise<string> | null = null;
  let known: { readonly found: SandboxAvailability; readonly until: number } | null = null;

  const availability = async (): Promise<SandboxAvailability> => {
    if (known && performance.now() < known.until) return known.found;
    const found = await findSandbox(options.path);
    const until =
      found.type === "available" ? Number.POSITIVE_INFINITY : performance.now() + MISSING_BELIEVED_MS;
    known = { found, until };
    return found;
  };

  const baseFolder = (): Promise<string> => {
    base ??= realpath(tmpdir()).then((folder) => mkdtemp(join(folder, "aios-sandbox-")));
    return base;
  };

  /** Without a wait between the look and the use: a thread ends with the last call on it. */
  const threadFor = (hosts: "none" | "some", folder: string): SandboxThread => {
    const running = threads.get(hosts);
    if (running?.isUsable()) return running;
    const thread = new SandboxThread({ hosts, folder: join(folder, `thread-${hosts}`) });
    threads.set(hosts, thread);
    return thread;
  };

  return {
    availability,
    async run(request) {
      const found = await availability();
      if (found.type === "missing") {
        throw new KernelError("sandbox-missing", found.reason, { hint: found.hint });
      }
      for (const host of request.hosts) refuseOwnAddress(host);
      const folder = await realpath(request.folder);
      const own = await baseFolder();
      const scratch = await mkdtemp(join(own, "run-"));
      try {
        const start = join(scratch, ".start");
        await writeFile(start, startScript(request.argv, scratch, threadLimit(request.limits)), {
          mode: 0o600,
        });
        const filesystem = await filesystemFor({ ...request, folder }, { ...options, scratch });
        const wrapped = await threadFor(request.hosts.length === 0 ? "none" : "some", own).wrap(
          { command: `. ${quoted(start)}`, filesystem, hosts: request.hosts },
          request.signal,
        );
        try {
          return await runProgram({
            ...request,
            argv: ["/bin/sh", "-c", `exec ${wrapped.command}`],
            folder,
            env: { ...systemEnvironment(scratch), ...request.env },
            ownProcesses: SANDBOX_PROCESSES,
          });
        } finally {
          wrapped.ended();
        }
      } finally {
        await rm(scratch, { recursive: true, force: true, maxRetries: 2 }).catch(() => {});
      }
    },
    async close() {
      await Promise.all([...threads.values()].map((thread) => thread.close()));
      threads.clear();
      const folder = await base?.catch(() => null);
      base = null;
      if (folder) await rm(folder, { recursive: true, force: true }).catch(() => {});
    },
  };
}

/** Names for this very machine are refused here; a name that turns out to lead to it, by the proxy. */
function refuseOwnAddress(host: string): void {
  const name = host
    .toLowerCase()
    .replace(/(?<!:[^\]]*):\d+$/, "")
    .replace(/^\[|\]$|\.$/g, "");
  const own =
    name === "localhost" ||
    name.endsWith(".localhost") ||
    (ipaddr.isValid(name) && ["loopback", "unspecified", "linkLocal"].includes(ipaddr.process(name).range()));
  if (!own) return;
  throw new KernelError("bad-input", `${host} is this machine, which a sandboxed program never reaches`, {
    field: "hosts",
  });
}

/** What the system itself holds back beside our own count; null where it would count others of the person too. */
function threadLimit({ processes }: ProgramLimits): number | null {
  // Since 5.14 the limit counts within a user namespace, which each sandbox has for itself.
  const [major = 0, minor = 0] = release().split(".").map(Number);
  const isOwn = process.platform === "linux" && (major > 5 || (major === 5 && minor >= 14));
  return isOwn ? (processes + SANDBOX_PROCESSES) * THREADS_PER_PROCESS : null;
}

import { z } from "zod";
import { badInput, KernelError } from "../../shared/errors.ts";
import type { JsonObject } from "../../shared/messages.ts";
import type { Effect, Preview } from "../../shared/permission.ts";
import type { Tool, ToolReply, ToolRun } from "../kernel/ports.ts";
import { parametersOf } from "./adapter-tool.ts";
import { changedFiles } from "./changed-files.ts";
import { javascriptRuntime } from "./sandbox/javascript-runtime.ts";
import { runUnconfined } from "./sandbox/unconfined.ts";
import type { ProgramEnd, Sandbox, SandboxRequest } from "./sandbox.ts";

/** Characters of a command, and of a program. The person has to be able to read them. */
const COMMAND_CHARACTERS = 20_000;
const CODE_CHARACTERS = 50_000;
const HOSTS = 10;
const LONGEST_SECONDS = 600;
/** What a call may put out; the model sees the first 64 KB of it. */
const OUTPUT_BYTES = 4_000_000;
const PROCESSES = 64;
/** Beside the call's own time: to make the sandbox and to end everything in it. */
const AROUND_MS = 60_000;
/** Characters of a program's first line that stand for it in rules and in the audit. */
const TARGET_CHARACTERS = 200;

export interface ShellToolOptions {
  readonly sandbox: Sandbox;
  /** Absolute. */
  readonly workspace: string;
  /** What a command does, as far as its text shows it. Never throws. */
  readonly shellEffects: (request: {
    readonly command: string;
    readonly writes: "none" | "workspace";
    readonly hosts: readonly string[];
    readonly confinement: "sandbox" | "none";
  }) => Promise<readonly Effect[]>;
  /** Settings.shellHosts. */
  readonly allowedHosts: () => readonly string[];
  /**
   * Files and folders of outside origin that a call may read: at, below or above `paths`; null for a call that may
   * read anything in the workspace.
   */
  readonly outsideFiles: (paths: readonly string[] | null) => readonly string[];
}

const writes = z
  .enum(["none", "workspace"])
  .default("none")
  .describe("Where it may write: nowhere (but in its temporary folder), or in the workspace");
const timeoutSeconds = z.int().min(1).max(LONGEST_SECONDS).default(60).describe("Stopped after this time");
const words = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.trim() !== "", "expected some text")
    .refine((text) => !text.includes("\0"), "expected text without a NUL character");

const commandInput = z.object({
  command: words(COMMAND_CHARACTERS).describe("A command line for bash"),
  writes,
  hosts: z
    .array(z.string().regex(/^(\*\.)?[a-z0-9.-]+$/i, "expected a host such as example.com"))
    .max(HOSTS)
    .default([])
    .describe("Hosts it may reach by HTTPS (port 443); only those that the person has listed"),
  timeoutSeconds,
});
const javascriptInput = z.object({
  code: words(CODE_CHARACTERS).describe("A program for Node.js; what it prints with console.log comes back"),
  writes,
  timeoutSeconds,
});

/** What both tools come to. */
interface Job extends Pick<SandboxRequest, "writes" | "hosts" | "env" | "input" | "readable" | "argv"> {
  readonly seconds: number;
}

/**
 * `run_command` and `run_javascript`: in the sandbox where there is one; where there is none every call is asked
 * about, with the reason, because its effects say that nobody can tell what it does.
 */
export function createShellTools(options: ShellToolOptions): readonly Tool[] {
  const { sandbox } = options;
  return [
    shellTool(options, {
      name: "run_command",
      description:
        "Runs a command line with bash in the workspace and returns its output and exit code. It runs in a sandbox: " +
        "it reads the workspace and the system's programs, no keys and no other files of the person; it writes " +
        'nowhere unless writes is "workspace"; it has no network unless hosts are given. Example: wc -l notes/*.md',
      input: commandInput,
      shown: ({ command }) => command,
      async effects({ command, writes, hosts }) {
        refuseHosts(hosts, options.allowedHosts());
        const found = await sandbox.availability();
        const confinement = found.type === "available" ? "sandbox" : "none";
        return options.shellEffects({ command, writes, hosts, confinement });
      },
      async job({ command, writes, hosts, timeoutSeconds }) {
        refuseHosts(hosts, options.allowedHosts());
        return {
          argv: ["bash", "--noprofile", "--norc", "-c", command],
          writes,
          // What was decided on was this port.
          hosts: hosts.map((host) => `${host}:443`),
          env: {},
          seconds: timeoutSeconds,
        };
      },
      hosts: ({ hosts }) => hosts,
    }),
    shellTool(options, {
      name: "run_javascript",
      description:
        "Runs a JavaScript program with Node.js in a separate process and returns what it prints, or the error it " +
        "threw. The same sandbox as run_command, without any network. Example: console.log(2 ** 64n)",
      input: javascriptInput,
      shown: ({ code }) => code,
      async effects({ code, writes }) {
        const found = await sandbox.availability();
        const target = code.trim().split("\n", 1).join("").slice(0, TARGET_CHARACTERS);
        if (found.type === "available") {
          return [{ type: "exec", target, reversible: writes === "none" ? "yes" : "no" }];
        }
        const opaque = `no sandbox confines it: ${found.reason}`;
        return [{ type: "exec", target, reversible: "no", opaque }];
      },
      async job({ code, writes, timeoutSeconds }) {
        const { argv, env, readable } = await javascriptRuntime();
        return {
          argv: [...argv, "-"],
          input: code,
          writes,
          hosts: [],
          env,
          readable,
          seconds: timeoutSeconds,
        };
      },
      hosts: () => [],
    }),
  ];
}

interface ShellTool<Input extends JsonObject> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** What the person reads of it. */
  shown(input: Input): string;
  effects(input: Input): Promise<readonly Effect[]>;
  job(input: Input): Promise<Job>;
  hosts(input: Input): readonly string[];
}

function shellTool<Input extends JsonObject & { readonly writes: SandboxRequest["writes"] }>(
  { sandbox, workspace, outsideFiles }: ShellToolOptions,
  tool: ShellTool<Input>,
): Tool {
  const parse = (args: JsonObject): Input => {
    const parsed = tool.input.safeParse(args);
    if (!parsed.success) throw badInput(tool.name, parsed.error);
    return parsed.data;
  };
  return {
    specification: {
      name: tool.name,
      description: tool.description,
      parameters: parametersOf(tool.input),
    },
    server: null,
    kind: "tool",
    idempotent: "no",
    concurrency: 2,
    timeoutMs: LONGEST_SECONDS * 1_000 + AROUND_MS,
    parse,
    async effects(args, caller) {
      if (caller.workspace?.type === "folder") throw ownWorkspace(tool.name);
      return tool.effects(parse(args));
    },
    async taints(args) {
      const web = tool.hosts(parse(args)).map((host) => ({ type: "web", host }) as const);
      const read = outsideFiles(await pathsRead(tool.effects(parse(args))));
      return [...web, ...read.map((path) => ({ type: "file", path }) as const)];
    },
    privates: () => [{ type: "workspace" }],
    async preview(args): Promise<Preview> {
      const input = parse(args);
      const found = await sandbox.availability();
      const command = tool.shown(input);
      if (found.type === "available") {
        const confinement = confinementText(found.by, input.writes, tool.hosts(input));
        return { type: "command", command, confinement, unconfined: null };
      }
      return { type: "command", command, confinement: null, unconfined: `${found.reason}. ${found.hint}` };
    },
    async run(args, run) {
      const job = await tool.job(parse(args));
      // A sandbox that was once found stays found: what was judged as confined never runs unconfined.
      const found = await sandbox.availability();
      const start = found.type === "available" ? sandbox.run : runUnconfined;
      const since = Date.now();
      try {
        return replyOf(await start(requestFor(job, workspace, run)), job);
      } finally {
        const wrote = job.writes === "workspace" || found.type === "missing";
        if (wrote) await run.wrote(() => changedFiles(workspace, since));
      }
    },
  };
}

/** The paths that a call keeps to, when all that it does is known to be reading; else null. Never throws. */
async function pathsRead(effects: Promise<readonly Effect[]>): Promise<readonly string[] | null> {
  const known = await effects.catch(() => null);
  if (known === null || known.some(({ type }) => type !== "read")) return null;
  return known.map(({ target }) => target);
}

function requestFor(job: Job, folder: string, run: ToolRun): SandboxRequest {
  return {
    ...job,
    folder,
    limits: { ms: job.seconds * 1_000, outputBytes: OUTPUT_BYTES, processes: PROCESSES },
    signal: run.signal,
    onOutput: (text) => run.output(text),
  };
}

function replyOf(end: ProgramEnd, { seconds }: Job): ToolReply {
  if (end.ended === "cancelled") throw new KernelError("cancelled", "The command was broken off");
  const output = end.output === "" || end.output.endsWith("\n") ? end.output : `${end.output}\n`;
  const outcome = end.ended === "exited" && end.code === 0 ? "ok" : "error";
  return { text: `${output}[${endText(end, seconds)}]`, images: [], outcome };
}

function endText({ ended, code, signal }: ProgramEnd, seconds: number): string {
  switch (ended) {
    case "exited":
      return code === null ? `ended by ${signal ?? "a signal"}` : `exit code ${code}`;
    case "timed-out":
      return `stopped after ${seconds} s`;
    case "too-many-processes":
      return `stopped: more than ${PROCESSES} processes`;
    case "too-much-output":
      return `stopped: more than ${OUTPUT_BYTES / 1_000_000} MB of output, the rest is lost`;
    case "cancelled":
      return "broken off";
  }
}

function confinementText(by: string, writes: SandboxRequest["writes"], hosts: readonly string[]): string {
  const where = writes === "none" ? "nowhere" : "in the workspace only";
  const reach = hosts.length === 0 ? "no network" : `of the network ${hosts.join(", ")} alone`;
  return `In a sandbox (${by}): writes ${where}, reads no keys and nothing else of yours, ${reach}`;
}

/** A program sees the common workspace, of which such an agent is no part. */
const ownWorkspace = (tool: string): KernelError =>
  new KernelError(
    "not-allowed",
    `${tool} works in the common workspace alone, and this agent has another one`,
    {
      hint: "Give the agent the common workspace in its manifest, or use the file tools",
    },
  );

/** Throws `not-allowed` for a host that the person has not listed. */
function refuseHosts(hosts: readonly string[], allowed: readonly string[]): void {
  const isListed = (host: string): boolean =>
    allowed.some((each) => {
      const pattern = each.toLowerCase();
      const name = host.toLowerCase();
      return pattern === name || (pattern.startsWith("*.") && name.endsWith(pattern.slice(1)));
    });
  const refused = hosts.find((host) => !isListed(host));
  if (refused === undefined) return;
  throw new KernelError("not-allowed", `Commands may not reach ${refused}`, {
    hint: "The person can list it in Access under Reach",
    field: "hosts",
  });
}

import type { ContractHandlers } from "../../../shared/contract.ts";
import type { TOOLS_CONTRACT } from "../../../shared/contract-tools.ts";
import type { KernelErrorData } from "../../../shared/errors.ts";
import type { SyscallResult } from "../../../shared/syscall.ts";
import type { ResultFiles } from "../ports.ts";
import type { SyscallOutcome } from "../syscall.ts";
import type { SyscallPath } from "../syscall-path.ts";
import { effectWords } from "./effect-words.ts";
import { submitByPerson } from "./person-call.ts";
import type { ToolRegistry } from "./registry.ts";
import { createResultHandlers } from "./result-handlers.ts";
import { importServers } from "./servers/import-servers.ts";
import type { ServerManager } from "./servers/server-manager.ts";

export interface ToolHandlerParts {
  readonly tools: ToolRegistry;
  readonly servers: ServerManager;
  readonly results: ResultFiles;
  readonly path: SyscallPath;
  /** Aborts when the kernel stops. */
  readonly signal: AbortSignal;
  /** Runs a change and resolves once it is on disk. */
  readonly acknowledge: (change: () => void) => Promise<Record<string, never>>;
}

/** The contract's methods about tools, MCP servers and kept results. */
export function createToolHandlers({
  tools,
  servers,
  results,
  path,
  signal,
  acknowledge,
}: ToolHandlerParts): Pick<ContractHandlers, keyof typeof TOOLS_CONTRACT> {
  /** What the work did is on disk when it is answered, be it with an error. */
  async function onDisk<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      await acknowledge(() => {});
    }
  }

  return {
    "tools.list": async () => ({
      tools: await Promise.all(
        [...tools.all()].map(async (tool) => ({
          specification: tool.specification,
          server: tool.server?.name ?? null,
          kind: tool.kind,
          idempotent: tool.idempotent,
          concurrency: tool.concurrency,
          timeoutMs: tool.timeoutMs,
          effects: await effectWords(tool),
        })),
      ),
    }),
    "tools.call": async ({ tool, arguments: args }) =>
      replyOf(await submitByPerson({ tools, path, signal }, tool, args)),

    "servers.add": (server) => onDisk(servers.add(server)),
    "servers.import": async ({ json }) => ({ servers: importServers(json, servers.names()) }),
    "servers.inspect": ({ name }) => onDisk(servers.inspect(name)),
    "servers.enable": ({ name, digest }) => onDisk(servers.enable(name, digest)),
    "servers.disable": async ({ name }) => {
      await onDisk(servers.disable(name));
      return {};
    },
    "servers.restart": async ({ name }) => {
      await onDisk(servers.restart(name));
      return {};
    },
    "servers.remove": async ({ name }) => {
      await onDisk(servers.remove(name));
      return {};
    },
    "servers.setOptions": ({ name, options }) => onDisk(servers.setOptions(name, options)),
    "elicitations.answer": ({ elicitationId, answer }) =>
      acknowledge(() => servers.answer(elicitationId, answer)),
    ...createResultHandlers({ results }),
  };
}

type Reply =
  | { readonly type: "done"; readonly result: SyscallResult }
  | { readonly type: "failed"; readonly error: KernelErrorData };

function replyOf(outcome: SyscallOutcome): Reply {
  switch (outcome.state) {
    case "done":
      return { type: "done", result: outcome.result };
    case "failed":
      return { type: "failed", error: outcome.error };
    case "cancelled":
      return { type: "failed", error: { code: "cancelled", message: outcome.reason } };
    case "denied":
      return { type: "failed", error: { code: "denied", message: outcome.reason } };
  }
}

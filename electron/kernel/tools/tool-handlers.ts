import type { ContractHandlers } from "../../../shared/contract.ts";
import type { TOOLS_CONTRACT } from "../../../shared/contract-tools.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { ResultFiles } from "../ports.ts";
import type { ToolRegistry } from "./registry.ts";
import { createResultHandlers } from "./result-handlers.ts";

export interface ToolHandlerParts {
  readonly tools: ToolRegistry;
  readonly results: ResultFiles;
}

const later = async (): Promise<never> => {
  throw new KernelError("unknown-method", "Not there yet");
};

/** The contract's methods about tools, MCP servers and kept results. */
export function createToolHandlers({
  tools,
  results,
}: ToolHandlerParts): Pick<ContractHandlers, keyof typeof TOOLS_CONTRACT> {
  return {
    "tools.list": async () => ({
      tools: [...tools.all()].map((tool) => ({
        specification: tool.specification,
        server: tool.server?.name ?? null,
        kind: tool.kind,
        idempotent: tool.idempotent,
        concurrency: tool.concurrency,
        timeoutMs: tool.timeoutMs,
        effects: [],
      })),
    }),
    "tools.call": later,
    "servers.add": later,
    "servers.import": later,
    "servers.inspect": later,
    "servers.enable": later,
    "servers.disable": later,
    "servers.restart": later,
    "servers.remove": later,
    "servers.setOptions": later,
    "elicitations.answer": later,
    ...createResultHandlers({ results }),
  };
}

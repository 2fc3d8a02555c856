import { agentId, syscallId } from "../../../shared/ids.ts";
import type { ToolRun } from "../../kernel/ports.ts";
import { createSystemClock } from "../system-clock.ts";

/** What a tool is given while it runs, with the machine's clock and no other agents to wait for. */
export function toolRun(signal: AbortSignal = new AbortController().signal): ToolRun {
  return {
    signal,
    syscallId: syscallId(1),
    agentId: agentId(1),
    toolCallId: null,
    memoryOwner: "test",
    clock: createSystemClock(),
    output: () => {},
    progress: () => {},
    taint: () => {},
    wrote: async () => {},
    waitForAgents: (_, wait) => wait,
    untimed: () => {},
  };
}

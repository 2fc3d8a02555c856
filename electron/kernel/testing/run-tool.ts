import { syscallId } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { Tool, ToolRun } from "../ports.ts";
import { ManualClock } from "./manual-clock.ts";

/** What a tool is given while it runs, with manual time and nobody who listens. */
export const quietRun = (fields: Partial<ToolRun> = {}): ToolRun => ({
  signal: new AbortController().signal,
  syscallId: syscallId(1),
  agentId: null,
  toolCallId: null,
  memoryOwner: "me",
  clock: new ManualClock(),
  output: () => {},
  progress: () => {},
  taint: () => {},
  wrote: async () => {},
  waitForAgents: (_, wait) => wait,
  untimed: () => {},
  ...fields,
});

/** Runs a tool outside a kernel and returns the text that a model would read. */
export async function runTool(tool: Tool, args: JsonObject, fields: Partial<ToolRun> = {}): Promise<string> {
  const reply = await tool.run(tool.parse(args), quietRun(fields));
  return typeof reply === "string" ? reply : reply.text;
}

import type { JsonObject } from "../../../shared/messages.ts";
import type { Effect } from "../../../shared/permission.ts";
import type { TaintSource } from "../../../shared/taint.ts";
import type { Tool } from "../ports.ts";
import { isFinal, type Syscall } from "../syscall.ts";
import type { ContextMarks } from "./context-marks.ts";

export interface CallMarks {
  readonly tool: Tool;
  readonly args: JsonObject;
  readonly taints: readonly TaintSource[];
  readonly effects: readonly Effect[];
}

/** Marks the caller's context with what a call brings, and the files that it writes. Does nothing for an ended call. */
export function markCall(marks: ContextMarks, syscall: Syscall, call: CallMarks): void {
  const { agentId } = syscall.options;
  if (agentId === null || isFinal(syscall.state)) return;
  for (const source of call.taints) marks.taint(agentId, source, syscall.id);
  for (const source of call.tool.privates(call.args)) marks.private(agentId, source, syscall.id);
  for (const { type, target } of call.effects) {
    if (type === "write" && isWorkspacePath(target)) marks.wrote(agentId, target);
  }
}

/** Everything but a memory, a server's tool, a result or an address: those have a colon before any slash. */
const isWorkspacePath = (target: string): boolean => !/^[a-z]+:/.test(target);

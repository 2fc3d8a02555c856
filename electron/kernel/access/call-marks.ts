import type { JsonObject } from "../../../shared/messages.ts";
import type { Effect } from "../../../shared/permission.ts";
import type { TaintSource } from "../../../shared/taint.ts";
import type { Tool } from "../ports.ts";
import { isFinal, type Syscall } from "../syscall.ts";
import type { ContextMarks } from "./context-marks.ts";
import { isOnWorkspace } from "./targets.ts";

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
  for (const effect of call.effects) {
    if (effect.type === "write" && isOnWorkspace(effect)) marks.wrote(agentId, effect.target);
  }
}

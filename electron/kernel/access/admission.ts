import type { JsonObject } from "../../../shared/messages.ts";
import type { EffectsCaller, Tool } from "../ports.ts";
import type { SyscallOptions } from "../syscall.ts";
import type { GateOptions } from "./gate.ts";
import { COMMON, WHOLE_TREE } from "./workspace-scope.ts";

export type Admission =
  | {
      readonly verdict: "allow";
      readonly tool: Tool;
      readonly args: JsonObject;
      readonly effects: "some" | "none";
    }
  | { readonly verdict: "deny"; readonly reason: string };

/** A call about to run, checked for the last time. */
export interface Redeemed {
  readonly tool: Tool;
  readonly args: JsonObject;
  readonly edited: "no" | "by-person";
  readonly caller: EffectsCaller;
  /** Marks the context once more, when the result is there: the person may have declassified it meanwhile. */
  readonly mark: () => void;
}

/** Who makes a call, as tools see it. The person's paths are those of the whole tree. */
export function callerOf(
  { agentId, memoryOwner, caller }: SyscallOptions,
  identity: GateOptions["identity"],
): Required<EffectsCaller> {
  const known = agentId === null ? null : identity(agentId);
  const workspace = caller?.type === "person" ? WHOLE_TREE : (known?.scope ?? COMMON);
  return { agentId, memoryOwner, workspace };
}

import type { SyscallView } from "../../../shared/state.ts";
import type { Route } from "../../routes.ts";
import { callerOf } from "../../selectors.ts";

/** The screen that shows a call: its agent's, its server's, or that of the tool; null where there is none. */
export function callRoute(call: SyscallView): Route | null {
  const caller = callerOf(call);
  if (caller.type === "agent") return { screen: "agent", agentId: caller.agentId };
  if (caller.type === "server") return { screen: "tools", shown: { type: "server", name: caller.server } };
  return call.kind === "llm" ? null : { screen: "tools", shown: { type: "tool", name: call.label } };
}

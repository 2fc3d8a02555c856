import type { MethodInput, MethodName, MethodOutput } from "../../../../shared/contract.ts";
import type { KernelEvent } from "../../../../shared/events.ts";
import type { AgentId } from "../../../../shared/ids.ts";
import { type LiveOutput, useLiveRequest } from "../../../use-live-request.ts";

export type { LiveOutput };

/** `useLiveRequest` about one agent: only events of the agent, or of none, can bear on it. */
export function useLiveMethod<M extends MethodName>(
  method: M,
  input: MethodInput<M> & { readonly agentId: AgentId },
  bearsOn: (event: KernelEvent) => boolean,
): LiveOutput<MethodOutput<M>> {
  const isOthers = (event: KernelEvent): boolean => "agentId" in event && event.agentId !== input.agentId;
  return useLiveRequest(method, input, (event) => !isOthers(event) && bearsOn(event));
}

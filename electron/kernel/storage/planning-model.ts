import { KernelError } from "../../../shared/errors.ts";
import type { CoreRegistry } from "../cores/core-registry.ts";
import {
  BY_PERSON,
  callByPerson,
  type PersonCallParts,
  resultOf,
  unlessStopped,
} from "../tools/person-call.ts";
import type { PlanningModel } from "./plan-by-model.ts";

/** The default model, called for the person; null for a planner that is no language model, and for one without tools. */
export function planningModel(
  cores: Pick<CoreRegistry, "resolve" | "serving">,
  calls: PersonCallParts,
): PlanningModel | null {
  const model = defaultModel(cores);
  if (model === null) return null;
  return {
    model,
    async ask(messages, tools) {
      const call = {
        kind: "llm",
        model,
        tools,
        maxOutputTokens: null,
        messages,
        purpose: "file-plan",
      } as const;
      const result = resultOf(await unlessStopped(calls.path.submit({ ...BY_PERSON, call }), calls.signal));
      if (result.kind === "llm") return result.message;
      throw new KernelError("internal", "A model answered with a tool's result");
    },
    read: (tool, args) => callByPerson(calls, tool, args),
  };
}

function defaultModel(cores: Pick<CoreRegistry, "resolve" | "serving">): string | null {
  try {
    const model = cores.resolve(null);
    const plans = cores
      .serving(model)
      .some(({ info }) => info.kind !== "offline" && info.capabilities.tools === "native");
    return plans ? model : null;
  } catch {
    return null;
  }
}

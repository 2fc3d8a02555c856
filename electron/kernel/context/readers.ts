import type { CoreInfo } from "../../../shared/cores.ts";
import type { CoreRegistry } from "../cores/core-registry.ts";
import type { LlmCore } from "../ports.ts";

/** Who will read a context: a model, by one of the cores that serve it. */
export interface Reader {
  readonly model: string;
  /** The one that counts tokens, and keeps state if any does. */
  readonly core: LlmCore;
  /** The smallest window of the cores that serve the model: a prompt must fit each. null where none is known. */
  readonly contextTokens: number | null;
  readonly summaries: CoreInfo["capabilities"]["summaries"];
}

/** The reader of an agent's context as things stand; null when no core serves its model. Never throws. */
export function readerOf(cores: CoreRegistry, model: string | null): Reader | null {
  try {
    const name = cores.resolve(model);
    const serving = cores.serving(name);
    const reading = serving.find(({ core }) => core.countTokens) ?? serving[0];
    if (!reading) return null;
    const windows = serving.flatMap(({ info }) => info.capabilities.contextTokens ?? []);
    const summaries = serving.some(({ info }) => info.capabilities.summaries === "native")
      ? "native"
      : "none";
    return {
      model: name,
      core: reading.core,
      contextTokens: windows.length === 0 ? null : Math.min(...windows),
      summaries,
    };
  } catch {
    return null;
  }
}

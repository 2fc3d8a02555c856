import type { CoreInfo } from "../../../shared/cores.ts";
import { embedsUnasked } from "../../../shared/embedding-cores.ts";
import { isLasting, rankOf } from "./core-health.ts";

/** The model that makes embeddings, or why there is none. */
export type EmbeddingModel =
  | { readonly type: "model"; readonly model: string }
  | { readonly type: "none"; readonly reason: string };

const NONE =
  "No model makes embeddings: add one in Models, such as nomic-embed-text with Ollama, or choose a model file for it";

/**
 * Chooses the model for embeddings. `wished`: its name, null for the first that can, `off` for none. All cores of the
 * name must make embeddings, since a call may come to any of them. One that nobody named must be such that it may
 * embed unasked.
 */
export function embeddingModelOf(cores: readonly CoreInfo[], wished: string | null): EmbeddingModel {
  if (wished === "off") return { type: "none", reason: "Search by meaning is switched off in Settings" };
  const able = cores.filter((core) => core.capabilities.embeddings === "native");
  const unable = new Set(
    cores.filter((core) => core.capabilities.embeddings === "none").map(({ model }) => model),
  );
  if (wished === null) {
    const best = able
      .filter((core) => !unable.has(core.model) && !isLasting(core.health) && embedsUnasked(core))
      .toSorted((a, b) => rankOf(a) - rankOf(b))[0];
    return best ? { type: "model", model: best.model } : { type: "none", reason: NONE };
  }
  if (!cores.some(({ model }) => model === wished)) {
    return { type: "none", reason: `No core serves ${wished}, the model for embeddings in Settings` };
  }
  if (unable.has(wished)) return { type: "none", reason: `${wished} makes no embeddings` };
  return { type: "model", model: wished };
}

import type { CoreInfo } from "../../../shared/cores.ts";
import { isLasting, rankOf } from "./core-health.ts";

/** The model that makes embeddings, or why there is none. */
export type EmbeddingModel =
  | { readonly type: "model"; readonly model: string }
  | { readonly type: "none"; readonly reason: string };

const NONE =
  "No model makes embeddings: add one in Models, such as nomic-embed-text with Ollama, or choose a model file for it";

/**
 * Chooses the model for embeddings. `wished`: its name, null for the first that can, `off` for none. All cores of the
 * name must make embeddings, since a call may come to any of them. Of those that nobody named, one that is elsewhere is
 * never taken, since nobody has said that it may read everything, nor a model file, since embedding would load it.
 */
export function embeddingModelOf(cores: readonly CoreInfo[], wished: string | null): EmbeddingModel {
  if (wished === "off") return { type: "none", reason: "Search by meaning is switched off in Settings" };
  const able = cores.filter((core) => core.capabilities.embeddings === "native");
  const unable = new Set(
    cores.filter((core) => core.capabilities.embeddings === "none").map(({ model }) => model),
  );
  if (wished === null) {
    const best = able
      .filter((core) => !unable.has(core.model) && !isLasting(core.health) && isReady(core))
      .toSorted((a, b) => rankOf(a) - rankOf(b))[0];
    return best ? { type: "model", model: best.model } : { type: "none", reason: NONE };
  }
  if (!cores.some(({ model }) => model === wished)) {
    return { type: "none", reason: `No core serves ${wished}, the model for embeddings in Settings` };
  }
  if (unable.has(wished)) return { type: "none", reason: `${wished} makes no embeddings` };
  return { type: "model", model: wished };
}

const isReady = (core: CoreInfo): boolean => core.kind !== "local" && isOnThisMachine(core);

/** In the process, or behind an address of this machine. */
export function isOnThisMachine({ baseUrl }: Pick<CoreInfo, "baseUrl">): boolean {
  if (baseUrl === null) return true;
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

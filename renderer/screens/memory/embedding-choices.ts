import type { CoreInfo } from "../../../shared/cores.ts";
import { embedsUnasked, isOnThisMachine } from "../../../shared/embedding-cores.ts";
import type { Choice } from "../../components/inputs.tsx";

/** Stands for null in the settings: the first model that can. */
export const FIRST_MODEL = "";

/** The models that make embeddings, and the one that is set even where it is not found now. */
export function embeddingChoices(
  cores: readonly Pick<CoreInfo, "model" | "capabilities" | "kind" | "baseUrl">[],
  set: string | null,
): readonly Choice<string>[] {
  const able = cores.filter(({ capabilities }) => capabilities.embeddings === "native");
  const found = new Map(able.map((core) => [core.model, core]));
  const first = "The first running on this machine";
  const gone = set !== null && set !== "off" && !found.has(set) ? [set] : [];
  return [
    { value: FIRST_MODEL, label: able.some(embedsUnasked) ? first : `${first} (none now)` },
    ...[...found.values()].map((core) => ({ value: core.model, label: labelOf(core) })),
    ...gone.map((model) => ({ value: model, label: `${model} (not found now)` })),
    { value: "off", label: "None: words only" },
  ];
}

function labelOf({ model, kind, baseUrl }: Pick<CoreInfo, "model" | "kind" | "baseUrl">): string {
  if (kind === "local") return `${model} (model file, loaded for it)`;
  return isOnThisMachine({ baseUrl }) ? model : `${model} (elsewhere: it reads all texts)`;
}

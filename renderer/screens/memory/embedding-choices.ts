import type { CoreInfo } from "../../../shared/cores.ts";
import type { Choice } from "../../components/inputs.tsx";

/** Stands for null in the settings: the first model that can. */
export const FIRST_MODEL = "";

/** The models that make embeddings, and the one that is set even where it is not found now. */
export function embeddingChoices(
  cores: readonly Pick<CoreInfo, "model" | "capabilities">[],
  set: string | null,
): readonly Choice<string>[] {
  const found = new Set(
    cores.filter(({ capabilities }) => capabilities.embeddings === "native").map(({ model }) => model),
  );
  const gone = set !== null && set !== "off" && !found.has(set) ? [set] : [];
  return [
    { value: FIRST_MODEL, label: found.size === 0 ? "The first that can (none now)" : "The first that can" },
    ...[...found].map((model) => ({ value: model, label: model })),
    ...gone.map((model) => ({ value: model, label: `${model} (not found now)` })),
    { value: "off", label: "None: words only" },
  ];
}

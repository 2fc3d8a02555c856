import { KernelError } from "../../../shared/errors.ts";
import { type CoreId, coreId } from "../../../shared/ids.ts";
import type { LocalModelConfig, ModelFileFacts } from "../../../shared/local-models.ts";
import {
  LOCAL_CONTEXT_TOKENS,
  LOCAL_KV_DISK_BYTES,
  LOCAL_LEAST_CONTEXT_TOKENS,
  LOCAL_MEMORY_SHARE,
  LOCAL_WAITING_STATES,
} from "../limits.ts";

/** What the person chose; null where the program may. */
export interface LocalModelChoice {
  readonly title: string;
  readonly slots: number;
  readonly contextTokens: number | null;
  readonly kvRamBytes: number | null;
  readonly kvDiskBytes: number | null;
  readonly threads: number | null;
}

/**
 * How a model file is to run. Where nothing was chosen, its window is at most LOCAL_CONTEXT_TOKENS, and its states may
 * take what all slots and a few waiting agents need, but no more than a share of the memory that is free, and at least
 * what the slots need. Throws `bad-input` for a window that the model was not trained for.
 */
export function localModelConfig(
  facts: ModelFileFacts,
  choice: LocalModelChoice,
  freeBytes: number,
  taken: (id: CoreId) => boolean,
): LocalModelConfig {
  const { trainedTokens, kvBytesPerToken } = facts;
  if (choice.contextTokens !== null && choice.contextTokens > trainedTokens) {
    throw new KernelError("bad-input", `The model was trained for ${trainedTokens} tokens and no more`, {
      field: "contextTokens",
      hint: `Choose at most ${trainedTokens}`,
    });
  }
  const contextTokens =
    choice.contextTokens ??
    Math.max(LOCAL_LEAST_CONTEXT_TOKENS, Math.min(trainedTokens, LOCAL_CONTEXT_TOKENS));
  const bytesOf = (states: number): number => states * contextTokens * kvBytesPerToken;
  const affordable = Math.min(
    bytesOf(choice.slots + LOCAL_WAITING_STATES),
    Math.floor(freeBytes * LOCAL_MEMORY_SHARE),
  );
  const { id, model } = localNames(facts.file, taken);
  return {
    type: "local",
    id,
    title: choice.title || facts.name.trim().slice(0, 200) || model,
    file: facts.file,
    model,
    slots: choice.slots,
    contextTokens,
    kvRamBytes: choice.kvRamBytes ?? Math.max(bytesOf(choice.slots), affordable),
    kvDiskBytes: choice.kvDiskBytes ?? LOCAL_KV_DISK_BYTES,
    threads: choice.threads,
  };
}

/** `local/<file name>`; with a number where two files have the same name, so that neither takes the other's calls. */
function localNames(
  file: string,
  taken: (id: CoreId) => boolean,
): { readonly id: CoreId; readonly model: string } {
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  const base = name.replace(/\.gguf$/i, "").slice(0, 180) || "model";
  for (let n = 1; ; n += 1) {
    const model = n === 1 ? base : `${base}-${n}`;
    const id = coreId(`local/${model}`);
    if (!taken(id)) return { id, model };
  }
}

import { basename } from "node:path";
import type { CoreInfo } from "../../../shared/cores.ts";
import type { LocalModelConfig } from "../../../shared/local-models.ts";

/** What the scheduler is told of a model file: it is preempted freely, since its state is kept. */
export const infoOf = (config: LocalModelConfig): CoreInfo => ({
  id: config.id,
  title: config.title === "" ? basename(config.file) : config.title,
  kind: "local",
  baseUrl: null,
  model: config.model,
  source: "added",
  capabilities: {
    slots: config.slots,
    contextTokens: config.contextTokens,
    tools: "native",
    jsonSchema: "native",
    embeddings: "native",
    preemption: "kv",
    summaries: "native",
    price: null,
  },
  health: { status: "ready" },
});

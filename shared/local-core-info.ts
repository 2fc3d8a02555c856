import type { CoreHealth, CoreInfo } from "./cores.ts";
import type { LocalModelConfig } from "./local-models.ts";

/** A model file as a core: it is preempted freely, since its state is kept, and costs nothing. */
export const localCoreInfo = (config: LocalModelConfig, health: CoreHealth): CoreInfo => ({
  id: config.id,
  title: config.title,
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
  health,
});

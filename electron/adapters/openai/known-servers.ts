import { z } from "zod";
import { askAbout, askWhatRuns } from "../ollama/facts.ts";
import { ollamaWindow, positive } from "../ollama/window.ts";
import { readBounded } from "./bounded-body.ts";
import { canChat, type ListedModel } from "./model-list.ts";

/** Programs that serve models on this machine; also the first part of the ids of their cores. */
export type KnownServer = "ollama" | "lm-studio" | "llama-server" | "vllm";

/** A model with what its server tells beyond the OpenAI list. */
export interface KnownModel {
  readonly model: string;
  readonly slots: number;
  readonly contextTokens: number | null;
  readonly embeddings?: "native" | "none";
}

/** Reads a JSON answer of a server's own interface; null when it does not give a fitting one in time. */
export type Ask = <T>(path: string, schema: z.ZodType<T>, body?: object) => Promise<T | null>;

/** Asks one server at `origin`, such as `http://127.0.0.1:11434`. Never throws. */
export const askerOf =
  (origin: string, signal: () => AbortSignal, headers: Readonly<Record<string, string>> = {}): Ask =>
  async (path, schema, body) => {
    try {
      const response = await fetch(`${origin}${path}`, {
        signal: signal(),
        redirect: "manual",
        headers,
        ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
      });
      const { text } = await readBounded(response, 4 * 1024 * 1024);
      return response.ok ? schema.parse(JSON.parse(text)) : null;
    } catch {
      return null;
    }
  };

/** Slots of a server that does not say: local programs run one call at a time unless told otherwise. */
const LOCAL_SLOTS = 1;
/** vLLM batches calls as they come, up to 256 by default; more than a few only make each slower. */
const VLLM_SLOTS = 8;

/** Adds slots and context windows to the listed models, asking the server's own interface. Never throws. */
export async function describeModels(
  server: KnownServer,
  models: readonly ListedModel[],
  ask: Ask,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly KnownModel[]> {
  switch (server) {
    case "ollama":
      return describeOllama(models, ask, environment);
    case "lm-studio":
      return describeLmStudio(models, ask);
    case "llama-server":
      return describeLlamaServer(models, ask);
    case "vllm":
      return models.map((model) => ({
        model: model.id,
        slots: VLLM_SLOTS,
        contextTokens: model.contextTokens,
      }));
  }
}

const count = z.int().positive().optional().catch(undefined);

async function describeOllama(
  models: readonly ListedModel[],
  ask: Ask,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly KnownModel[]> {
  const [running, ...shown] = await Promise.all([
    askWhatRuns(ask),
    ...models.map((model) => askAbout(ask, model.id)),
  ]);
  const slots = positive(environment.OLLAMA_NUM_PARALLEL) ?? LOCAL_SLOTS;
  return models.flatMap(({ id }, position) => {
    const facts = shown[position] ?? null;
    if (facts?.capabilities && !facts.capabilities.includes("completion")) return [];
    const contextTokens = ollamaWindow(facts, running.get(id) ?? null, environment);
    const embeddings = facts?.capabilities?.includes("embedding") ? "native" : "none";
    return [{ model: id, slots: Math.min(slots, 64), contextTokens, embeddings }];
  });
}

const studioSchema = z.object({
  data: z.array(z.object({ id: z.string(), type: z.string().catch("llm"), loaded_context_length: count })),
});

async function describeLmStudio(models: readonly ListedModel[], ask: Ask): Promise<readonly KnownModel[]> {
  const details = await ask("/api/v0/models", studioSchema);
  return models.flatMap((model) => {
    const own = details?.data.find((candidate) => candidate.id === model.id);
    if (own?.type === "embeddings") return [];
    return [{ model: model.id, slots: LOCAL_SLOTS, contextTokens: own?.loaded_context_length ?? null }];
  });
}

const propsSchema = z.object({
  total_slots: count,
  default_generation_settings: z.object({ n_ctx: count }).optional().catch(undefined),
});

async function describeLlamaServer(models: readonly ListedModel[], ask: Ask): Promise<readonly KnownModel[]> {
  const props = await ask("/props", propsSchema);
  return models.map((model) => ({
    model: model.id,
    slots: Math.min(props?.total_slots ?? LOCAL_SLOTS, 64),
    contextTokens: props?.default_generation_settings?.n_ctx ?? null,
  }));
}

/** The first chat models of a list, `limit` at most. */
export const chatModels = (models: readonly ListedModel[], limit: number): readonly ListedModel[] =>
  models.filter((model) => canChat(model.id)).slice(0, limit);

import { z } from "zod";
import { readBounded } from "../openai/bounded-body.ts";
import type { Ask } from "../openai/known-servers.ts";
import { positive } from "./window.ts";

/** What Ollama tells of a model. Source: Ollama, docs/api.md, "Show Model Information". */
export interface OllamaFacts {
  /** `num_ctx` of the model's own file. */
  readonly ownTokens: number | null;
  /** The length it was trained for. */
  readonly trainedTokens: number | null;
  /** Such as `completion`, `tools`, `embedding`; null of versions before 0.6.4. */
  readonly capabilities: readonly string[] | null;
}

const count = z.int().positive();

const shownSchema = z
  .object({
    parameters: z.string().optional().catch(undefined),
    capabilities: z.array(z.string()).nullish().catch(null),
    model_info: z.record(z.string(), z.unknown()).nullish().catch(null),
  })
  .transform(({ parameters, capabilities, model_info: info }): OllamaFacts => {
    const architecture = info?.["general.architecture"];
    const trained = typeof architecture === "string" ? info?.[`${architecture}.context_length`] : undefined;
    return {
      ownTokens: positive(/^num_ctx\s+(\d+)/m.exec(parameters ?? "")?.[1]),
      trainedTokens: count.safeParse(trained).data ?? null,
      capabilities: capabilities ?? null,
    };
  });

/** Never throws; null when it does not say. */
export const askAbout = (ask: Ask, model: string): Promise<OllamaFacts | null> =>
  ask("/api/show", shownSchema, { model });

const runningSchema = z.object({
  models: z.array(z.object({ name: z.string(), context_length: count.optional().catch(undefined) })),
});

/** The windows in tokens of the models that are loaded, by name. Never throws. */
export async function askWhatRuns(ask: Ask): Promise<ReadonlyMap<string, number>> {
  const running = await ask("/api/ps", runningSchema);
  return new Map(
    (running?.models ?? []).flatMap(({ name, context_length: tokens }) =>
      tokens === undefined ? [] : [[name, tokens] as const],
    ),
  );
}

const versionSchema = z.strictObject({ version: z.string() });

/** Whether Ollama answers at `base`. Never throws. `no-answer` when nothing does. */
export async function probeOllama(base: string, signal: AbortSignal): Promise<"yes" | "no" | "no-answer"> {
  try {
    const response = await fetch(`${base}/api/version`, { redirect: "manual", signal });
    const { text } = await readBounded(response, 1_024);
    return response.ok && versionSchema.safeParse(parseJson(text)).success ? "yes" : "no";
  } catch {
    return "no-answer";
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

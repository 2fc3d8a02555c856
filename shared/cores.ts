import { z } from "zod";
import type { Truncation } from "./context.ts";
import type { KernelErrorData } from "./errors.ts";
import { coreIdSchema } from "./id-schemas.ts";
import type { CoreId } from "./ids.ts";
import { type LocalModelConfig, type LocalModelView, localModelSchema } from "./local-models.ts";

/** How a running call can be taken off a core: not at all, by feeding the partial text back, or with its state kept. */
export type Preemption = "none" | "prefill" | "kv";

/** What a core can do. The scheduler reads these and never a core's name. */
export interface CoreCapabilities {
  readonly slots: number;
  /** Context window in tokens; null where it is not known. */
  readonly contextTokens: number | null;
  readonly tools: "native" | "none";
  readonly jsonSchema: "native" | "none";
  readonly embeddings: "native" | "none";
  /** Set for a model that makes embeddings and cannot talk. */
  readonly chat?: "none";
  readonly preemption: Preemption;
  /** Whether it can put a long text into fewer words. A planner cannot. */
  readonly summaries: "native" | "none";
  /** US dollars for a million tokens; null where calls cost nothing or the price is not known. */
  readonly price: { readonly prompt: number; readonly output: number } | null;
}

export type CoreHealth =
  | { readonly status: "ready" }
  | { readonly status: "untested" }
  | { readonly status: "rate-limited"; readonly until: number }
  | { readonly status: "failing"; readonly error: KernelErrorData; readonly since: number };

export type CoreSource = "built-in" | "found" | "environment" | "added";

/** One model at one endpoint. Cores that serve a model of the same name share its calls, least loaded first. */
export interface CoreInfo {
  readonly id: CoreId;
  readonly title: string;
  readonly kind: "offline" | "openai-compatible" | "local";
  /** The address without credentials; null for a core in the process. */
  readonly baseUrl: string | null;
  readonly model: string;
  readonly source: CoreSource;
  readonly capabilities: CoreCapabilities;
  readonly health: CoreHealth;
  /** For a model file that runs in the program. */
  readonly local?: LocalModelView;
  /** The last prompt of which its server seems to have dropped the beginning. */
  readonly truncation?: Truncation;
}

/** How to reach an OpenAI-compatible core. The key is kept apart, by `Secrets`, under the core's id. */
export const coreConfigSchema = z.object({
  id: coreIdSchema,
  title: z.string().min(1).max(200),
  baseUrl: z.url({ protocol: /^https?$/ }).max(2_000),
  model: z.string().min(1).max(200),
  source: z.enum(["found", "environment", "added"]),
  slots: z.int().min(1).max(64),
  contextTokens: z.int().positive().nullable(),
});
export type CoreConfig = z.infer<typeof coreConfigSchema>;

/** What is kept on disk of a core that the person added. */
export const savedCoreSchema = z.union([localModelSchema, coreConfigSchema]);
export type SavedCore = LocalModelConfig | CoreConfig;

export interface CoreTestReport {
  readonly ok: true;
  readonly models: readonly string[];
  readonly latencyMs: number;
}
export type CoreTestResult = CoreTestReport | { readonly ok: false; readonly error: KernelErrorData };

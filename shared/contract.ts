import { z } from "zod";
import type { AgentDetail } from "./agent-detail.ts";
import { ACCESS_CONTRACT } from "./contract-access.ts";
import { CONTEXT_CONTRACT } from "./contract-context.ts";
import { FILES_CONTRACT } from "./contract-files.ts";
import { MEMORY_CONTRACT } from "./contract-memory.ts";
import { MODELS_CONTRACT } from "./contract-models.ts";
import { TOOLS_CONTRACT } from "./contract-tools.ts";
import type { CoreInfo, CoreTestResult } from "./cores.ts";
import type { KernelEvent } from "./events.ts";
import { agentIdSchema, coreIdSchema, seqSchema, serverNameSchema, syscallIdSchema } from "./id-schemas.ts";
import type { AgentId, CoreId } from "./ids.ts";
import type { AgentManifest, ManifestProblem } from "./manifest.ts";
import type { Message, ToolSpecification } from "./messages.ts";
import { modeSchema } from "./permission.ts";
import { done, output } from "./schema-parts.ts";
import { prioritySchema, type Settings, settingsSchema } from "./settings.ts";
import type { SystemStateWire } from "./state-wire.ts";

/** Longest task or message a person may type, in characters. */
export const TASK_CHARACTERS = 20_000;
/** Most events one `events.read` returns. */
export const EVENTS_PAGE = 1_000;

const nothing = z.strictObject({});
const ofAgent = z.strictObject({ agentId: agentIdSchema });

/** The exact prompt of one model call, rebuilt from the log. */
export interface PromptView {
  readonly model: string | null;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpecification[];
  readonly maxOutputTokens: number | null;
  /** Estimated tokens of each part. */
  readonly tokens: { readonly system: number; readonly tools: number; readonly history: number };
}

export interface KernelInfo {
  readonly version: string;
  readonly host: "desktop" | "headless";
  readonly dataFolder: string;
  readonly workspaceFolder: string;
  readonly agentsFolder: string;
  readonly pid: number;
}

const taskSchema = z.string().trim().min(1, "expected a task").max(TASK_CHARACTERS);

/**
 * THE method table: name -> input and output. Every transport serves exactly this, validates the input, and answers
 * bad input with `bad-input` naming the field.
 */
export const CONTRACT = {
  "kernel.info": { input: nothing, output: output<KernelInfo>() },
  "state.get": { input: nothing, output: output<SystemStateWire>() },
  "events.read": {
    input: z.strictObject({
      from: seqSchema,
      limit: z.int().min(1).max(EVENTS_PAGE).default(EVENTS_PAGE),
      agentId: agentIdSchema.nullable().default(null),
    }),
    output: output<{ readonly events: readonly KernelEvent[] }>(),
  },
  "settings.update": { input: settingsSchema.partial().strict(), output: output<Settings>() },

  "agents.catalogue": {
    input: nothing,
    output: output<{
      readonly manifests: readonly AgentManifest[];
      readonly problems: readonly ManifestProblem[];
    }>(),
  },
  "agents.launch": {
    input: z.strictObject({
      agent: z.string().min(1).max(64),
      task: taskSchema,
      priority: prioritySchema.optional(),
      model: z.string().min(1).max(200).nullable().optional(),
      mode: modeSchema.optional(),
      /** MCP servers whose tools it gets, besides those of its manifest. */
      servers: z.array(serverNameSchema).max(16).optional(),
    }),
    output: output<{ readonly agentId: AgentId }>(),
  },
  /** Twelve agents with sample tasks. */
  "agents.launchFleet": { input: nothing, output: output<{ readonly agentIds: readonly AgentId[] }>() },
  "agents.detail": { input: ofAgent, output: output<AgentDetail>() },
  "agents.pause": { input: ofAgent, output: done },
  "agents.resume": { input: ofAgent, output: done },
  "agents.kill": { input: ofAgent, output: done },
  "agents.reprioritise": {
    input: z.strictObject({ agentId: agentIdSchema, priority: prioritySchema }),
    output: done,
  },
  /** To a running agent: read at its next step. To one that ended `done`: it goes on with this as its next task. */
  "agents.send": { input: z.strictObject({ agentId: agentIdSchema, text: taskSchema }), output: done },

  "syscalls.prompt": { input: z.strictObject({ syscallId: syscallIdSchema }), output: output<PromptView>() },
  "syscalls.cancel": { input: z.strictObject({ syscallId: syscallIdSchema }), output: done },

  ...ACCESS_CONTRACT,
  ...TOOLS_CONTRACT,
  ...CONTEXT_CONTRACT,
  ...MODELS_CONTRACT,
  ...MEMORY_CONTRACT,
  ...FILES_CONTRACT,

  /** Looks again for model servers on this machine and in the environment. */
  "cores.discover": { input: nothing, output: output<{ readonly found: readonly CoreId[] }>() },
  /** Asks an address for its models, and a model for a word. Adds nothing. */
  "cores.test": {
    input: z.union([
      z.strictObject({ coreId: coreIdSchema }),
      z.strictObject({
        baseUrl: z.url({ protocol: /^https?$/, error: "expected an http or https address" }).max(2_000),
        model: z.string().max(200).default(""),
        apiKey: z.string().max(2_000).default(""),
      }),
    ]),
    output: output<CoreTestResult>(),
  },
  "cores.add": {
    input: z.strictObject({
      title: z.string().max(200).default(""),
      baseUrl: z.url({ protocol: /^https?$/, error: "expected an http or https address" }).max(2_000),
      model: z.string().min(1, "expected a model name").max(200),
      apiKey: z.string().max(2_000).default(""),
      slots: z.int().min(1).max(64).default(2),
      contextTokens: z.int().positive().nullable().default(null),
    }),
    output: output<CoreInfo>(),
  },
  "cores.setSlots": {
    input: z.strictObject({ coreId: coreIdSchema, slots: z.int().min(1).max(64) }),
    output: done,
  },
  "cores.remove": { input: z.strictObject({ coreId: coreIdSchema }), output: done },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

export type Contract = typeof CONTRACT;
export type MethodName = keyof Contract;
/** What a caller passes: fields with a default may be left out. */
export type MethodInput<M extends MethodName> = z.input<Contract[M]["input"]>;
/** What a server receives after validation. */
export type MethodParsed<M extends MethodName> = z.output<Contract[M]["input"]>;
export type MethodOutput<M extends MethodName> = z.output<Contract[M]["output"]>;

export const METHOD_NAMES = Object.keys(CONTRACT) as readonly MethodName[];
export const isMethodName = (name: string): name is MethodName => Object.hasOwn(CONTRACT, name);

/** One function for each method: what the kernel offers and every transport serves. */
export type ContractHandlers = {
  readonly [M in MethodName]: (input: MethodParsed<M>) => Promise<MethodOutput<M>>;
};

import { z } from "zod";
import { badInput } from "../../../shared/errors.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { Effect, Preview } from "../../../shared/permission.ts";
import type { PrivateSource, TaintSource } from "../../../shared/taint.ts";
import type { EffectsCaller, Tool, ToolReply, ToolRun } from "../ports.ts";

export interface ToolDefinition<Input extends z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly kind: Tool["kind"];
  readonly input: Input;
  readonly idempotent: Tool["idempotent"];
  /** Calls at once; many unless the tool says otherwise. */
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  readonly effects?: (args: z.output<Input>, caller: EffectsCaller) => Promise<readonly Effect[]>;
  /** Where the text comes from that it brings in, when that is outside. */
  readonly taints?: (args: z.output<Input>, caller: EffectsCaller) => Promise<readonly TaintSource[]>;
  /** Whose private data it brings in. */
  readonly privates?: readonly PrivateSource[];
  readonly preview?: (args: z.output<Input>, caller: EffectsCaller) => Promise<Preview>;
  readonly run: (args: z.output<Input>, run: ToolRun) => Promise<string | ToolReply>;
}

const NOBODY: EffectsCaller = { memoryOwner: "" };

/** A tool of the kernel from one zod schema: what the model is told and what is checked cannot differ. */
export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): Tool {
  const { name, description, input } = definition;
  // Arguments were parsed by this same schema before they come back here.
  const typed = (args: JsonObject): z.output<Input> => args as z.output<Input>;
  return {
    specification: { name, description, parameters: z.toJSONSchema(input, { io: "input" }) as JsonObject },
    server: null,
    kind: definition.kind,
    idempotent: definition.idempotent,
    concurrency: definition.concurrency ?? 8,
    timeoutMs: definition.timeoutMs ?? 30_000,
    parse(args) {
      const parsed = input.safeParse(args);
      if (!parsed.success) throw badInput(name, parsed.error);
      return parsed.data as JsonObject;
    },
    effects: async (args, caller) => (await definition.effects?.(typed(args), caller)) ?? [],
    taints: async (args, caller = NOBODY) => (await definition.taints?.(typed(args), caller)) ?? [],
    privates: () => definition.privates ?? [],
    preview: async (args, caller = NOBODY) =>
      (await definition.preview?.(typed(args), caller)) ?? { type: "none" },
    run: (args, run) => definition.run(typed(args), run),
  };
}

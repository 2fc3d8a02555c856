import { z } from "zod";
import { badInput } from "../../shared/errors.ts";
import type { JsonObject } from "../../shared/messages.ts";
import type { Effect } from "../../shared/permission.ts";
import type { TaintSource } from "../../shared/taint.ts";
import type { Tool, ToolRun } from "../kernel/ports.ts";

/** A tool as its adapter writes it down. `Input` is what `input` makes of the arguments. */
export interface AdapterTool<Input extends JsonObject> {
  readonly name: string;
  /** What the model reads to choose and use the tool. */
  readonly description: string;
  /** Must accept its own output unchanged: parsed arguments are parsed again before each use. */
  readonly input: z.ZodType<Input>;
  readonly kind: Tool["kind"];
  readonly idempotent: Tool["idempotent"];
  readonly concurrency: number;
  readonly timeoutMs: number;
  effects(input: Input): readonly Effect[];
  /** Where the text comes from that it brings in, when that is outside. */
  taints?(input: Input): readonly TaintSource[];
  run(input: Input, run: ToolRun): Promise<string>;
}

/** As `Tool`, with results that are texts. */
export interface TextTool extends Tool {
  run(args: JsonObject, run: ToolRun): Promise<string>;
}

/** A Tool whose JSON Schema and parser come from one zod schema. Shows no preview. */
export function adapterTool<Input extends JsonObject>(definition: AdapterTool<Input>): TextTool {
  const { name, description, input, kind, idempotent, concurrency, timeoutMs } = definition;
  const parse = (args: JsonObject): Input => {
    const parsed = input.safeParse(args);
    if (!parsed.success) throw badInput(name, parsed.error);
    return parsed.data;
  };
  return {
    specification: { name, description, parameters: parametersOf(input) },
    server: null,
    kind,
    idempotent,
    concurrency,
    timeoutMs,
    parse,
    effects: async (args) => definition.effects(parse(args)),
    taints: async (args) => definition.taints?.(parse(args)) ?? [],
    privates: () => [],
    preview: async () => ({ type: "none" }),
    run: async (args, run) => definition.run(parse(args), run),
  };
}

/** The JSON Schema of what a model may pass. */
export function parametersOf(input: z.ZodType): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input" });
  const plain: JsonObject = JSON.parse(JSON.stringify(schema));
  return plain;
}

import { z } from "zod";
import { EVENT_VERSION } from "../../shared/events.ts";
import { type Ended, type ProgramOptions, runProgram } from "./program.ts";

const count = z.int().min(0);
const milliseconds = z.number().min(0);

/** The last line of `run --json`, word for word as the README has it; `error` only where there is one. */
export const resultSchema = z.strictObject({
  type: z.literal("result"),
  agent: z.string().regex(/^a\d+$/),
  status: z.enum(["done", "failed", "cancelled"]),
  answer: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).loose().optional(),
  syscalls: z.strictObject({ llm: count, memory: count, storage: count, tool: count }),
  waitMs: milliseconds,
  serviceMs: milliseconds,
  turnaroundMs: milliseconds,
});
export type RunResult = z.infer<typeof resultSchema>;

const eventSchema = z
  .object({ v: z.literal(EVENT_VERSION), seq: z.int().positive(), type: z.string() })
  .loose();

export interface JsonRun extends Ended {
  readonly events: readonly z.infer<typeof eventSchema>[];
  readonly result: RunResult;
}

/** `aios run … --json`, its lines checked: events, and the result last. */
export async function runJson(
  dataFolder: string,
  agent: string,
  task: string,
  more: readonly string[] = [],
  options: ProgramOptions = {},
): Promise<JsonRun> {
  const ended = await runProgram(["run", agent, task, "--data", dataFolder, "--json", ...more], options);
  return { ...ended, ...parseRun(ended) };
}

export function parseRun({ stdout, stderr }: Ended): Pick<JsonRun, "events" | "result"> {
  const lines = stdout.trimEnd().split("\n");
  const last = lines.pop();
  if (last === undefined || last === "") throw new Error(`Nothing was printed:\n${stderr}`);
  return {
    events: lines.map((line) => eventSchema.parse(JSON.parse(line))),
    result: resultSchema.parse(JSON.parse(last)),
  };
}

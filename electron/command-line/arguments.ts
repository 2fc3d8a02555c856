import { parseArgs } from "node:util";
import { defaultDataFolder } from "../adapters/data-folder.ts";

export const USAGE = `AIOS: an operating system for LLM agents

  aios run <agent> "<task>" [--model ID] [--approve all|none] [--data DIR] [--json]
  aios serve [--port N] [--token T] [--data DIR]
  aios agents [--data DIR] [--json]     the agents that can be launched
  aios models [--data DIR] [--json]     the models found and added
  aios ps [--data DIR] [--json]         agents, running and ended

  --approve all    allows each request once; none (the default where nobody is
                   at the terminal) denies, and the agent is told
  --json           one JSON object a line: events as they happen, the result last
`;

export type Approve = "all" | "none" | "ask";
export type Output = "json" | "text";

interface Common {
  readonly dataFolder: string;
  readonly output: Output;
}

export type Command =
  | { readonly name: "help" }
  | { readonly name: "bad-usage"; readonly message: string }
  | (Common & {
      readonly name: "run";
      readonly agent: string;
      readonly task: string;
      readonly model: string | null;
      readonly approve: Approve;
    })
  | (Common & { readonly name: "serve"; readonly port: number; readonly token: string | null })
  | (Common & { readonly name: "agents" | "models" | "ps" });

export type CommandOf<Name extends Command["name"]> = Extract<Command, { readonly name: Name }>;

const OPTIONS = {
  model: { type: "string" },
  approve: { type: "string" },
  data: { type: "string" },
  json: { type: "boolean" },
  port: { type: "string" },
  token: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;
type OptionName = keyof typeof OPTIONS;

const ALLOWED: Readonly<Record<string, readonly OptionName[]>> = {
  run: ["model", "approve", "data", "json"],
  serve: ["port", "token", "data"],
  agents: ["data", "json"],
  models: ["data", "json"],
  ps: ["data", "json"],
};

/** Reads the command line. Never throws: what does not fit is `bad-usage`. */
export function parseCommand(argv: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
    const [name, ...rest] = positionals;
    if (values.help || name === "help") return { name: "help" };
    if (name === undefined) return bad("A command is missing");
    const allowed = Object.hasOwn(ALLOWED, name) ? ALLOWED[name] : undefined;
    if (!allowed) return bad(`There is no command ${name}`);
    const foreign = (Object.keys(values) as OptionName[]).find((option) => !allowed.includes(option));
    if (foreign) return bad(`${name} has no option --${foreign}`);
    const output = values.json ? "json" : "text";
    const common: Common = { dataFolder: values.data ?? defaultDataFolder(), output };
    if (values.data === "") return bad("--data: expected a folder");
    if (name === "run") return parseRun(rest, values, common);
    if (rest.length > 0) return bad(`${name} takes no arguments, got: ${rest.join(" ")}`);
    if (name === "serve") return parseServe(values, common);
    return { ...common, name: name as "agents" | "models" | "ps" };
  } catch (thrown) {
    return bad(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

const bad = (message: string): Command => ({ name: "bad-usage", message });

type Values = { readonly [Name in OptionName]?: string | boolean | undefined };

function parseRun(rest: readonly string[], values: Values, common: Common): Command {
  const [agent, task, ...more] = rest;
  if (agent === undefined) return bad("run: the agent is missing");
  if (task === undefined || task.trim() === "") return bad("run: the task is missing");
  if (more.length > 0) return bad("run: put the task in quotes");
  const { approve } = values;
  if (approve !== undefined && approve !== "all" && approve !== "none") {
    return bad(`--approve: expected all or none, got ${approve}`);
  }
  const model = typeof values.model === "string" ? values.model : null;
  if (model === "") return bad("--model: expected a model");
  return { ...common, name: "run", agent, task, model, approve: approve ?? "ask" };
}

function parseServe(values: Values, common: Common): Command {
  const port = values.port === undefined ? 0 : Number(values.port);
  if ((values.port !== undefined && !/^\d{1,5}$/.test(String(values.port))) || port > 65_535)
    return bad("--port: expected a number from 0 to 65535");
  const token = typeof values.token === "string" ? values.token : null;
  if (token !== null && !/^[\w.~-]{16,200}$/.test(token)) {
    return bad("--token: expected 16 to 200 letters, digits and . _ ~ -");
  }
  return { ...common, name: "serve", port, token };
}

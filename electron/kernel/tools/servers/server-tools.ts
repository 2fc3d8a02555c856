import { KernelError } from "../../../../shared/errors.ts";
import type { ServerName } from "../../../../shared/ids.ts";
import type { JsonObject } from "../../../../shared/messages.ts";
import type { Effect } from "../../../../shared/permission.ts";
import type {
  ServerInfo,
  ServerOptions,
  ServerTransport,
  ToolDefinition,
  ToolEffects,
} from "../../../../shared/servers.ts";
import { SERVER_CALL_LONGEST_MS } from "../../limits.ts";
import type { ServerCall, ServerConnection, ServerConnector, Tool, ToolReply } from "../../ports.ts";
import { toolNames } from "./tool-names.ts";

/** What the tools of a server are made of. */
export interface ServerToolParts {
  readonly server: ServerName;
  readonly options: ServerOptions;
  /** Whether it is a program of this machine. What another machine is told has left, whatever it says of itself. */
  readonly place: Place;
  readonly tools: readonly ToolDefinition[];
  readonly capabilities: ServerInfo["capabilities"];
  readonly connector: Pick<ServerConnector, "digest" | "validate">;
  /** Does `work` on the server's connection, or throws `server-not-ready`. */
  readonly use: Use;
}

type Place = "here" | "elsewhere";

/** Where a server is. One that is reached over the loopback runs here. */
export function placeOf(transport: ServerTransport): Place {
  if (transport.type === "stdio") return "here";
  const { hostname } = new URL(transport.url);
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname) ? "here" : "elsewhere";
}

type Use = <T>(
  run: Parameters<Tool["run"]>[1],
  work: (connection: ServerConnection) => Promise<T>,
) => Promise<T>;

/** A tool before it has the name that models use. */
interface Draft {
  /** The server's own name for it. */
  readonly name: string;
  readonly description: string;
  readonly schema: JsonObject;
  readonly effects: ToolEffects;
  /** Whether what it is told may leave the server for elsewhere. */
  readonly reach: "own" | "open";
  readonly idempotent: Tool["idempotent"];
  call(connection: ServerConnection, args: JsonObject, call: ServerCall): Promise<string | ToolReply>;
}

/** The tools of a server as the kernel and its models know them, by name, those that are turned off left out. */
export function serverTools(parts: ServerToolParts): readonly Tool[] {
  const { server, options, place, tools, capabilities, connector } = parts;
  const own = tools.map((tool) => draftOf(tool, options, place));
  const taken = new Set(own.map(({ name }) => name));
  // A server may have a tool of the same name as one of ours: its own goes first.
  const ours = accessTools(capabilities, place).filter(({ name }) => !taken.has(name));
  const drafts = [...own, ...ours];
  const names = toolNames(
    server,
    drafts.map(({ name }) => name),
    connector.digest,
  );
  return drafts
    .filter(({ name }) => !options.disabledTools.includes(name))
    .map((draft) => toolOf(draft, names.get(draft.name) ?? draft.name, parts))
    .sort((a, b) => (a.specification.name < b.specification.name ? -1 : 1));
}

/** What a call of a tool is taken to do: as the person says, else as the server does, else the worst. */
export function effectsOf(tool: ToolDefinition, options: ServerOptions): ToolEffects {
  const chosen = Object.hasOwn(options.effects, tool.name) ? options.effects[tool.name] : undefined;
  if (chosen !== undefined) return chosen;
  if (tool.annotations.readOnly) return "reads";
  return tool.annotations.destructive ? "changes-for-good" : "changes";
}

function draftOf(tool: ToolDefinition, options: ServerOptions, place: Place): Draft {
  const effects = effectsOf(tool, options);
  const isOpen = tool.annotations.openWorld || place === "elsewhere";
  return {
    name: tool.name,
    description: tool.description === "" ? (tool.title ?? tool.name) : tool.description,
    schema: tool.inputSchema,
    effects,
    // What the person says of a tool stands; its own silence means that it may reach anywhere.
    reach: !Object.hasOwn(options.effects, tool.name) && isOpen ? "open" : "own",
    idempotent: effects === "reads" || tool.annotations.idempotent ? "yes" : "no",
    call: (connection, args, call) => connection.call(tool.name, args, call),
  };
}

function toolOf(draft: Draft, name: string, { server, options, connector, use }: ServerToolParts): Tool {
  const effects = effectsOn(`mcp:${server}/${name.slice(server.length + 2)}`, draft);
  return {
    specification: { name, description: draft.description, parameters: draft.schema },
    server: { name: server, concurrency: options.concurrency },
    kind: "tool",
    idempotent: draft.idempotent,
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    parse(args) {
      const problem = connector.validate(draft.schema, args);
      if (problem === null) return args;
      throw new KernelError("bad-input", `${name}: ${problem}`, {
        hint: "Call it again with arguments that fit its schema",
      });
    },
    effects: async () => effects,
    taints: async () => [{ type: "server", server, tool: draft.name }],
    privates: () => (options.data === "private" ? [{ type: "server", server }] : []),
    preview: async () => ({ type: "none" }),
    run: (args, run) =>
      use(run, (connection) =>
        draft.call(connection, args, {
          signal: run.signal,
          timeoutMs: SERVER_CALL_LONGEST_MS,
          progress(progress) {
            // Whoever says how far it is has not hung: its time begins again.
            run.untimed(Promise.resolve());
            run.progress(progress);
          },
        }),
      ),
  };
}

function effectsOn(target: string, { effects, reach }: Draft): readonly Effect[] {
  switch (effects) {
    case "reads": {
      const read = { type: "read", target, reversible: "yes" } as const;
      // A search or a fetch carries its arguments out, as an address does.
      return reach === "open" ? [read, { type: "net", target, reversible: "yes" }] : [read];
    }
    case "changes":
      return [{ type: "write", target, reversible: "yes" }];
    case "changes-for-good":
      return [{ type: "write", target, reversible: "no" }];
  }
}

/** By which a model reads what a server offers besides tools. */
function accessTools(capabilities: ServerInfo["capabilities"], place: Place): readonly Draft[] {
  const reads = { effects: "reads", reach: "own", idempotent: "yes" } as const;
  const resources: readonly Draft[] = [
    {
      ...reads,
      name: "list_resources",
      description: "Lists the resources that this server offers, each with its address.",
      schema: NO_ARGUMENTS,
      call: (connection, _, call) => connection.listResources(call),
    },
    {
      ...reads,
      // The address is the model's.
      reach: "open",
      name: "read_resource",
      description: "Reads a resource of this server by its address.",
      schema: objectSchema({ uri: { type: "string", maxLength: 4_000 } }, ["uri"]),
      call: (connection, { uri }, call) => connection.readResource(String(uri), call),
    },
  ];
  const prompts: readonly Draft[] = [
    {
      ...reads,
      name: "list_prompts",
      description: "Lists the prompts that this server offers, each with its arguments.",
      schema: NO_ARGUMENTS,
      call: (connection, _, call) => connection.listPrompts(call),
    },
    {
      ...reads,
      // So are the arguments of a prompt.
      reach: place === "elsewhere" ? "open" : "own",
      name: "get_prompt",
      description: "Fills in a prompt of this server and returns its messages.",
      schema: objectSchema(
        {
          name: { type: "string", maxLength: 500 },
          arguments: { type: "object", additionalProperties: { type: "string" } },
        },
        ["name"],
      ),
      call: (connection, { name, arguments: given }, call) =>
        connection.getPrompt(String(name), textFields(given), call),
    },
  ];
  return [...(capabilities.resources ? resources : []), ...(capabilities.prompts ? prompts : [])];
}

const objectSchema = (properties: JsonObject, required: readonly string[]): JsonObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

const NO_ARGUMENTS = objectSchema({}, []);

const textFields = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, field]) => [key, String(field)]))
    : {};

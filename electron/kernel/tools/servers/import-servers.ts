import { z } from "zod";
import type { ImportedServer } from "../../../../shared/contract-tools.ts";
import { badInput, KernelError, toErrorData } from "../../../../shared/errors.ts";
import { serverName } from "../../../../shared/ids.ts";
import { SERVERS_KEPT } from "../../../../shared/limits.ts";
import { type ServerTransport, serverTransportSchema } from "../../../../shared/servers.ts";
import { parseJsonWithComments } from "./json-with-comments.ts";
import { freeName, slug } from "./slug.ts";

const textSchema = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .pipe(z.string().max(10_000));
const textsSchema = z.record(z.string().max(128), textSchema.nullable()).transform(withoutNulls);
/** What is left out on purpose: lists of tools that another program lets run unasked, among others. */
const entrySchema = z.object({
  type: z.string().optional(),
  command: z.string().optional(),
  args: z.array(textSchema).optional(),
  cwd: z.string().nullish(),
  env: textsSchema.nullish(),
  envFile: z.unknown().optional(),
  url: z.string().optional(),
  serverUrl: z.string().optional(),
  httpUrl: z.string().optional(),
  headers: textsSchema.nullish(),
});
type Entry = z.infer<typeof entrySchema>;

/** A value that only the other program can fill in, such as `${input:key}` or `${workspaceFolder}`. */
const PLACEHOLDER = /\$\{[^}]*\}/;

/**
 * Reads the servers out of another program's configuration: `{"mcpServers": {...}}`, `{"servers": {...}}`,
 * `{"context_servers": {...}}`, `{"mcp": {"servers": {...}}}`, or the list by itself. A bad entry is a problem in the list. A secret that only the other program knows is
 * left out of `secrets`, its name is in the transport. Throws `bad-input` when there is no such list.
 */
export function importServers(json: string, present: readonly string[]): readonly ImportedServer[] {
  const entries = Object.entries(listOf(json));
  if (entries.length > SERVERS_KEPT) {
    throw new KernelError("bad-input", `The text names more than ${SERVERS_KEPT} servers`, { field: "json" });
  }
  const taken = new Set<string>(present);
  return entries.map(([given, entry]): ImportedServer => {
    try {
      const { transport, secrets } = read(entry);
      const name = freeName(slug(given) ?? "server", taken);
      taken.add(name);
      return { type: "ok", name: serverName(name), transport, secrets };
    } catch (thrown) {
      return { type: "problem", name: given.slice(0, 200), error: toErrorData(thrown) };
    }
  });
}

function listOf(json: string): Readonly<Record<string, unknown>> {
  const whole = parse(json);
  const { mcpServers, servers, context_servers: contextServers, mcp } = fieldsOf(whole);
  const list = mcpServers ?? servers ?? contextServers ?? fieldsOf(mcp).servers ?? listItself(whole);
  if (typeof list === "object" && list !== null && !Array.isArray(list)) return { ...list };
  throw new KernelError("bad-input", "There is no list of servers in the text", {
    field: "json",
    hint: 'It begins with {"mcpServers": { … }} or {"servers": { … }}',
  });
}

/** `{"files": {"command": ...}}`, as servers' own instructions often show it. */
function listItself(whole: unknown): unknown {
  const entries = Object.values(fieldsOf(whole)).map(fieldsOf);
  const isList = entries.length > 0 && entries.every(({ command, url }) => (command ?? url) !== undefined);
  return isList ? whole : undefined;
}

function parse(json: string): unknown {
  try {
    return parseJsonWithComments(json);
  } catch {
    // The parser's own message quotes the text, which may hold a key.
    throw new KernelError("bad-input", "The text is not JSON", {
      field: "json",
      hint: "Copy all of it, from the first bracket to the last",
    });
  }
}

function withoutNulls(texts: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
  );
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

function read(given: unknown): Pick<Extract<ImportedServer, { type: "ok" }>, "transport" | "secrets"> {
  const parsed = entrySchema.safeParse(flattened(given));
  if (!parsed.success) throw badInput("server", parsed.error);
  const entry = parsed.data;
  const url = entry.httpUrl ?? entry.url ?? entry.serverUrl;
  if (entry.command === undefined && url === undefined) {
    throw new KernelError("bad-input", "It has neither a command nor an address");
  }
  if (entry.type === "sse") {
    throw new KernelError(
      "bad-input",
      "It speaks the old SSE transport, which was replaced by streamable HTTP",
      {
        field: "type",
        hint: "Ask its maker for an address that speaks streamable HTTP",
      },
    );
  }
  return entry.command === undefined ? overHttp(entry, url ?? "") : overStdio(entry, entry.command);
}

/** Some name the program, its arguments and its environment one level deeper. */
function flattened(given: unknown): unknown {
  const { command, ...rest } = fieldsOf(given);
  if (typeof command !== "object" || command === null) return given;
  const { path, args, env } = fieldsOf(command);
  return { ...rest, command: path, args, env };
}

function overStdio(entry: Entry, command: string): ReturnType<typeof read> {
  const { args = [], cwd, env, envFile } = entry;
  if (envFile !== undefined) {
    throw new KernelError("bad-input", "Its environment is in a file, which is not read", {
      field: "envFile",
      hint: "Put the values into env",
    });
  }
  refusePlaceholders({ command, args: args.join(" "), cwd: cwd ?? "" });
  const values = env ?? {};
  return {
    transport: checked({ type: "stdio", command, args, folder: cwd ?? null, envNames: Object.keys(values) }),
    secrets: known(values),
  };
}

function overHttp({ headers }: Entry, url: string): ReturnType<typeof read> {
  refusePlaceholders({ url });
  const values = headers ?? {};
  return {
    transport: checked({ type: "http", url, headerNames: Object.keys(values) }),
    secrets: known(values),
  };
}

function checked(transport: Readonly<Record<string, unknown>>): ServerTransport {
  const parsed = serverTransportSchema.safeParse(transport);
  if (!parsed.success) throw badInput("server", parsed.error);
  return parsed.data;
}

function refusePlaceholders(fields: Readonly<Record<string, string>>): void {
  for (const [field, text] of Object.entries(fields)) {
    const [placeholder] = PLACEHOLDER.exec(text) ?? [];
    if (placeholder === undefined) continue;
    throw new KernelError(
      "bad-input",
      `${field} holds ${placeholder}, which only the other program can fill in`,
      {
        field,
        hint: "Put the value itself there",
      },
    );
  }
}

const known = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !PLACEHOLDER.test(value)));

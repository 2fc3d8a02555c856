import { z } from "zod";
import type { KernelErrorData } from "./errors.ts";
import { serverNameSchema } from "./id-schemas.ts";
import type { ElicitationId, ServerName, SyscallId } from "./ids.ts";
import { SERVER_TOOLS } from "./limits.ts";
import type { JsonObject } from "./messages.ts";
import { jsonObjectSchema } from "./schema-parts.ts";

const envNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "expected a name such as API_KEY");
const headerNameSchema = z.string().regex(/^[A-Za-z0-9-]{1,128}$/, "expected a header name");
// What a terminal or a screen would hide or act on has no place in a command.
const argumentSchema = z
  .string()
  .max(4_000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .refine((text) => !/[\u0000-\u001f\u007f]/.test(text), "holds a control character");

/** How a server is reached. Values of the environment and of headers are secrets: only their names stand here. */
export const serverTransportSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("stdio"),
    command: argumentSchema.pipe(z.string().min(1, "expected a command").max(1_000)),
    args: z.array(argumentSchema).max(100).default([]),
    /** Working folder, absolute; null: the workspace. */
    folder: z.string().max(4_000).nullable().default(null),
    envNames: z.array(envNameSchema).max(100).default([]),
  }),
  z.strictObject({
    type: z.literal("http"),
    url: z.url({ protocol: /^https?$/, error: "expected an http or https address" }).max(2_000),
    headerNames: z.array(headerNameSchema).max(50).default([]),
  }),
]);
export type ServerTransport = z.infer<typeof serverTransportSchema>;

/** What a tool of a server is taken to do; the person may correct what the server says of itself. */
export const toolEffectsSchema = z.enum(["reads", "changes", "changes-for-good"]);
export type ToolEffects = z.infer<typeof toolEffectsSchema>;

/** What the person chooses for a server. */
export const serverOptionsSchema = z.strictObject({
  /** Calls at once, over all its tools. */
  concurrency: z.int().min(1).max(64).default(4),
  timeoutMs: z.int().min(1_000).max(3_600_000).default(60_000),
  /** Whether it may ask our models, through the model queue. */
  sampling: z.enum(["refuse", "allow"]).default("refuse"),
  /** Most output tokens of one such question. */
  samplingTokens: z.int().min(1).max(100_000).default(1_000),
  /** Whether its results may hold private data: an agent that has read them may send nothing elsewhere unasked. */
  data: z.enum(["private", "public"]).default("private"),
  /** By tool; others are taken as the server describes them. */
  effects: z.record(z.string().max(128), toolEffectsSchema).default({}),
  /** Tools that are not offered. */
  disabledTools: z.array(z.string().max(128)).max(1_000).default([]),
});
export type ServerOptions = z.infer<typeof serverOptionsSchema>;

const toolDefinitionSchema = z.strictObject({
  name: z.string(),
  title: z.string().nullable(),
  description: z.string(),
  inputSchema: jsonObjectSchema,
  /** As the server says; hints, no promises. */
  annotations: z.strictObject({
    readOnly: z.boolean(),
    destructive: z.boolean(),
    idempotent: z.boolean(),
    openWorld: z.boolean(),
  }),
});
/** One tool of a server, in the server's own words. */
export type ToolDefinition = Readonly<z.infer<typeof toolDefinitionSchema>>;

/** A server as it is kept in the configuration. */
export const serverConfigSchema = z.strictObject({
  name: serverNameSchema,
  transport: serverTransportSchema,
  options: serverOptionsSchema,
  /** Digest over command, arguments, address and tool definitions that the person trusted; null: not yet. */
  trusted: z.string().nullable(),
  /** The definitions under that digest, to show what changed, and to see a changed command before it is run. */
  tools: z.array(toolDefinitionSchema).max(SERVER_TOOLS).nullable().default(null),
  enabled: z.enum(["yes", "no"]),
});
export type ServerConfig = z.infer<typeof serverConfigSchema>;

/** A tool definition that differs from the one that was trusted. */
export interface ToolChange {
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  readonly before: ToolDefinition | null;
  readonly after: ToolDefinition | null;
}

export type ServerStatus =
  /** Kept in the configuration; no process, nothing was run. */
  | { readonly type: "disabled" }
  | { readonly type: "starting" }
  | { readonly type: "ready"; readonly since: number; readonly pid: number | null }
  /** Tried again at wall time `until`. */
  | { readonly type: "restarting"; readonly until: number; readonly error: KernelErrorData }
  /** Three crashes in a minute, or it cannot be started: until the person starts it again. */
  | { readonly type: "failed"; readonly error: KernelErrorData }
  /** What was trusted is not what is there: `changes` shows the difference. */
  | { readonly type: "changed"; readonly changes: readonly ToolChange[] };

/** A server as the screens see it. Replaced, never mutated. */
export interface ServerInfo {
  readonly name: ServerName;
  readonly transport: ServerTransport;
  readonly options: ServerOptions;
  readonly status: ServerStatus;
  /** As the server calls itself; null before it was ever started. */
  readonly reports: { readonly name: string; readonly version: string; readonly instructions: string } | null;
  readonly capabilities: {
    readonly resources: boolean;
    readonly prompts: boolean;
    readonly logging: boolean;
  };
  /** As last read; null before it was ever started. */
  readonly tools: readonly ToolDefinition[] | null;
  /** Digest of what is there now, for `servers.enable`; null before its tools were read. */
  readonly digest: string | null;
  readonly trust: "none" | "trusted" | "changed";
  readonly restarts: number;
}

export interface ServerLogLine {
  readonly at: number;
  readonly level: string;
  readonly text: string;
}

/** A question that a server puts to the person, through Inbox. Gone with its connection. */
export interface Elicitation {
  readonly id: ElicitationId;
  readonly server: ServerName;
  /** The call in whose course it came, when the server has one call under way; else null. */
  readonly syscallId: SyscallId | null;
  readonly message: string;
  /** A flat JSON Schema of an object, as the protocol demands. */
  readonly schema: JsonObject;
  readonly requestedAt: number;
  readonly expiresAt: number;
}

export const elicitationAnswerSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("accept"),
    content: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  }),
  z.strictObject({ type: z.literal("decline") }),
  z.strictObject({ type: z.literal("cancel") }),
]);
export type ElicitationAnswer = z.infer<typeof elicitationAnswerSchema>;

/** A tool of a server under the name that models use: server and tool, side by side with others of its name. */
export const serverToolName = (server: ServerName, tool: string): string => `${server}__${tool}`;

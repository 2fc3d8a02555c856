import { z } from "zod";
import type { KernelErrorData } from "./errors.ts";
import { elicitationIdSchema, resultIdSchema, serverNameSchema } from "./id-schemas.ts";
import type { ServerName } from "./ids.ts";
import type { ToolSpecification } from "./messages.ts";
import { done, jsonObjectSchema, output } from "./schema-parts.ts";
import {
  elicitationAnswerSchema,
  type ServerInfo,
  serverOptionsSchema,
  serverTransportSchema,
} from "./servers.ts";
import type { Attachment, QueueName, SyscallResult } from "./syscall.ts";

/** Characters of a kept result that one `results.read` returns at most. */
export const RESULT_PAGE = 64_000;

/** A tool as the Tools screen lists it. */
export interface ToolView {
  readonly specification: ToolSpecification;
  readonly server: ServerName | null;
  readonly kind: QueueName;
  readonly idempotent: "yes" | "no";
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Types of effect that a call of it may have, in words such as "write, can be undone". */
  readonly effects: readonly string[];
}

/** One server out of another program's `mcpServers` JSON, as it would be added. Values stay with the caller. */
export type ImportedServer =
  | {
      readonly type: "ok";
      readonly name: ServerName;
      readonly transport: ServerInfo["transport"];
      readonly secrets: Readonly<Record<string, string>>;
    }
  | { readonly type: "problem"; readonly name: string; readonly error: KernelErrorData };

/** Environment or header values by name. Never logged, never returned. */
const secretsSchema = z.record(z.string().max(128), z.string().max(10_000)).default({});

/** Methods about tools, MCP servers and kept results. */
export const TOOLS_CONTRACT = {
  "tools.list": { input: z.strictObject({}), output: output<{ readonly tools: readonly ToolView[] }>() },
  /** A call by the person: a syscall like any other, approved by whoever makes it. Ends with its result. */
  "tools.call": {
    input: z.strictObject({
      tool: z.string().min(1).max(128),
      arguments: jsonObjectSchema,
    }),
    output: output<
      | { readonly type: "done"; readonly result: SyscallResult }
      | { readonly type: "failed"; readonly error: KernelErrorData }
    >(),
  },

  /** Adds a server, disabled. Nothing is run. Throws `conflict` for a name that is taken. */
  "servers.add": {
    input: z.strictObject({
      name: serverNameSchema,
      transport: serverTransportSchema,
      secrets: secretsSchema,
      options: serverOptionsSchema.prefault({}),
    }),
    output: output<ServerInfo>(),
  },
  /** Reads `mcpServers` JSON of another desktop program. Adds nothing. Throws `bad-input`. */
  "servers.import": {
    input: z.strictObject({ json: z.string().max(1_000_000) }),
    output: output<{ readonly servers: readonly ImportedServer[] }>(),
  },
  /** Starts the server, reads its tools for review, and ends it again. Trusts nothing. */
  "servers.inspect": { input: z.strictObject({ name: serverNameSchema }), output: output<ServerInfo>() },
  /** Trusts exactly what `digest` stands for and starts it. Throws `tool-changed` when that is not what is there. */
  "servers.enable": {
    input: z.strictObject({ name: serverNameSchema, digest: z.string().min(1).max(200) }),
    output: output<ServerInfo>(),
  },
  "servers.disable": { input: z.strictObject({ name: serverNameSchema }), output: done },
  /** Starts a failed or restarting server again at once. */
  "servers.restart": { input: z.strictObject({ name: serverNameSchema }), output: done },
  "servers.remove": { input: z.strictObject({ name: serverNameSchema }), output: done },
  "servers.setOptions": {
    input: z.strictObject({ name: serverNameSchema, options: serverOptionsSchema }),
    output: output<ServerInfo>(),
  },
  "elicitations.answer": {
    input: z.strictObject({ elicitationId: elicitationIdSchema, answer: elicitationAnswerSchema }),
    output: done,
  },

  /** A page of a kept text; `total` in characters. Throws `not-found`. */
  "results.read": {
    input: z.strictObject({
      resultId: resultIdSchema,
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(RESULT_PAGE).default(RESULT_PAGE),
    }),
    output: output<{ readonly text: string; readonly total: number }>(),
  },
  /** A kept image, in base64. Throws `not-found`. */
  "results.image": {
    input: z.strictObject({ resultId: resultIdSchema }),
    output: output<{ readonly attachment: Attachment; readonly base64: string }>(),
  },
} as const;

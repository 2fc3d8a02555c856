import type { KernelErrorData } from "../../shared/errors.ts";
import type { WorkspaceScope } from "../../shared/files.ts";
import type { AgentId, ResultId, ServerName, SyscallId } from "../../shared/ids.ts";
import type { JsonObject, Message, ToolSpecification } from "../../shared/messages.ts";
import type { Effect, Preview } from "../../shared/permission.ts";
import type { ElicitationAnswer, ServerInfo, ServerTransport, ToolDefinition } from "../../shared/servers.ts";
import type { Progress, QueueName } from "../../shared/syscall.ts";
import type { PrivateSource, TaintSource } from "../../shared/taint.ts";
import type { Clock } from "./ports.ts";

/** An image as a tool returned it. */
export interface ImageReply {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** What a tool returns when it is more than a text. */
export interface ToolReply {
  readonly text: string;
  readonly images: readonly ImageReply[];
  /** `error`: the tool ran and says that it failed. */
  readonly outcome: "ok" | "error";
}

/** What a tool may use while it runs. */
export interface ToolRun {
  readonly signal: AbortSignal;
  readonly syscallId: SyscallId;
  readonly agentId: AgentId | null;
  /** The call of the model that is being answered, if any. */
  readonly toolCallId: string | null;
  /** Owner of the memory that the call may touch. */
  readonly memoryOwner: string;
  /** Where paths lead that the call names; absent: in the common workspace. */
  readonly workspace?: WorkspaceScope;
  readonly clock: Clock;
  /** Streams text to the screens while the tool runs. The result is not made of it. Never throws. */
  output(text: string): void;
  /** Says that text of outside origin is in the result, where that shows only while it runs. Never throws. */
  taint(source: TaintSource): void;
  /**
   * Lets files that it wrote, by their canonical paths, carry the marks of the caller's context; they are looked for
   * only when there are any marks. Never rejects.
   */
  wrote(files: () => Promise<readonly string[]>): Promise<void>;
  /** Says how far it is; screens see at most one each PROGRESS_MS. Never throws. */
  progress(progress: Progress): void;
  /** Gives the slot back while it waits for other agents, then queues again. */
  waitForAgents<T>(agents: readonly AgentId[], wait: Promise<T>): Promise<T>;
  /** Until `wait` has settled, time is not the tool's: a person or a model is asked in its course. Keeps the slot. */
  untimed(wait: Promise<unknown>): void;
}

/** Who makes a call, as far as its effects depend on it. */
export interface EffectsCaller {
  readonly memoryOwner: string;
  /** null or absent: no agent. */
  readonly agentId?: AgentId | null;
  /** Where paths lead that the call names; absent: in the common workspace. */
  readonly workspace?: WorkspaceScope;
}

/** The server of a tool, and how many calls over all its tools it bears at once. */
export interface ToolServer {
  readonly name: ServerName;
  readonly concurrency: number;
}

/**
 * A tool: what a model is told, what the gate must know, and how it runs. Built-in tools, and later MCP servers,
 * come through this one interface.
 */
export interface Tool {
  readonly specification: ToolSpecification;
  /** The MCP server it comes from; null for a built-in one. */
  readonly server: ToolServer | null;
  /** Which queue and module it belongs to. */
  readonly kind: Exclude<QueueName, "llm">;
  /** Whether the call may be run again when a crash hid its outcome. */
  readonly idempotent: "yes" | "no";
  /** Runs at once at most this many. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Arguments as the tool wants them, defaults filled in. Throws `bad-input` naming the field. */
  parse(args: JsonObject): JsonObject;
  /** Effects on canonical targets, given parsed arguments. Throws what makes the call impossible (`outside-workspace`). */
  effects(args: JsonObject, caller: EffectsCaller): Promise<readonly Effect[]>;
  /** Where the text comes from that the call brings into the context, if from outside. Never throws. */
  taints(args: JsonObject, caller?: EffectsCaller): Promise<readonly TaintSource[]>;
  /** Whose private data the call brings into the context. Never throws. */
  privates(args: JsonObject): readonly PrivateSource[];
  /** What a person should see before it happens. Never throws. */
  preview(args: JsonObject, caller?: EffectsCaller): Promise<Preview>;
  /** Runs with parsed arguments. Returns the text that the model reads, or more; throws KernelError. */
  run(args: JsonObject, run: ToolRun): Promise<string | ToolReply>;
}

/** Results that are too long for a context, and images, in files. Bounded; the oldest go first. */
export interface ResultFiles {
  /** Writes atomically and durably. Replaces what an interrupted kernel left under this id. Throws `storage-failed`. */
  save(id: ResultId, owner: string, mimeType: string, content: string | Uint8Array): Promise<void>;
  /**
   * A page of a text, in characters; it ends at a whole one, so it may be one shorter than `limit`, or longer when
   * `limit` is 1. Throws `not-found`, also for another owner's; null owner: anybody's.
   */
  read(
    id: ResultId,
    owner: string | null,
    offset: number,
    limit: number,
  ): Promise<{ readonly text: string; readonly total: number }>;
  /** What was saved as bytes. Throws `not-found`. */
  readBytes(
    id: ResultId,
  ): Promise<{ readonly mimeType: string; readonly bytes: number; readonly base64: string }>;
}

/** A command line as a tree, from a real shell grammar. Plain data: the decision about it is the kernel's. */
export interface ShellNode {
  /** The grammar's own name, such as `command`, `pipeline`, `command_substitution`. */
  readonly type: string;
  readonly text: string;
  readonly named: boolean;
  readonly children: readonly ShellNode[];
}

export interface ShellParser {
  /** `errors`: the text is not well-formed, or was too long to parse. Never throws. */
  parse(command: string): { readonly root: ShellNode; readonly errors: "none" | "some" };
}

/** What a connection to an MCP server reports. Every call is quick and never throws. */
export interface ServerEvents {
  /** The server's list of tools, resources or prompts has changed. */
  listChanged(): void;
  logged(level: string, text: string): void;
  /** The connection is gone: the process died or the address answers no more. Called once, unless closed by us. */
  closed(error: KernelErrorData): void;
  /** The server asks a model. Rejects with a KernelError, which the server reads. */
  sample(request: {
    readonly messages: readonly Message[];
    readonly maxTokens: number;
    readonly signal: AbortSignal;
  }): Promise<{ readonly text: string; readonly model: string; readonly finishReason: "stop" | "length" }>;
  /** The server asks the person. Never rejects. */
  elicit(message: string, schema: JsonObject, signal: AbortSignal): Promise<ElicitationAnswer>;
}

/** Options of one call on a server. */
export interface ServerCall {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  progress(progress: Progress): void;
}

/** A live connection to an MCP server. Methods throw KernelError: `server-*`, `tool-failed`, `tool-timed-out`, `cancelled`. */
export interface ServerConnection {
  readonly pid: number | null;
  readonly reports: NonNullable<ServerInfo["reports"]>;
  readonly capabilities: ServerInfo["capabilities"];
  tools(signal: AbortSignal): Promise<readonly ToolDefinition[]>;
  call(tool: string, args: JsonObject, call: ServerCall): Promise<ToolReply>;
  /** JSON texts for a model: lists of resources or prompts, a resource's content, a prompt's messages. */
  listResources(call: ServerCall): Promise<string>;
  readResource(uri: string, call: ServerCall): Promise<ToolReply>;
  listPrompts(call: ServerCall): Promise<string>;
  getPrompt(name: string, args: Readonly<Record<string, string>>, call: ServerCall): Promise<string>;
  /** Ends the connection and every process of the server. Never rejects. */
  close(): Promise<void>;
}

export interface ServerConnector {
  /** Starts the server or opens its address. Throws `server-failed` with the server's own last words. */
  connect(
    name: ServerName,
    transport: ServerTransport,
    secrets: Readonly<Record<string, string>>,
    events: ServerEvents,
    signal: AbortSignal,
  ): Promise<ServerConnection>;
  /** A digest of a text, in hex: SHA-256. */
  digest(text: string): string;
  /** Checks arguments against a JSON Schema: null when they fit, else what does not, in one sentence. Never throws. */
  validate(schema: JsonObject, args: JsonObject): string | null;
}

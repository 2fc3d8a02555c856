import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { AnySchema, SchemaOutput } from "@modelcontextprotocol/sdk/server/zod-compat.js";
import {
  CallToolResultSchema,
  type ClientRequest,
  EmptyResultSchema,
  GetPromptResultSchema,
  ReadResourceResultSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { KernelError } from "../../../shared/errors.ts";
import type { ServerName } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { ServerInfo, ToolDefinition } from "../../../shared/servers.ts";
import type { Clock, ServerCall, ServerConnection, ToolReply } from "../../kernel/ports.ts";
import { answeredError } from "./connection-errors.ts";
import { promptMessage, resourceReply, toolReply } from "./content.ts";
import { CALL_LONGEST_MS, CONNECT_MS, SET_LEVEL_MS } from "./limits.ts";
import type { Link } from "./link.ts";
import { readPrompts, readResources, readTools } from "./lists.ts";
import type { Redact } from "./redaction.ts";

/** The SDK's own time limit is the longest that a timer takes: ours comes first. */
const NO_TIMEOUT = 2 ** 31 - 1;

/** Sends one request and waits for its answer. */
export type Ask = <T extends AnySchema>(
  request: ClientRequest,
  answer: T,
  call: ServerCall,
) => Promise<SchemaOutput<T>>;

export interface ConnectionParts {
  readonly server: ServerName;
  readonly client: Client;
  readonly link: Link;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly logged: (level: string, text: string) => void;
  /** Why the connection is gone; null while it is there. */
  readonly gone: () => KernelError | null;
  /** It ends because we want it to. */
  readonly ending: () => void;
}

/** A connection whose greeting is over. */
export class McpConnection implements ServerConnection {
  readonly pid: number | null;
  readonly reports: NonNullable<ServerInfo["reports"]>;
  readonly capabilities: ServerInfo["capabilities"];
  readonly #parts: ConnectionParts;
  #closing: Promise<void> | null = null;

  constructor(parts: ConnectionParts) {
    const { client, link, redact } = parts;
    const { name = "", version = "" } = client.getServerVersion() ?? {};
    const offered = client.getServerCapabilities();
    this.#parts = parts;
    this.pid = link.pid;
    this.reports = {
      name: redact(name),
      version: redact(version),
      instructions: redact(client.getInstructions() ?? ""),
    };
    this.capabilities = {
      resources: offered?.resources !== undefined,
      prompts: offered?.prompts !== undefined,
      logging: offered?.logging !== undefined,
    };
    if (this.capabilities.logging) {
      const params = { level: "info" } as const;
      client
        .request({ method: "logging/setLevel", params }, EmptyResultSchema, { timeout: SET_LEVEL_MS })
        .catch(() => {});
    }
  }

  async tools(signal: AbortSignal): Promise<readonly ToolDefinition[]> {
    if (this.#parts.client.getServerCapabilities()?.tools === undefined) return [];
    return readTools(this.#ask, { signal, timeoutMs: CONNECT_MS, progress: () => {} }, this.#parts);
  }

  async call(tool: string, args: JsonObject, call: ServerCall): Promise<ToolReply> {
    const params = { name: tool, arguments: args };
    const result = await this.#ask({ method: "tools/call", params }, CallToolResultSchema, call);
    return toolReply(result, this.#parts.redact);
  }

  async listResources(call: ServerCall): Promise<string> {
    this.#mustOffer("resources");
    return this.#parts.redact(JSON.stringify(await readResources(this.#ask, call)));
  }

  async readResource(uri: string, call: ServerCall): Promise<ToolReply> {
    this.#mustOffer("resources");
    const request = { method: "resources/read", params: { uri } } as const;
    const { contents } = await this.#ask(request, ReadResourceResultSchema, call);
    return resourceReply(contents, this.#parts.redact);
  }

  async listPrompts(call: ServerCall): Promise<string> {
    this.#mustOffer("prompts");
    return this.#parts.redact(JSON.stringify(await readPrompts(this.#ask, call)));
  }

  async getPrompt(name: string, args: Readonly<Record<string, string>>, call: ServerCall): Promise<string> {
    this.#mustOffer("prompts");
    const request = { method: "prompts/get", params: { name, arguments: { ...args } } } as const;
    const { description, messages } = await this.#ask(request, GetPromptResultSchema, call);
    return this.#parts.redact(JSON.stringify({ description, messages: messages.map(promptMessage) }));
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeOnce();
    return this.#closing;
  }

  async #closeOnce(): Promise<void> {
    const { client, link, ending } = this.#parts;
    ending();
    // The server's own end first: a server is asked to end, not cut off.
    await link.end();
    await client.close().catch(() => {});
  }

  #mustOffer(what: "resources" | "prompts"): void {
    if (this.capabilities[what]) return;
    throw new KernelError("tool-failed", `${this.#parts.server} offers no ${what}`);
  }

  /** The time limit starts again with each progress, up to CALL_LONGEST_MS. An abort reaches the server. */
  readonly #ask: Ask = async (request, answer, call) => {
    const { client, clock, server, gone, redact } = this.#parts;
    const lost = gone();
    if (lost) throw lost;
    if (call.signal.aborted) throw cancelled(server);
    const stop = new AbortController();
    let stopped: KernelError | null = null;
    const stopFor = (error: KernelError): void => {
      stopped ??= error;
      stop.abort(error.data.message);
    };
    const onAbort = (): void => stopFor(cancelled(server));
    const late = (): void => stopFor(timedOut(server, call.timeoutMs));
    call.signal.addEventListener("abort", onAbort, { once: true });
    const start = clock.mono();
    let stopTimer = clock.after(call.timeoutMs, late);
    try {
      return await client.request(request, answer, {
        signal: stop.signal,
        timeout: NO_TIMEOUT,
        onprogress({ progress, total = null, message = "" }) {
          const left = start + Math.max(CALL_LONGEST_MS, call.timeoutMs) - clock.mono();
          stopTimer();
          stopTimer = clock.after(Math.min(call.timeoutMs, left), late);
          call.progress({ done: progress, total, message: redact(message) });
        },
      });
    } catch (error) {
      throw stopped ?? gone() ?? answeredError(server, error, redact);
    } finally {
      stopTimer();
      call.signal.removeEventListener("abort", onAbort);
    }
  };
}

const cancelled = (server: ServerName): KernelError =>
  new KernelError("cancelled", `The call on ${server} was cancelled`);

const timedOut = (server: ServerName, ms: number): KernelError =>
  new KernelError("tool-timed-out", `${server} did not answer within ${ms / 1_000} s`, {
    hint: "Its time limit is among the server's options",
  });

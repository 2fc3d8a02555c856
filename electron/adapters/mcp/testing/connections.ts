import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KernelErrorData } from "../../../../shared/errors.ts";
import { serverName } from "../../../../shared/ids.ts";
import type { JsonObject, Message } from "../../../../shared/messages.ts";
import type { ElicitationAnswer, ServerTransport } from "../../../../shared/servers.ts";
import type { Progress } from "../../../../shared/syscall.ts";
import type {
  ServerCall,
  ServerConnection,
  ServerConnector,
  ServerEvents,
  ToolReply,
} from "../../../kernel/ports.ts";
import { createServerConnector } from "../../mcp-client.ts";
import { openProcessLedger } from "../../process-ledger.ts";

/** What a connection reported, and how it is answered. */
export class RecordedEvents implements ServerEvents {
  readonly logs: { readonly level: string; readonly text: string }[] = [];
  readonly closes: KernelErrorData[] = [];
  readonly samples: { readonly messages: readonly Message[]; readonly maxTokens: number }[] = [];
  readonly questions: { readonly message: string; readonly schema: JsonObject }[] = [];
  changes = 0;
  answer: ElicitationAnswer = { type: "decline" };
  sampling: () => ReturnType<ServerEvents["sample"]> = async () => ({
    text: "a model's answer",
    model: "stand-in",
    finishReason: "stop",
  });

  listChanged(): void {
    this.changes += 1;
  }
  logged(level: string, text: string): void {
    this.logs.push({ level, text });
  }
  closed(error: KernelErrorData): void {
    this.closes.push(error);
  }
  sample({ messages, maxTokens }: Parameters<ServerEvents["sample"]>[0]): ReturnType<ServerEvents["sample"]> {
    this.samples.push({ messages, maxTokens });
    return this.sampling();
  }
  async elicit(message: string, schema: JsonObject): Promise<ElicitationAnswer> {
    this.questions.push({ message, schema });
    return this.answer;
  }
}

export interface Connected {
  readonly connection: ServerConnection;
  readonly events: RecordedEvents;
  call(tool: string, args?: JsonObject, call?: Partial<ServerCall>): Promise<ToolReply>;
}

/** A connector in a folder of its own, and what was opened with it; all ends with `close`. */
export class Connections {
  /** The workspace. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "aios-mcp-")));
  readonly #opened: ServerConnection[] = [];
  #connector: Promise<ServerConnector> | null = null;
  readonly #connectMs: number | undefined;

  constructor(options: { readonly connectMs?: number } = {}) {
    this.#connectMs = options.connectMs;
  }

  connector(): Promise<ServerConnector> {
    this.#connector ??= openProcessLedger(join(this.folder, ".processes.json")).then((ledger) =>
      createServerConnector({
        workspace: this.folder,
        ledger,
        ...(this.#connectMs !== undefined && { connectMs: this.#connectMs }),
      }),
    );
    return this.#connector;
  }

  async open(
    transport: ServerTransport,
    options: {
      readonly secrets?: Readonly<Record<string, string>>;
      readonly events?: RecordedEvents;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<Connected> {
    const { secrets = {}, events = new RecordedEvents(), signal = never() } = options;
    const connector = await this.connector();
    const connection = await connector.connect(serverName("tested"), transport, secrets, events, signal);
    this.#opened.push(connection);
    return {
      connection,
      events,
      call: (tool, args = {}, call = {}) => connection.call(tool, args, serverCall(call)),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((connection) => connection.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const never = (): AbortSignal => new AbortController().signal;

export function serverCall(call: Partial<ServerCall> = {}): ServerCall {
  return { signal: never(), timeoutMs: 20_000, progress: (_: Progress) => {}, ...call };
}

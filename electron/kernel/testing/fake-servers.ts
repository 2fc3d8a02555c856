import { createHash } from "node:crypto";
import { Ajv } from "ajv";
import { KernelError } from "../../../shared/errors.ts";
import { type ServerName, serverName } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { ServerInfo, ServerTransport, ToolDefinition } from "../../../shared/servers.ts";
import type { ServerCall, ServerConnection, ServerConnector, ServerEvents, ToolReply } from "../ports.ts";

/** A definition with every field filled in: a tool that says nothing of itself, and takes anything. */
export const toolDefinition = (
  name: string,
  {
    annotations,
    ...fields
  }: Partial<Omit<ToolDefinition, "annotations">> & {
    readonly annotations?: Partial<ToolDefinition["annotations"]>;
  } = {},
): ToolDefinition => ({
  name,
  title: null,
  description: `The tool ${name}`,
  inputSchema: { type: "object" },
  ...fields,
  annotations: { readOnly: false, destructive: true, idempotent: false, openWorld: true, ...annotations },
});

export const reply = (text: string): ToolReply => ({ text, images: [], outcome: "ok" });

/** What a fake server does when a tool is called. `events` is its line to the kernel. */
export type OnCall = (
  tool: string,
  args: JsonObject,
  call: ServerCall,
  events: ServerEvents,
) => Promise<ToolReply>;

/** Fake: a server that a test plays. What it is told and how often it was started is kept. */
export class FakeServer {
  tools: readonly ToolDefinition[];
  capabilities: ServerInfo["capabilities"] = { resources: false, prompts: false, logging: false };
  onCall: OnCall = async (tool) => reply(`${tool} ran`);
  /** What it does as soon as it is connected. */
  onStart: (events: ServerEvents) => Promise<void> = async () => {};
  /** Thrown by the next starts. */
  startError: KernelError | null = null;
  /** Waited for by each start. */
  startWait: Promise<void> = Promise.resolve();
  starts = 0;
  /** Times that its tools were read. */
  reads = 0;
  running = 0;
  transport: ServerTransport | null = null;
  secrets: Readonly<Record<string, string>> = {};
  readonly calls: { readonly tool: string; readonly args: JsonObject }[] = [];
  #connections: { readonly events: ServerEvents; readonly lost: PromiseWithResolvers<never> }[] = [];

  constructor(
    tools: readonly ToolDefinition[] = [toolDefinition("look", { annotations: { readOnly: true } })],
  ) {
    this.tools = tools;
  }

  /** Its line to the kernel. */
  get events(): ServerEvents {
    const connection = this.#connections.at(-1);
    if (!connection) throw new Error("the server does not run");
    return connection.events;
  }

  /** Dies: what is in flight fails. */
  crash(message = "the process ended with code 1"): void {
    const error = new KernelError("server-crashed", message);
    for (const { events, lost } of this.#connections.splice(0)) {
      lost.reject(error);
      this.running -= 1;
      events.closed(error.data);
    }
  }

  connect(events: ServerEvents): ServerConnection {
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => {});
    const connection = { events, lost };
    this.#connections.push(connection);
    this.running += 1;
    const text = async (value: unknown): Promise<string> => JSON.stringify(value);
    return {
      pid: 4_000 + this.starts,
      reports: { name: "fake", version: "1.0.0", instructions: "" },
      capabilities: this.capabilities,
      tools: async () => {
        this.reads += 1;
        await this.onStart(events);
        return this.tools;
      },
      call: (tool, args, call) => {
        this.calls.push({ tool, args });
        return Promise.race([this.onCall(tool, args, call, events), lost.promise, aborted(call.signal)]);
      },
      listResources: () => text([{ uri: "note://1" }]),
      readResource: async (uri) => reply(`the resource ${uri}`),
      listPrompts: () => text([{ name: "greet" }]),
      getPrompt: (name, args) => text({ name, args }),
      close: async () => {
        if (!this.#connections.includes(connection)) return;
        this.#connections = this.#connections.filter((each) => each !== connection);
        this.running -= 1;
        lost.reject(new KernelError("server-crashed", "the connection was closed"));
      },
    };
  }
}

/** Fake: servers without processes. Digests and the check of arguments are real. */
export class FakeServers implements ServerConnector {
  readonly #servers: ReadonlyMap<ServerName, FakeServer>;
  readonly #ajv = new Ajv({ strict: false });

  constructor(servers: Readonly<Record<string, FakeServer>> = {}) {
    this.#servers = new Map(Object.entries(servers).map(([name, server]) => [serverName(name), server]));
  }

  async connect(
    name: ServerName,
    transport: ServerTransport,
    secrets: Readonly<Record<string, string>>,
    events: ServerEvents,
    signal: AbortSignal,
  ): Promise<ServerConnection> {
    const server = this.#servers.get(name);
    if (!server) throw new KernelError("server-failed", `${name} cannot be started: no such program`);
    server.starts += 1;
    server.transport = transport;
    server.secrets = secrets;
    await Promise.race([server.startWait, aborted(signal)]);
    if (server.startError) throw server.startError;
    return server.connect(events);
  }

  digest(text: string): string {
    return createHash("sha256").update(text).digest("hex");
  }

  validate(schema: JsonObject, args: JsonObject): string | null {
    const check = this.#ajv.compile(schema);
    return check(args) ? null : this.#ajv.errorsText(check.errors, { dataVar: "arguments" });
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(new KernelError("cancelled", "the call was cancelled"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });

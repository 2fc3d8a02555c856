import { createHash } from "node:crypto";
import { KernelError } from "../../shared/errors.ts";
import type { ServerName } from "../../shared/ids.ts";
import type { ServerTransport } from "../../shared/servers.ts";
import type { Clock, ServerConnection, ServerConnector, ServerEvents } from "../kernel/ports.ts";
import { McpConnection } from "./mcp/connection.ts";
import { startError, withLastWords } from "./mcp/connection-errors.ts";
import { openHttpLink } from "./mcp/http-link.ts";
import { SchemaChecker } from "./mcp/json-schema.ts";
import { CONNECT_MS } from "./mcp/limits.ts";
import type { Link, LinkEvents } from "./mcp/link.ts";
import { redactor } from "./mcp/redaction.ts";
import { createClient } from "./mcp/server-requests.ts";
import { openStdioLink } from "./mcp/stdio-link.ts";
import type { ProcessLedger } from "./process-ledger.ts";
import { createSystemClock } from "./system-clock.ts";

export interface ServerConnectorOptions {
  /** The folder that servers are told of, and where they run unless they have one of their own. Absolute. */
  readonly workspace: string;
  /** Where the processes of servers are written down. */
  readonly ledger: ProcessLedger;
  /** The machine's when absent. */
  readonly clock?: Clock;
  /** Time for a server to be there; CONNECT_MS when absent. */
  readonly connectMs?: number;
}

/**
 * Connects to MCP servers over the official SDK, by pipes or by streamable HTTP. The secrets of a server are its
 * environment, or its headers; they are taken out of everything that it says.
 */
export function createServerConnector(options: ServerConnectorOptions): ServerConnector {
  const clock = options.clock ?? createSystemClock();
  const schemas = new SchemaChecker();
  return {
    connect: (name, transport, secrets, events, signal) =>
      connect({ ...options, clock }, { name, transport, secrets, events, signal }),
    digest: (text) => createHash("sha256").update(text).digest("hex"),
    validate: (schema, args) => schemas.validate(schema, args),
  };
}

interface Start {
  readonly name: ServerName;
  readonly transport: ServerTransport;
  readonly secrets: Readonly<Record<string, string>>;
  readonly events: ServerEvents;
  readonly signal: AbortSignal;
}

async function connect(
  { workspace, ledger, clock, connectMs = CONNECT_MS }: ServerConnectorOptions & { readonly clock: Clock },
  { name, transport, secrets, events, signal }: Start,
): Promise<ServerConnection> {
  if (signal.aborted) throw calledOff(name);
  const redact = redactor(secrets);
  let state: "starting" | "ready" | "ending" = "starting";
  let gone: KernelError | null = null;
  let link: Link | null = null;
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  const logged = (level: string, text: string): void => events.logged(level, redact(text));
  const linkEvents: LinkEvents = {
    logged,
    gone(why) {
      const message = withLastWords(`${name} ${redact(why)}`, redact(link?.lastWords() ?? ""));
      if (state === "starting") stopped.reject(new KernelError("server-failed", message));
      if (state === "ending") return;
      gone = new KernelError("server-crashed", message);
      // Nothing of it may be left, whether somebody closes the connection or not.
      void link?.end();
      if (state === "ready") events.closed(gone.data);
    },
  };
  const onAbort = (): void => stopped.reject(calledOff(name));
  signal.addEventListener("abort", onAbort, { once: true });
  const stopTimer = clock.after(connectMs, () =>
    stopped.reject(new Error(`it did not answer within ${connectMs / 1_000} s`)),
  );
  const client = createClient(events, redact);
  try {
    link = await openLink(transport, secrets, { workspace, ledger, events: linkEvents });
    const greeted = client.connect(link.transport, { timeout: 2 ** 31 - 1 });
    greeted.catch(() => {});
    await Promise.race([stopped.promise, greeted]);
    state = "ready";
    const ending = (): void => {
      state = "ending";
      gone ??= new KernelError("server-not-ready", `${name} has been stopped`);
    };
    return new McpConnection({ server: name, client, link, clock, redact, logged, gone: () => gone, ending });
  } catch (error) {
    state = "ending";
    await link?.end();
    await client.close().catch(() => {});
    throw startError(name, error, link?.lastWords() ?? "", redact);
  } finally {
    stopTimer();
    signal.removeEventListener("abort", onAbort);
  }
}

async function openLink(
  transport: ServerTransport,
  secrets: Readonly<Record<string, string>>,
  parts: { readonly workspace: string; readonly ledger: ProcessLedger; readonly events: LinkEvents },
): Promise<Link> {
  switch (transport.type) {
    case "stdio": {
      const { command, args, folder } = transport;
      const from = { command, args, folder: folder ?? parts.workspace, environment: secrets };
      return openStdioLink(from, parts.ledger, parts.events);
    }
    case "http":
      return openHttpLink(transport.url, secrets, parts.events);
  }
}

const calledOff = (name: ServerName): KernelError =>
  new KernelError("cancelled", `The start of ${name} was called off`);

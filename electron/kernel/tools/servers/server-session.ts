import { KernelError, type KernelErrorData, toErrorData } from "../../../../shared/errors.ts";
import type { ServerName } from "../../../../shared/ids.ts";
import { SERVER_TOOLS } from "../../../../shared/limits.ts";
import type { ServerTransport, ToolDefinition } from "../../../../shared/servers.ts";
import {
  SERVER_CLOSE_MS,
  SERVER_DEFINITIONS_CHARACTERS,
  SERVER_REREAD_MS,
  SERVER_START_MS,
} from "../../limits.ts";
import type { Clock, ServerConnection, ServerConnector, ServerEvents } from "../../ports.ts";
import { sorted } from "./trust.ts";

/** A server that changes more often while it starts is told by its watcher. */
const REREADS_AT_START = 3;

export interface ToolWatcher {
  read(tools: readonly ToolDefinition[]): void;
  failed(error: KernelErrorData): void;
}

/** One start of a server, from before its connection to after it. What came of an earlier one is not heard any more. */
export class ServerSession {
  readonly name: ServerName;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #connection: ServerConnection | null = null;
  #watcher: ToolWatcher | null = null;
  /** Whether the tools were said to have changed since they were last read. */
  #list: "same" | "changed" = "same";
  #reading: "no" | "yes" = "no";
  #stopTimer: () => void = () => {};
  /** Set when the connection went by itself. */
  #gone: KernelErrorData | null = null;
  #closing: Promise<void> | null = null;
  /** What was begun with the connection, or to get it; never rejects. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(name: ServerName, clock: Clock) {
    this.name = name;
    this.#clock = clock;
  }

  /** Aborts when the session ends. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get pid(): number | null {
    return this.#connection?.pid ?? null;
  }

  /** Throws when there is none. */
  get connection(): ServerConnection {
    if (this.#gone) throw KernelError.from(this.#gone);
    if (this.#connection) return this.#connection;
    throw new KernelError("server-not-ready", `The server ${this.name} has no connection`);
  }

  /** Starts the server and reads its tools. Throws `server-failed`, `server-crashed` or `cancelled`. */
  async open(
    connector: ServerConnector,
    transport: ServerTransport,
    secrets: Readonly<Record<string, string>>,
    events: ServerEvents,
  ): Promise<readonly ToolDefinition[]> {
    return this.#inTime(async (signal) => {
      const connection = await connector.connect(this.name, transport, secrets, events, signal);
      this.#connection = connection;
      let tools = await this.#read(connection, signal);
      // Some servers add tools only once they have been greeted.
      for (let n = 0; n < REREADS_AT_START && this.#list === "changed"; n += 1) {
        this.#list = "same";
        tools = await this.#read(connection, signal);
      }
      return tools;
    });
  }

  /** From now on reads the tools again when they are said to have changed, at most every SERVER_REREAD_MS. */
  watch(watcher: ToolWatcher): void {
    this.#watcher = watcher;
    void this.#reread();
  }

  /** The server says that its tools have changed. */
  listChanged(): void {
    this.#list = "changed";
    void this.#reread();
  }

  /** The connection went by itself. */
  lost(error: KernelErrorData): void {
    this.#gone ??= error;
  }

  /** Ends every process of the server. Bounded in time; never rejects. */
  close(): Promise<void> {
    this.#abort.abort();
    this.#closing ??= this.#closeOnce();
    return this.#closing;
  }

  async #reread(): Promise<void> {
    if (!this.#watcher || this.#list === "same" || this.#reading !== "no" || this.signal.aborted) return;
    this.#list = "same";
    this.#reading = "yes";
    try {
      this.#watcher.read(await this.#inTime((signal) => this.#read(this.connection, signal)));
    } catch (thrown) {
      if (!this.signal.aborted) this.#watcher.failed(toErrorData(thrown));
    }
    if (this.signal.aborted) return;
    this.#stopTimer = this.#clock.after(SERVER_REREAD_MS, () => {
      this.#reading = "no";
      void this.#reread();
    });
  }

  async #closeOnce(): Promise<void> {
    this.#stopTimer();
    const overdue = Promise.withResolvers<void>();
    const stopTimer = this.#clock.after(SERVER_CLOSE_MS, overdue.resolve);
    // A connection that is still being made is closed as soon as it is there.
    const closed = this.#connection
      ? this.#connection.close()
      : this.#work.then(() => this.#connection?.close());
    await Promise.race([closed, overdue.promise]);
    stopTimer();
  }

  async #read(connection: ServerConnection, signal: AbortSignal): Promise<readonly ToolDefinition[]> {
    const tools = sorted(await connection.tools(signal));
    if (this.#gone) throw KernelError.from(this.#gone);
    if (tools.length > SERVER_TOOLS) {
      throw new KernelError(
        "server-failed",
        `${this.name} has ${tools.length} tools, and ${SERVER_TOOLS} are the most`,
      );
    }
    if (JSON.stringify(tools).length > SERVER_DEFINITIONS_CHARACTERS) {
      throw new KernelError(
        "server-failed",
        `The tools of ${this.name} describe themselves in more than ${SERVER_DEFINITIONS_CHARACTERS} characters`,
      );
    }
    return tools;
  }

  async #inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const stopTimer = this.#clock.after(SERVER_START_MS, () => late.abort());
    const signal = AbortSignal.any([this.signal, late.signal]);
    const ended = Promise.withResolvers<never>();
    signal.addEventListener("abort", () =>
      ended.reject(
        late.signal.aborted
          ? new KernelError("server-failed", `${this.name} was not ready within ${SERVER_START_MS / 1_000} s`)
          : new KernelError("cancelled", `The start of ${this.name} was called off`),
      ),
    );
    ended.promise.catch(() => {});
    const working = work(signal);
    this.#work = working.catch(() => {});
    try {
      return await Promise.race([working, ended.promise]);
    } finally {
      stopTimer();
    }
  }
}

import { KernelError } from "../../../../shared/errors.ts";
import { type ServerName, serverName } from "../../../../shared/ids.ts";
import { SERVERS_KEPT } from "../../../../shared/limits.ts";
import type { JsonObject } from "../../../../shared/messages.ts";
import type { ServerConfig, ServerInfo, ServerOptions, ServerTransport } from "../../../../shared/servers.ts";
import type { EventLog } from "../../events/event-log.ts";
import type { Clock, Secrets, ServerConnector } from "../../ports.ts";
import type { SyscallPath } from "../../syscall-path.ts";
import type { ToolRegistry } from "../registry.ts";
import { Elicitations } from "./elicitations.ts";
import { ManagedServer } from "./managed-server.ts";
import { Sampling } from "./sampling.ts";
import { readServers, type UnreadServer } from "./server-config.ts";
import { ServerLog } from "./server-log.ts";
import { ServerSecrets } from "./server-secrets.ts";

export interface ServerManagerOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly connector: ServerConnector;
  readonly secrets: Secrets;
  readonly registry: ToolRegistry;
  /** Read when a server asks, never while the manager is built. */
  readonly path: () => Pick<SyscallPath, "submit" | "cancel">;
  /** The tools of a server in the registry are others, or bear other limits. */
  readonly toolsChanged: (server: ServerName) => void;
  /** Puts `saved` on disk. */
  readonly save: () => Promise<void>;
}

export interface NewServer {
  readonly name: ServerName;
  readonly transport: ServerTransport;
  readonly secrets: Readonly<Record<string, string>>;
  readonly options: ServerOptions;
}

/** The MCP servers of the configuration. Each change of one is an event. */
export class ServerManager {
  readonly #options: ServerManagerOptions;
  readonly #secrets: ServerSecrets;
  readonly #sampling: Sampling;
  readonly #elicitations: Elicitations;
  readonly #servers = new Map<ServerName, ManagedServer>();
  /** Entries of the configuration that cannot be read: kept there as they are. */
  #unread: readonly UnreadServer[] = [];

  constructor(options: ServerManagerOptions) {
    const { log, clock, connector } = options;
    this.#options = options;
    this.#secrets = new ServerSecrets(options.secrets);
    this.#sampling = new Sampling(options.path, clock);
    this.#elicitations = new Elicitations({
      log,
      clock,
      validate: (schema, content) => connector.validate(schema, content),
    });
  }

  /** At boot: announces what the configuration holds, and starts what is enabled without waiting for it. */
  open(stored: readonly unknown[]): void {
    const { servers, unread } = readServers(stored);
    this.#unread = unread;
    for (const { name, problem } of unread) {
      const text = `Its entry in the configuration cannot be read, and stays there unused: ${problem}`;
      this.#options.log.append({ type: "server.logged", name, line: { level: "error", text } });
    }
    for (const config of servers) this.#manage(config).boot();
  }

  /** What is kept on disk. */
  saved(): readonly JsonObject[] {
    const configs = [...this.#servers.values()].map(({ config }) => config as unknown as JsonObject);
    return [...configs, ...this.#unread.map(({ entry }) => entry)];
  }

  names(): readonly ServerName[] {
    return [...this.#servers.keys()];
  }

  /** Adds a server, disabled; nothing is run. Throws `conflict`, `limit-reached` and `bad-input`. */
  async add({ name, transport, secrets, options }: NewServer): Promise<ServerInfo> {
    if (this.#servers.has(name) || this.#unread.some((each) => each.name === name)) {
      throw new KernelError("conflict", `There is a server ${name} already`, {
        field: "name",
        hint: "Choose another name, or remove that one",
      });
    }
    if (this.#servers.size >= SERVERS_KEPT) {
      throw new KernelError("limit-reached", `There are ${SERVERS_KEPT} servers already`, {
        hint: "Remove one that is not used",
      });
    }
    this.#secrets.check(transport, secrets);
    const server = this.#manage({ name, transport, options, trusted: null, tools: null, enabled: "no" });
    try {
      await this.#secrets.keep(name, secrets);
      await this.#options.save();
    } catch (thrown) {
      this.#servers.delete(name);
      await this.#secrets.forget(server.config);
      throw thrown;
    }
    server.boot();
    return server.info();
  }

  /** Starts the server, reads its tools and ends it again. */
  async inspect(name: ServerName): Promise<ServerInfo> {
    return this.#need(name).inspect();
  }

  async enable(name: ServerName, digest: string): Promise<ServerInfo> {
    return this.#need(name).enable(digest);
  }

  async disable(name: ServerName): Promise<void> {
    await this.#need(name).disable();
  }

  async restart(name: ServerName): Promise<void> {
    await this.#need(name).restart();
  }

  async setOptions(name: ServerName, options: ServerOptions): Promise<ServerInfo> {
    return this.#need(name).setOptions(options);
  }

  /** Ends the server and forgets it, its secrets too. */
  async remove(name: ServerName): Promise<void> {
    const unread = this.#unread.filter((each) => each.name !== name);
    if (unread.length < this.#unread.length && !this.#servers.has(name)) {
      this.#unread = unread;
    } else {
      const server = this.#need(name);
      await server.close();
      // Its name is taken until its secrets are gone, or they could be those of the next one.
      await this.#secrets.forget(server.config);
      if (this.#servers.get(name) !== server) return;
      this.#servers.delete(name);
    }
    this.#options.log.append({ type: "server.removed", name });
    await this.#options.save();
  }

  answer(...answer: Parameters<Elicitations["answer"]>): void {
    this.#elicitations.answer(...answer);
  }

  /** Ends every server. Bounded in time; never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.close()));
  }

  #manage(config: ServerConfig): ManagedServer {
    const { log, clock, connector, registry, toolsChanged, save } = this.#options;
    const name = serverName(config.name);
    const server = new ManagedServer(config, {
      clock,
      connector,
      registry,
      sampling: this.#sampling,
      elicitations: this.#elicitations,
      log: new ServerLog(clock, (level, text) =>
        log.append({ type: "server.logged", name, line: { level, text } }),
      ),
      secrets: (present) => this.#secrets.of(present),
      changed(server, what) {
        const { status, restarts } = server;
        if (what === "more") log.append({ type: "server.changed", server });
        else log.append({ type: "server.status", name, status, restarts });
      },
      toolsChanged: () => toolsChanged(name),
      save,
    });
    this.#servers.set(name, server);
    return server;
  }

  #need(name: ServerName): ManagedServer {
    const server = this.#servers.get(name);
    if (!server) throw new KernelError("not-found", `There is no server ${name}`, { hint: "See Tools" });
    return server;
  }
}

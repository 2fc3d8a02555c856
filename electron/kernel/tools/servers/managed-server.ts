import { KernelError, type KernelErrorData, toErrorData } from "../../../../shared/errors.ts";
import type { ServerConfig, ServerInfo, ServerOptions, ToolDefinition } from "../../../../shared/servers.ts";
import type { Clock, ServerConnector } from "../../ports.ts";
import type { ToolRegistry } from "../registry.ts";
import { CrashCount } from "./crash-count.ts";
import type { Elicitations } from "./elicitations.ts";
import type { Sampling } from "./sampling.ts";
import { serverEvents } from "./server-events.ts";
import type { ServerLog } from "./server-log.ts";
import { ServerOffer } from "./server-offer.ts";
import { ServerRecord } from "./server-record.ts";
import { ServerSession } from "./server-session.ts";
import { Turns } from "./turns.ts";

export interface ManagedServerOptions {
  readonly clock: Clock;
  readonly connector: ServerConnector;
  readonly registry: ToolRegistry;
  readonly sampling: Sampling;
  readonly elicitations: Elicitations;
  readonly log: ServerLog;
  readonly secrets: (config: ServerConfig) => Promise<Readonly<Record<string, string>>>;
  /** Called after each change of what `info` returns: of its status alone, or of more. */
  readonly changed: (info: ServerInfo, what: "status" | "more") => void;
  /** Its tools in the registry are others, or bear other limits. */
  readonly toolsChanged: () => void;
  /** Puts the configuration on disk. */
  readonly save: () => Promise<void>;
}

/**
 * One server and its life: disabled, starting, ready, restarting, failed, changed. Only what the person trusted is
 * served: the digest is compared at every start, and whenever the server says that its tools have changed.
 */
export class ManagedServer {
  readonly #options: ManagedServerOptions;
  readonly #record: ServerRecord;
  readonly #offer: ServerOffer;
  readonly #crashes = new CrashCount();
  #session: ServerSession | null = null;
  #stopRestart: () => void = () => {};
  readonly #turns: Turns;

  constructor(config: ServerConfig, options: ManagedServerOptions) {
    const { connector, registry, changed, toolsChanged } = options;
    this.#options = options;
    this.#turns = new Turns(config.name);
    this.#record = new ServerRecord(config, { digest: connector.digest, changed });
    this.#offer = new ServerOffer({
      record: this.#record,
      registry,
      connector,
      session: () => this.#session,
      toolsChanged,
    });
  }

  /** As it is kept on disk. */
  get config(): ServerConfig {
    return this.#record.config;
  }

  info(): ServerInfo {
    return this.#record.info();
  }

  /** At boot: offers the tools of a server that is enabled, and starts it without being waited for. */
  boot(): void {
    const { enabled, trusted } = this.config;
    if (enabled === "no" || trusted === null) this.#record.announce();
    // The command or the address is another than the one that was trusted: it is not run.
    else if (!this.#record.isTrusted()) void this.#distrust();
    else {
      this.#offer.offer();
      this.#record.to({ type: "starting" });
      void this.#turns.take(() => this.#startAgain());
    }
  }

  /** Starts the server if it does not run, reads its tools and ends it again. Throws why it cannot be started. */
  inspect(): Promise<ServerInfo> {
    return this.#turns.asked(async () => {
      const before = this.#record.status;
      if (before.type === "ready") return this.info();
      this.#record.to({ type: "starting" });
      const session = this.#open();
      try {
        await this.#read(session);
      } catch (thrown) {
        await this.#end(session);
        this.#record.to(before);
        throw thrown;
      }
      await this.#end(session);
      const { trusted, enabled } = this.config;
      if (trusted === null || this.#record.isTrusted()) {
        this.#record.to(before.type === "changed" ? { type: "disabled" } : before);
      } else if (enabled === "yes") await this.#distrust();
      else this.#record.to({ type: "changed", changes: this.#record.changes() });
      return this.info();
    });
  }

  /** Trusts what `digest` stands for, and starts. Throws `tool-changed` when that is not what is there. */
  enable(digest: string): Promise<ServerInfo> {
    return this.#turns.asked(async () => {
      if (this.#record.trust(digest) === "refused") {
        throw new KernelError("tool-changed", `What was reviewed is not what ${this.config.name} has now`, {
          hint: "Inspect it again, and review what is shown",
        });
      }
      await this.#options.save();
      if (this.#record.status.type !== "ready") await this.#startNow();
      return this.info();
    });
  }

  disable(): Promise<void> {
    this.#stopServing();
    return this.#turns.asked(async () => {
      this.#stopServing();
      await this.#end(this.#session);
      this.#record.configure({ enabled: "no" });
      this.#record.to({ type: "disabled" });
      await this.#options.save();
    });
  }

  /** Starts it anew, past a back-off or an open circuit. Throws `conflict` for one that is not enabled. */
  restart(): Promise<void> {
    return this.#turns.asked(async () => {
      const { name, enabled } = this.config;
      if (enabled === "no") {
        throw new KernelError("conflict", `The server ${name} is not enabled`, {
          hint: "Review and enable it in Tools",
        });
      }
      await this.#end(this.#session);
      await this.#startNow();
    });
  }

  async setOptions(options: ServerOptions): Promise<ServerInfo> {
    this.#turns.mustBeOpen();
    this.#record.configure({ options });
    this.#offer.refresh();
    this.#record.announce();
    await this.#options.save();
    return this.info();
  }

  /** Ends it for good. Bounded in time; never rejects. */
  async close(): Promise<void> {
    this.#turns.close();
    this.#stopServing();
    await this.#turns.take(() => this.#end(this.#session));
    this.#options.log.close();
  }

  /** As the person asked: a start that fails is for the person to read. */
  async #startNow(): Promise<void> {
    this.#stopRestart();
    this.#crashes.forgive();
    try {
      await this.#start();
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (!isSettled(error)) this.#record.to({ type: "failed", error });
      throw thrown;
    }
  }

  /** By itself, at boot or after a crash: a start that fails is a crash. Never rejects. */
  async #startAgain(): Promise<void> {
    try {
      await this.#start();
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (!isSettled(error)) this.#crashed(error, "start");
    }
  }

  async #start(): Promise<void> {
    this.#turns.mustBeOpen();
    this.#record.to({ type: "starting" });
    const session = this.#open();
    try {
      await this.#read(session);
    } catch (thrown) {
      await this.#end(session);
      throw thrown;
    }
    if (!this.#record.isTrusted()) {
      await this.#distrust();
      throw new KernelError("tool-changed", `What ${this.config.name} has now is not what was trusted`, {
        hint: "Review what has changed in Tools, and enable it again",
      });
    }
    this.#offer.offer();
    this.#record.to({ type: "ready", since: this.#options.clock.wall(), pid: session.pid });
    session.watch({
      read: (tools) => this.#compare(session, tools),
      // A server that is trusted for what it says must be able to say it.
      failed: (error) => this.#lost(session, error),
    });
  }

  #open(): ServerSession {
    const session = new ServerSession(this.config.name, this.#options.clock);
    this.#session = session;
    return session;
  }

  async #read(session: ServerSession): Promise<void> {
    const { connector, secrets, sampling, elicitations, log } = this.#options;
    const events = serverEvents({
      session,
      serves: () => (this.#record.status.type === "ready" ? this.config.options : null),
      calls: this.#offer.calls,
      sampling,
      elicitations,
      log,
      closed: (error) => this.#lost(session, error),
    });
    const values = await secrets(this.config);
    const tools = await session.open(connector, this.config.transport, values, events);
    this.#record.saw(tools, session.connection);
  }

  #compare(session: ServerSession, tools: readonly ToolDefinition[]): void {
    if (this.#session !== session || session.signal.aborted) return;
    this.#record.saw(tools);
    if (!this.#record.isTrusted()) void this.#distrust();
  }

  #lost(session: ServerSession, error: KernelErrorData): void {
    const serving = this.#session === session && this.#record.status.type === "ready";
    if (!serving || session.signal.aborted) return;
    void this.#turns.take(() => this.#end(session));
    this.#session = null;
    this.#crashed(error, "run");
  }

  /** Starts again after a pause, or not any more when that happens too often. */
  #crashed(error: KernelErrorData, during: "start" | "run"): void {
    if (this.#turns.isClosed) return;
    const { clock } = this.#options;
    const next = this.#crashes.add(clock.mono(), during);
    if (next.type === "give-up") {
      this.#record.to({ type: "failed", error });
      return;
    }
    this.#stopRestart = clock.after(next.delayMs, () => void this.#turns.take(() => this.#restartIfDue()));
    this.#record.to({ type: "restarting", until: clock.wall() + next.delayMs, error });
  }

  async #restartIfDue(): Promise<void> {
    if (this.#record.status.type !== "restarting") return;
    this.#record.restarting();
    await this.#startAgain();
  }

  /** What is there is not what was trusted: ends it until the person has reviewed it. Never rejects. */
  async #distrust(): Promise<void> {
    const session = this.#session;
    this.#stopServing();
    this.#record.configure({ enabled: "no" });
    this.#record.to({ type: "changed", changes: this.#record.changes() });
    await this.#end(session);
    await this.#options.save().catch((thrown) => {
      this.#options.log.add("error", `That it changed is not on disk: ${toErrorData(thrown).message}`);
    });
  }

  #stopServing(): void {
    this.#stopRestart();
    void this.#session?.close();
    this.#offer.withdraw();
  }

  async #end(session: ServerSession | null): Promise<void> {
    await session?.close();
    if (this.#session === session) this.#session = null;
  }
}

/** Errors of a start that say no more than what the server's status says already. */
const isSettled = ({ code }: KernelErrorData): boolean => code === "tool-changed" || code === "cancelled";

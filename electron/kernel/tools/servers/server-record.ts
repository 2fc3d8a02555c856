import type {
  ServerConfig,
  ServerInfo,
  ServerStatus,
  ToolChange,
  ToolDefinition,
} from "../../../../shared/servers.ts";
import type { ServerConnection } from "../../ports.ts";
import { toolChanges, trustText } from "./trust.ts";

export interface ServerRecordOptions {
  readonly digest: (text: string) => string;
  /** Called after each change of what `info` returns. `status`: nothing but its status and restarts has changed. */
  readonly changed: (info: ServerInfo, what: "status" | "more") => void;
}

/** What is known of one server: how it is configured, how it is, and what it said of itself when it was last read. */
export class ServerRecord {
  readonly #options: ServerRecordOptions;
  #config: ServerConfig;
  #status: ServerStatus = { type: "disabled" };
  #reports: ServerInfo["reports"] = null;
  #capabilities: ServerInfo["capabilities"] = { resources: false, prompts: false, logging: false };
  #tools: ServerInfo["tools"];
  #digest: string | null;
  #restarts = 0;
  /** As it was last said to be. */
  #said: ServerInfo | null = null;
  #saidConfig: ServerConfig | null = null;
  #started = Promise.withResolvers<void>();

  constructor(config: ServerConfig, options: ServerRecordOptions) {
    this.#config = config;
    this.#options = options;
    this.#tools = config.tools;
    this.#digest = config.tools === null ? null : this.#digestOf(config.tools);
  }

  get config(): ServerConfig {
    return this.#config;
  }

  get status(): ServerStatus {
    return this.#status;
  }

  get tools(): readonly ToolDefinition[] {
    return this.#tools ?? [];
  }

  get capabilities(): ServerInfo["capabilities"] {
    return this.#capabilities;
  }

  /** Resolves when the present start has ended, one way or the other. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  info(): ServerInfo {
    const { name, transport, options, trusted } = this.#config;
    return {
      name,
      transport,
      options,
      status: this.#status,
      reports: this.#reports,
      capabilities: this.#capabilities,
      tools: this.#tools,
      digest: this.#digest,
      trust: trusted === null ? "none" : trusted === this.#digest ? "trusted" : "changed",
      restarts: this.#restarts,
    };
  }

  /** Whether what was last read is what the person trusted. */
  isTrusted(): boolean {
    return this.#config.trusted !== null && this.#config.trusted === this.#digest;
  }

  /** What differs between what was trusted and what was last read; empty where only the command or address does. */
  changes(): readonly ToolChange[] {
    return toolChanges(this.#config.tools ?? [], this.tools);
  }

  /** Trusts what `digest` stands for. `refused` when that is not what was last read. */
  trust(digest: string): "trusted" | "refused" {
    if (this.#tools === null || this.#digest !== digest) return "refused";
    this.#config = { ...this.#config, trusted: digest, tools: [...this.#tools], enabled: "yes" };
    return "trusted";
  }

  configure(change: Partial<Pick<ServerConfig, "options" | "enabled">>): void {
    this.#config = { ...this.#config, ...change };
  }

  to(status: ServerStatus): void {
    if (status.type === "starting") this.#started = Promise.withResolvers();
    else this.#started.resolve();
    this.#status = status;
    this.announce();
  }

  /** Says what `info` returns. */
  announce(): void {
    const info = this.info();
    const { tools, reports, capabilities, digest } = this.#said ?? {};
    const isKnown =
      this.#saidConfig === this.#config &&
      tools === info.tools &&
      reports === info.reports &&
      capabilities === info.capabilities &&
      digest === info.digest;
    this.#said = info;
    this.#saidConfig = this.#config;
    this.#options.changed(info, isKnown ? "status" : "more");
  }

  restarting(): void {
    this.#restarts += 1;
  }

  saw(tools: readonly ToolDefinition[], connection?: ServerConnection): void {
    // What is as before stays the same object: so it is seen that it need not be said again.
    this.#tools = unlessSame(this.#tools, tools);
    this.#digest = this.#digestOf(tools);
    if (!connection) return;
    this.#reports = unlessSame(this.#reports, connection.reports);
    this.#capabilities = unlessSame(this.#capabilities, connection.capabilities);
  }

  #digestOf(tools: readonly ToolDefinition[]): string {
    return this.#options.digest(trustText(this.#config.transport, tools));
  }
}

const unlessSame = <T>(before: T, fresh: NonNullable<T>): T | NonNullable<T> =>
  JSON.stringify(before) === JSON.stringify(fresh) ? before : fresh;

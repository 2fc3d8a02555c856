import { KernelError } from "../../../../shared/errors.ts";
import type { SyscallId } from "../../../../shared/ids.ts";
import type { ServerConnection, ServerConnector, ToolRun } from "../../ports.ts";
import type { ToolRegistry } from "../registry.ts";
import { notReady } from "./not-ready.ts";
import type { ServerRecord } from "./server-record.ts";
import type { ServerSession } from "./server-session.ts";
import { placeOf, serverTools } from "./server-tools.ts";

export interface ServerOfferOptions {
  readonly record: ServerRecord;
  readonly registry: ToolRegistry;
  readonly connector: ServerConnector;
  readonly session: () => ServerSession | null;
  /** The server's tools in the registry are others, or bear other limits. */
  readonly toolsChanged: () => void;
}

/** The tools of one server in the registry, and their calls. */
export class ServerOffer {
  readonly #options: ServerOfferOptions;
  readonly #calls = new Map<SyscallId, ToolRun>();
  #state: "offered" | "withdrawn" = "withdrawn";

  constructor(options: ServerOfferOptions) {
    this.#options = options;
  }

  /** Calls under way. */
  get calls(): ReadonlyMap<SyscallId, ToolRun> {
    return this.#calls;
  }

  /** Offers the tools as they are described now. */
  offer(): void {
    const { record, registry, connector, toolsChanged } = this.#options;
    const { name: server, options, transport } = record.config;
    const { tools, capabilities } = record;
    const made = serverTools({
      server,
      options,
      place: placeOf(transport),
      tools,
      capabilities,
      connector,
      use: (run, work) => this.use(run, work),
    });
    registry.replace(server, made);
    this.#state = "offered";
    toolsChanged();
  }

  /** As `offer`, for tools that are offered already. */
  refresh(): void {
    if (this.#state === "offered") this.offer();
  }

  withdraw(): void {
    if (this.#state === "withdrawn") return;
    const { record, registry, toolsChanged } = this.#options;
    this.#state = "withdrawn";
    registry.replace(record.config.name, []);
    toolsChanged();
  }

  /**
   * Does `work` for a call on the server's connection. Waits while the server starts; throws `server-not-ready`
   * where there is nothing to wait for.
   */
  async use<T>(run: ToolRun, work: (connection: ServerConnection) => Promise<T>): Promise<T> {
    const { record, session: current } = this.#options;
    const { signal, syscallId } = run;
    if (record.status.type === "starting") await Promise.race([record.started, aborted(signal)]);
    if (signal.aborted) throw new KernelError("cancelled", "The call was cancelled");
    const session = current();
    if (record.status.type !== "ready" || !session || session.signal.aborted) {
      throw notReady(record.config.name, record.status);
    }
    this.#calls.set(syscallId, run);
    try {
      return await work(session.connection);
    } finally {
      this.#calls.delete(syscallId);
    }
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

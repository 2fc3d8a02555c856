import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

/** What reports on a link, besides the messages that its transport hands over. */
export interface LinkEvents {
  /** The server cannot be reached any more; the words follow its name. Called once at most, before `onclose`. */
  gone(why: string): void;
  logged(level: string, text: string): void;
}

/** The way to one server. */
export interface Link {
  readonly transport: Transport;
  readonly pid: number | null;
  /** What the server last said beside the protocol; empty when nothing. */
  lastWords(): string;
  /** Ends the server, or its session. Bounded in time; never rejects; does no harm twice. */
  end(): Promise<void>;
}

import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { deserializeMessage, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ErrorCode, type JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { MARK_VARIABLE, type ProcessLedger } from "../process-ledger.ts";
import { LastWords } from "./last-words.ts";
import {
  LAST_OUTPUT_MS,
  LOG_LINE_CHARACTERS,
  MESSAGE_BYTES,
  MESSAGES_PER_TURN,
  UNREAD_MESSAGES,
} from "./limits.ts";
import { LineSplitter, type LongLine } from "./line-splitter.ts";
import type { Link, LinkEvents } from "./link.ts";
import { type ServerCommand, type ServerProcess, startServerProcess } from "./server-process.ts";

/** Starts a server and writes it into the ledger. Rejects when it cannot be started. */
export async function openStdioLink(
  from: ServerCommand,
  ledger: ProcessLedger,
  events: LinkEvents,
): Promise<Link> {
  const words = new LastWords((line) => events.logged("stderr", line));
  const environment = { ...from.environment, [MARK_VARIABLE]: ledger.mark };
  const started = await startServerProcess({ ...from, environment }, words);
  const transport = new StdioTransport(started, events);
  let ending: Promise<void> | null = null;
  const end = (): Promise<void> => {
    ending ??= started.end().then(() => ledger.remove(started.pid));
    return ending;
  };
  try {
    await ledger.add(started.pid, [from.command, ...from.args].join(" "));
  } catch (error) {
    await end();
    throw error;
  }
  return { transport, pid: started.pid, lastWords: () => words.text(), end };
}

/** JSON-RPC by lines over the pipes of a process. Closes by itself when the process ends or breaks the protocol. */
class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #process: ServerProcess;
  readonly #events: LinkEvents;
  #state: "new" | "open" | "closed" = "new";
  /** Messages that were written and not yet taken. */
  #unread = 0;

  constructor(started: ServerProcess, events: LinkEvents) {
    this.#process = started;
    this.#events = events;
  }

  async start(): Promise<void> {
    this.#state = "open";
    void this.#run();
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#state !== "open") return Promise.reject(new Error("Not connected"));
    if (this.#unread >= UNREAD_MESSAGES) {
      // One that asks without end, and reads no answer, would fill the memory.
      this.#lost("reads nothing of what it is sent");
      return Promise.reject(new Error("Not connected"));
    }
    this.#unread += 1;
    return new Promise((resolve, reject) => {
      this.#process.input.write(serializeMessage(message), (error) => {
        this.#unread -= 1;
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Stops the conversation; the process is the link's. */
  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#process.output.destroy();
    this.onclose?.();
  }

  async #run(): Promise<void> {
    const reading = this.#read();
    // Whatever comes first: a process may leave its pipe to its children, or close it and live on.
    const why = await Promise.race([
      reading.then(async (fault) => fault ?? (await this.#endSoon()) ?? "closed its output"),
      this.#process.ended.then(async (end) => {
        const heard = Promise.all([reading, this.#process.drained]);
        await Promise.race([heard, delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
        return end;
      }),
    ]);
    this.#lost(why);
  }

  #lost(why: string): void {
    if (this.#state === "closed") return;
    this.#events.gone(why);
    void this.close();
  }

  #endSoon(): Promise<string | undefined> {
    return Promise.race([this.#process.ended, delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
  }

  /** Reads until the end; returns what broke the connection, if something did. Never rejects. */
  async #read(): Promise<string | null> {
    const lines = new LineSplitter(MESSAGE_BYTES);
    let handled = 0;
    try {
      for await (const chunk of this.#process.output) {
        for (const line of lines.push(chunk)) {
          this.#handle(line);
          handled += 1;
          // The SDK handles a notification one step later; an answer at its heels must not come before it.
          await (handled % MESSAGES_PER_TURN === 0 ? nextTurn() : null);
        }
      }
      return null;
    } catch (error) {
      return error instanceof RangeError ? error.message : null;
    }
  }

  #handle(line: string | LongLine): void {
    if (this.#state !== "open" || (typeof line === "string" && line.trim() === "")) return;
    let message: JSONRPCMessage;
    try {
      message = typeof line === "string" ? deserializeMessage(line) : tooLong(line);
    } catch (error) {
      if (typeof line !== "string") throw error;
      // Many servers print a greeting where only messages belong.
      this.#events.logged("stdout", line.slice(0, LOG_LINE_CHARACTERS));
      return;
    }
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/**
 * The error that stands for an answer that is too long: its call fails, and the server goes on. The id comes first
 * or last in what the SDKs write. Throws RangeError when it cannot be seen whose answer it is.
 */
function tooLong({ bytes, start, end }: LongLine): JSONRPCMessage {
  const id = /^\{"jsonrpc":"2\.0","id":(\d+),/.exec(start)?.[1] ?? /,"id":(\d+)\}\s*$/.exec(end)?.[1];
  const why = `${bytes} bytes, and ${MESSAGE_BYTES} are the most`;
  if (id === undefined) throw new RangeError(`sent a message of ${why}`);
  const error = { code: ErrorCode.InternalError, message: `The answer has ${why}: ask for a part of it` };
  return { jsonrpc: "2.0", id: Number(id), error };
}

import { MESSAGE_BYTES } from "./limits.ts";

/** The data of the error that stands for an answer that broke off. */
export const BROKE_OFF = "answer-broke-off";

export interface GuardOptions {
  /** `events`: one message after another; `whole`: one body, which is one message. */
  readonly format: "events" | "whole";
  /** The request that it answers; null for a stream of its own. */
  readonly request: string | number | null;
  /** A message that answers no request is longer than MESSAGE_BYTES. */
  tooLong(why: string): void;
  /** Nothing more comes. */
  ended(): void;
}

export interface GuardedBody {
  readonly body: ReadableStream<Uint8Array>;
  /** Ends the body as if the server had answered: nobody waits for its answer any more. */
  finish(): void;
}

/**
 * The body of a server's answer, with each message bounded. A stream that breaks off before its answer, and that
 * cannot be taken up again because its events have no ids, ends with an error as the answer, so that nobody waits
 * for ever; an answer too many is ignored by the protocol.
 */
export function guardedBody(body: ReadableStream<Uint8Array>, options: GuardOptions): GuardedBody {
  const reader = body.getReader();
  let pending = 0;
  let resumable = false;
  let state: "open" | "finished" = "open";
  let finish = (): void => {};
  const guarded = new ReadableStream<Uint8Array>({
    start(controller) {
      const end = (answer: object | null): void => {
        if (state === "finished") return;
        state = "finished";
        if (answer !== null) controller.enqueue(eventOf(answer));
        controller.close();
        options.ended();
        reader.cancel().catch(() => {});
      };
      finish = () => end(options.format === "events" ? { result: {} } : null);
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (state === "finished") return;
        if (done) return breakOff(controller, null);
        count(value);
        controller.enqueue(value);
      } catch (error) {
        if (state !== "finished") breakOff(controller, error);
      }
    },
    cancel(reason) {
      state = "finished";
      options.ended();
      return reader.cancel(reason);
    },
  });
  return { body: guarded, finish: () => finish() };

  function count(chunk: Uint8Array): void {
    pending += chunk.length;
    if (options.format === "events") {
      const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString("latin1");
      resumable ||= /(^|[\r\n])id:/.test(text);
      const end = Math.max(text.lastIndexOf("\n\n"), text.lastIndexOf("\n\r\n"));
      if (end !== -1) pending = text.length - end;
    }
    if (pending <= MESSAGE_BYTES) return;
    const why = `sent a message of more than ${MESSAGE_BYTES} bytes`;
    // The answer to a request fails that request alone.
    if (options.request === null) options.tooLong(why);
    throw new RangeError(why);
  }

  function breakOff(controller: ReadableStreamDefaultController<Uint8Array>, error: unknown): void {
    state = "finished";
    options.ended();
    reader.cancel().catch(() => {});
    const isTooLong = error instanceof RangeError;
    // Taken up again, what is too long would come again.
    if (options.format === "events" && options.request !== null && (!resumable || isTooLong)) {
      const message = `The answer has more than ${MESSAGE_BYTES} bytes: ask for a part of it`;
      const answer = isTooLong ? { message } : { message: "The answer broke off", data: BROKE_OFF };
      controller.enqueue(eventOf({ error: { code: -32_000, ...answer } }));
      controller.close();
      return;
    }
    if (error === null) controller.close();
    else controller.error(error);
  }

  function eventOf(answer: object): Uint8Array {
    const message = JSON.stringify({ jsonrpc: "2.0", id: options.request, ...answer });
    return new TextEncoder().encode(`\n\nevent: message\ndata: ${message}\n\n`);
  }
}

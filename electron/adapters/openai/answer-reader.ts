import { KernelError } from "../../../shared/errors.ts";
import { type ParsedChunk, parseChatChunk, type ReportedUsage } from "./chat-chunk.ts";
import { EventStreamDecoder, type ServerEvent } from "./event-stream.ts";
import { LineDecoder } from "./line-stream.ts";
import { refusalError } from "./refusals.ts";
import { quote } from "./scrub.ts";
import type { ServerIdentity } from "./server-identity.ts";
import { ToolCallAssembler } from "./tool-call-assembler.ts";
import type { Watchdog } from "./watchdog.ts";

/** Characters of text, thoughts and arguments in one answer: far above what a model can say in one turn. */
export const ANSWER_CHARACTERS = 4 * 1024 * 1024;
/** Bytes of one answer on the wire. Each token comes in an envelope of a few hundred bytes. */
const WIRE_BYTES = 256 * 1024 * 1024;
const ANSWER_CALLS = 128;
/** Beginning of a body that is kept to be shown in an error. */
const HEAD_CHARACTERS = 4_000;

/** One answer as it came, before its tool calls are parsed. */
export interface RawAnswer {
  readonly text: string;
  readonly calls: ToolCallAssembler;
  readonly finishReason: string | null;
  readonly usage: ReportedUsage | null;
  /** Characters the model made in all, thoughts included. */
  readonly characters: number;
}

/** How a server writes its answers. */
export interface AnswerFormat {
  /** `text/event-stream`, or one JSON value a line. Either may be one JSON document instead. */
  readonly framing: "events" | "lines";
  parse(json: string): ParsedChunk;
  /** The way out when an answer is in no such form. */
  readonly hint: string;
}

export const CHAT_COMPLETIONS: AnswerFormat = {
  framing: "events",
  parse: parseChatChunk,
  hint: "Check that the address in Models is that of an OpenAI-compatible server, which mostly ends in /v1.",
};

export interface AnswerSink {
  readonly format: AnswerFormat;
  readonly server: ServerIdentity;
  readonly watchdog: Pick<Watchdog, "touch" | "finishing">;
  onText(text: string): void;
  /** Wall time in ms. */
  now(): number;
}

/**
 * Reads one chat completion, streamed or whole, whatever its content type says. Throws KernelError for what the
 * server did wrong and what the connection throws for the rest.
 */
export async function readAnswer(response: Response, sink: AnswerSink): Promise<RawAnswer> {
  const reader = response.body?.getReader();
  const answer = new AnswerReader(response, sink);
  if (reader === undefined) return answer.end();
  const decoder = new TextDecoder();
  try {
    while (!answer.done) {
      const { done, value } = await nextPart(reader, answer);
      if (done) return answer.end();
      sink.watchdog.touch();
      answer.push(decoder.decode(value, { stream: true }), value.byteLength);
    }
    return answer.end();
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

type Part =
  | { readonly done: true; readonly value: undefined }
  | { readonly done: false; readonly value: Uint8Array };

/** A connection that breaks after the model said it is done has lost nothing. */
async function nextPart(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  answer: AnswerReader,
): Promise<Part> {
  try {
    const part = await reader.read();
    return part.done ? { done: true, value: undefined } : { done: false, value: part.value };
  } catch (thrown) {
    if (answer.finished) return { done: true, value: undefined };
    throw thrown;
  }
}

class AnswerReader {
  readonly #response: Response;
  readonly #sink: AnswerSink;
  readonly #events: EventStreamDecoder | LineDecoder;
  readonly #calls = new ToolCallAssembler();
  #form: "unknown" | "events" | "document" = "unknown";
  #head = "";
  #document = "";
  #bytes = 0;
  #chunks = 0;
  #text = "";
  #characters = 0;
  #finishReason: string | null = null;
  #usage: RawAnswer["usage"] = null;
  /** Nothing more is to be read. */
  done = false;

  constructor(response: Response, sink: AnswerSink) {
    this.#response = response;
    this.#sink = sink;
    this.#events = sink.format.framing === "events" ? new EventStreamDecoder() : new LineDecoder();
  }

  get finished(): boolean {
    return this.#finishReason !== null;
  }

  push(part: string, bytes: number): void {
    this.#bytes += bytes;
    // White space may come first, to keep the connection open.
    if (this.#form === "unknown") this.#form = this.#formOf(part);
    if (this.#head.length < HEAD_CHARACTERS) {
      this.#head += (this.#head === "" ? part.trimStart() : part).slice(0, HEAD_CHARACTERS);
    }
    if (this.#form === "events") {
      for (const event of this.#events.push(part)) this.#event(event);
    } else this.#document += part;
    const held = Math.max(this.#characters, this.#events.pending, this.#document.length);
    if (held > ANSWER_CHARACTERS || this.#bytes > WIRE_BYTES || this.#calls.size > ANSWER_CALLS) {
      throw this.#malformed("sent an answer without end", this.#text || this.#head);
    }
  }

  end(): RawAnswer {
    if (this.#form === "events" && !this.done) this.#lastEvents();
    if (this.#form === "document") this.#wholeDocument();
    if (!this.finished && (!this.done || this.#chunks === 0)) throw this.#brokenOff();
    return {
      text: this.#text,
      calls: this.#calls,
      finishReason: this.#finishReason,
      usage: this.#usage,
      characters: this.#characters,
    };
  }

  /** Told by the first character: content types are too often wrong. */
  #formOf(text: string): "unknown" | "events" | "document" {
    const first = /\S/.exec(text)?.[0];
    if (first === undefined) return "unknown";
    const document = this.#sink.format.framing === "events" ? "{[<" : "<";
    return document.includes(first) ? "document" : "events";
  }

  #event(event: ServerEvent): void {
    if (this.done) return;
    if (event.data.trim() === "[DONE]") {
      this.done = true;
      return;
    }
    const { type } = this.#take(event.data);
    if (type === "error" || event.name === "error") throw this.#refused(event.data);
    if (type === "malformed") throw this.#malformed("sent a stream that is not valid", event.data);
  }

  #lastEvents(): void {
    for (const event of this.#events.end()) {
      const parsed = this.#sink.format.parse(event.data);
      // A piece that the end of the connection cut says nothing about the server's grammar.
      if (parsed.type !== "malformed" || event.data.trim() === "[DONE]") this.#event(event);
    }
  }

  #wholeDocument(): void {
    if (this.#document.trim() === "") return;
    const { type } = this.#take(this.#document);
    if (type === "error") throw this.#refused(this.#document);
    if (type === "malformed" || this.#chunks === 0) {
      const html = /^\s*</.test(this.#document)
        ? "answered with a web page, not with a model's answer"
        : null;
      throw this.#malformed(html ?? "answered with something that is no model's answer", this.#document);
    }
    this.#finishReason ??= "stop";
  }

  /** Takes one chunk in. Answers with what it was. */
  #take(json: string): { readonly type: "chunk" | "error" | "malformed" } {
    const parsed = this.#sink.format.parse(json);
    if (parsed.type !== "chunk") return parsed;
    const { chunk } = parsed;
    for (const call of chunk.calls) {
      this.#calls.add(call);
      this.#characters += typeof call.arguments === "string" ? call.arguments.length : 0;
    }
    this.#characters += chunk.text.length + chunk.reasoning.length;
    this.#text += chunk.text;
    if (chunk.text !== "") this.#sink.onText(chunk.text);
    if (chunk.text !== "" || chunk.calls.length > 0 || chunk.finishReason !== null) this.#chunks += 1;
    this.#usage = chunk.usage ?? this.#usage;
    if (chunk.finishReason !== null) {
      this.#finishReason = chunk.finishReason;
      this.#sink.watchdog.finishing();
    }
    return parsed;
  }

  #refused(body: string): KernelError {
    return refusalError(
      { status: null, headers: this.#response.headers, body },
      this.#sink.server,
      this.#sink.now(),
    );
  }

  #brokenOff(): KernelError {
    const { subject } = this.#sink.server;
    if (this.#chunks === 0 && this.#head.trim() !== "" && !/^\s*(data|event|id|retry)?:/.test(this.#head)) {
      return this.#malformed("answered with something that is no stream", this.#head);
    }
    return new KernelError(
      "model-stream-dropped",
      `${subject} closed the connection before its answer was whole`,
      {
        hint: "Try again, or choose another model in Models.",
      },
    );
  }

  #malformed(what: string, shown: string): KernelError {
    const { subject, secret } = this.#sink.server;
    return new KernelError("model-stream-malformed", `${subject} ${what}: ${quote(shown, secret)}`, {
      hint: this.#sink.format.hint,
    });
  }
}

import { KernelError } from "../../../shared/errors.ts";
import type { JsonObject, ToolCall, ToolSpecification } from "../../../shared/messages.ts";
import { bareCall } from "./answer-reader/bare-call.ts";
import { JsonEnd } from "./answer-reader/json-end.ts";
import { type ReadCall, readCalls, readNamedCall } from "./answer-reader/read-call.ts";
import { findMark, heldBack } from "./answer-reader/text-marks.ts";
import { argumentsSchema, callListSchema, callSchema } from "./call-schema.ts";

/**
 * How a model writes tool calls: `tagged` as Hermes and Qwen, `bare` as Llama 3, `list` and `named` as the older and
 * the newer Mistral models. All of them are read, whatever the style; it decides what `[TOOL_CALLS]` is held to.
 */
export type CallStyle = "tagged" | "bare" | "list" | "named";

/** Reads one answer as it is made: what of it is text to show, and what calls a tool. */
export interface AnswerReader {
  /**
   * Takes the next piece of the answer: token texts with special tokens written out, without those that end the turn.
   * Returns the text to show now. What may be the beginning of a call is held back, and space before it.
   */
  push(text: string): string;
  /**
   * The JSON schema that what follows must fit from its very first character; null for free text. It becomes non-null
   * right after the mark of a call and is the same object until the call's JSON is whole.
   */
  constraint(): JsonObject | null;
  /**
   * The whole answer: all text that `push` returned, and what it held back. Ids are `call_0`, `call_1`, ...
   * Throws `model-tool-call-malformed`. To be called once.
   */
  finish(): { readonly content: string; readonly toolCalls: readonly ToolCall[] };
}

const TAG = "<tool_call>";
const TAG_END = "</tool_call>";
const LIST = "[TOOL_CALLS]";
const PYTHON = "<|python_tag|>";
const NAMED = "[ARGS]";
const MARKS = [TAG, LIST, PYTHON] as const;
const NAMED_CALL = /^([\w.:-]+)(?:\[CALL_ID\][\w-]*)?(?:\[ARGS\])?\s*(?=\{)/;
const NAMED_BEGUN = /^[\w.:-]+(?:\[[\w\]-]*)*(?:\[ARGS\])?\s*$/;
const THINK = "<think>";
const THINK_END = "</think>";
const QUOTED_CHARACTERS = 200;

type State =
  /** Nothing but space so far, or what may be a call that stands alone. */
  | { readonly type: "start" }
  | { readonly type: "thinking" }
  | { readonly type: "text" }
  /** Behind a mark: space, then JSON or a tool's name. */
  | { readonly type: "marked"; readonly mark: (typeof MARKS)[number]; schema: JsonObject | null }
  /** In the JSON of a call. `name`: its tool, where that was told before the JSON. */
  | {
      readonly type: "json";
      readonly name: string | null;
      readonly end: JsonEnd;
      schema: JsonObject | null;
    }
  /** Behind the JSON of a call: space, separators, a closing tag, another object. */
  | { readonly type: "after" };

/** Where no tools are offered, all is text. */
export function createAnswerReader(
  tools: readonly ToolSpecification[],
  style: CallStyle = "tagged",
): AnswerReader {
  return new Reader(tools, style);
}

class Reader implements AnswerReader {
  readonly #tools: readonly ToolSpecification[];
  readonly #toolNames: readonly string[];
  readonly #style: CallStyle;
  readonly #calls: ReadCall[] = [];
  #state: State = { type: "start" };
  /** What has come and is neither shown nor read. */
  #held = "";
  #content = "";
  /** Of the content, what the last push has added. */
  #shown = "";
  #malformed: string | null = null;

  constructor(tools: readonly ToolSpecification[], style: CallStyle) {
    this.#tools = tools;
    this.#toolNames = tools.map((tool) => tool.name);
    this.#style = style;
  }

  push(text: string): string {
    this.#held += text;
    this.#shown = "";
    while (this.#step()) {}
    return this.#shown;
  }

  constraint(): JsonObject | null {
    return this.#state.type === "marked" || this.#state.type === "json" ? this.#state.schema : null;
  }

  finish(): { readonly content: string; readonly toolCalls: readonly ToolCall[] } {
    const state = this.#state;
    if (state.type === "marked" || state.type === "json") this.#endOpenCall(state);
    else if (state.type !== "after" || this.#held.trim() !== "") this.#show(this.#held.length);
    if (this.#malformed !== null) throw malformed(this.#malformed);
    return {
      content: this.#calls.length > 0 ? this.#content.trimEnd() : this.#content,
      toolCalls: this.#calls.map((call, index) => ({ id: `call_${index}`, ...call })),
    };
  }

  /** One step on through what is held; false when more must come first. */
  #step(): boolean {
    switch (this.#state.type) {
      case "start":
        return this.#start();
      case "thinking":
        return this.#thinking();
      case "text":
        return this.#text();
      case "marked":
        return this.#marked(this.#state);
      case "json":
        return this.#json(this.#state);
      case "after":
        return this.#after();
    }
  }

  #start(): boolean {
    const text = this.#held.trimStart();
    if (text === "" || (text.length < THINK.length && THINK.startsWith(text))) return false;
    if (text.startsWith(THINK)) return this.#enter({ type: "thinking" });
    const call = bareCall(text, this.#toolNames);
    if (call === "maybe") return false;
    if (call === "no") return this.#enter({ type: "text" });
    this.#held = text;
    return this.#enter({ type: "json", name: null, end: new JsonEnd(), schema: null });
  }

  /** Calls that a model only thinks about are none. */
  #thinking(): boolean {
    const end = this.#held.indexOf(THINK_END);
    if (end === -1) {
      this.#show(this.#held.length - heldBack(this.#held, [THINK_END]));
      return false;
    }
    this.#show(end + THINK_END.length);
    return this.#enter({ type: "start" });
  }

  #text(): boolean {
    const found = this.#tools.length > 0 ? findMark(this.#held, MARKS) : null;
    if (found === null) {
      const kept = this.#tools.length > 0 ? heldBack(this.#held, MARKS) : 0;
      this.#show(this.#held.slice(0, this.#held.length - kept).trimEnd().length);
      return false;
    }
    this.#show(this.#held.slice(0, found.index).trimEnd().length);
    this.#held = this.#held.slice(this.#held.indexOf(found.mark) + found.mark.length);
    const late = this.#held.trim() !== "";
    return this.#enter({
      type: "marked",
      mark: found.mark,
      schema: late ? null : this.#schemaAfter(found.mark),
    });
  }

  #schemaAfter(mark: (typeof MARKS)[number]): JsonObject | null {
    if (mark === TAG) return callSchema(this.#tools);
    return mark === LIST && this.#style === "list" ? callListSchema(this.#tools) : null;
  }

  #marked(state: State & { readonly type: "marked" }): boolean {
    this.#held = this.#held.trimStart();
    const first = this.#held[0];
    if (first === undefined) return false;
    if (first === "{" || (first === "[" && state.mark === LIST)) {
      return this.#enter({ type: "json", name: null, end: new JsonEnd(), schema: state.schema });
    }
    return state.mark === LIST ? this.#named(state) : this.#giveUp();
  }

  /** `name[ARGS]{...}`, perhaps with a `[CALL_ID]` in between; the newest leave the mark out. */
  #named(state: State & { readonly type: "marked" }): boolean {
    const whole = NAMED_CALL.exec(this.#held);
    if (whole === null) {
      if (!NAMED_BEGUN.test(this.#held)) return this.#giveUp();
      const name = this.#held.endsWith(NAMED) ? /^[\w.:-]+/.exec(this.#held)?.[0] : undefined;
      const tool = this.#tools.find((tool) => tool.name === name);
      if (tool !== undefined) state.schema = argumentsSchema(tool);
      return false;
    }
    this.#held = this.#held.slice(whole[0].length);
    return this.#enter({ type: "json", name: whole[1] ?? "", end: new JsonEnd(), schema: state.schema });
  }

  #json(state: State & { readonly type: "json" }): boolean {
    const end = state.end.find(this.#held);
    if (end === null) return false;
    this.#take(state.name, this.#held.slice(0, end));
    this.#held = this.#held.slice(end);
    return this.#enter({ type: "after" });
  }

  #after(): boolean {
    const rest = this.#held.trimStart();
    for (const separator of [TAG_END, ";"]) {
      if (rest.startsWith(separator)) {
        this.#held = rest.slice(separator.length);
        return true;
      }
    }
    if (rest === "" || TAG_END.startsWith(rest)) return false;
    if (rest.startsWith("{")) {
      this.#held = rest;
      return this.#enter({ type: "json", name: null, end: new JsonEnd(), schema: null });
    }
    return this.#enter({ type: "text" });
  }

  #endOpenCall(state: State & { readonly type: "marked" | "json" }): void {
    const end = this.#held.lastIndexOf(TAG_END);
    const body = end === -1 ? this.#held : this.#held.slice(0, end);
    this.#take(state.type === "json" ? state.name : null, body);
  }

  #take(name: string | null, body: string): void {
    const named = name === null ? null : readNamedCall(name, body, this.#tools);
    const calls = name === null ? readCalls(body, this.#tools) : named && [named];
    if (calls === null) this.#malformed ??= body;
    else this.#calls.push(...calls);
  }

  /** What stands behind a mark is no call in any form that is known. */
  #giveUp(): boolean {
    const end = this.#held.indexOf(TAG_END);
    if (end === -1) return false;
    this.#malformed ??= this.#held.slice(0, end);
    this.#held = this.#held.slice(end + TAG_END.length);
    return this.#enter({ type: "text" });
  }

  #show(length: number): void {
    const shown = this.#held.slice(0, length);
    this.#content += shown;
    this.#shown += shown;
    this.#held = this.#held.slice(length);
  }

  #enter(state: State): true {
    this.#state = state;
    return true;
  }
}

const malformed = (body: string): KernelError =>
  new KernelError(
    "model-tool-call-malformed",
    `The model began a tool call that cannot be read: ${body.trim().slice(0, QUOTED_CHARACTERS)}`,
    { hint: "Ask for less at once, or choose a model that is better at tool calls in Models." },
  );

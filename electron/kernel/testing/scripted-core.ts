import type { CoreCapabilities, CoreInfo } from "../../../shared/cores.ts";
import { type ErrorCode, KernelError, type KernelErrorData } from "../../../shared/errors.ts";
import { coreId } from "../../../shared/ids.ts";
import type { JsonObject, ToolCall } from "../../../shared/messages.ts";
import type { CompletionOutcome, CompletionRequest, CompletionRun, LlmCore } from "../ports.ts";
import { nextTurn } from "./manual-clock.ts";

export interface ScriptedReply {
  readonly text: string;
  readonly toolCalls?: readonly ToolCall[];
  /** The stream breaks off after so many words; or nothing more comes until the call is ended. */
  readonly breaksAfter?: number;
  readonly standsStillAfter?: number;
  /** Tokens of the prompt that the server says it read; 10 by default. */
  readonly promptTokens?: number;
}

/** What the model says to a request: a reply, or an error to fail with. */
export type Script = (
  request: CompletionRequest,
  call: number,
) => ScriptedReply | KernelError | Promise<ScriptedReply | KernelError>;

export interface ScriptedCoreOptions {
  readonly id?: string;
  readonly model?: string;
  readonly slots?: number;
  readonly preemption?: CoreCapabilities["preemption"];
  readonly contextTokens?: number;
  readonly summaries?: CoreCapabilities["summaries"];
  /** Makes vectors of texts; none by default. */
  readonly embed?: NonNullable<LlmCore["embed"]>;
}

export const says = (text: string): ScriptedReply => ({ text });

/** A tool call as a script writes it. */
export type CallSpec = readonly [name: string, args: JsonObject, id?: string];

export const calls = (...toolCalls: readonly CallSpec[]): ScriptedReply => ({
  text: "",
  toolCalls: toolCalls.map(([name, args, id], index) => ({
    id: id ?? `call_${index}`,
    name,
    arguments: args,
  })),
});

export const modelError = (code: ErrorCode, extra: Partial<KernelErrorData> = {}): KernelError =>
  new KernelError(code, `the server said ${code}`, extra);

/** Fake: a model that answers by a script, word by word, one word in each turn of the event loop. */
export class ScriptedCore implements LlmCore {
  readonly info: CoreInfo;
  readonly embed?: NonNullable<LlmCore["embed"]>;
  readonly requests: CompletionRequest[] = [];
  verifiedWindow: number | null = null;
  running = 0;
  mostRunning = 0;
  state: "open" | "closed" = "open";
  readonly #script: Script;

  constructor(script: Script, options: ScriptedCoreOptions = {}) {
    const { id = "scripted", model = id, slots = 4, preemption = "none" } = options;
    this.#script = script;
    if (options.embed) this.embed = options.embed;
    this.info = {
      id: coreId(id),
      title: id,
      kind: "offline",
      baseUrl: null,
      model,
      source: "built-in",
      capabilities: {
        slots,
        contextTokens: options.contextTokens ?? null,
        tools: "native",
        jsonSchema: "none",
        embeddings: options.embed ? "native" : "none",
        preemption,
        summaries: options.summaries ?? "native",
        price: { prompt: 1, output: 2 },
      },
      health: { status: "ready" },
    };
  }

  async complete(request: CompletionRequest, run: CompletionRun): Promise<CompletionOutcome> {
    if (request.resume === null || request.resume.state === null) this.requests.push(request);
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      return await this.#answer(request, run);
    } finally {
      this.running -= 1;
    }
  }

  async close(): Promise<void> {
    this.state = "closed";
  }

  async #answer(request: CompletionRequest, run: CompletionRun): Promise<CompletionOutcome> {
    const reply = await untilAborted(
      Promise.resolve(this.#script(request, this.requests.length)),
      run.signal,
    );
    if (reply instanceof KernelError) throw reply;
    const words = wordsOf(reply.text);
    const made = wordsMade(request);
    for (let index = made; index < words.length; index += 1) {
      await nextTurn();
      if (index === reply.breaksAfter) throw new KernelError("model-stream-dropped", "the stream broke off");
      if (index === reply.standsStillAfter) await untilAborted(new Promise<never>(() => {}), run.signal);
      if (run.signal.aborted) throw new KernelError("cancelled", "the call was cancelled");
      run.output(words[index] ?? "", 1);
      const partial = words.slice(0, index + 1).join("");
      if (this.info.capabilities.preemption === "kv" && run.shouldYield() && index + 1 < words.length) {
        return { type: "yielded", resume: { partial, state: index + 1 } };
      }
    }
    const toolCalls = reply.toolCalls ?? [];
    return {
      type: "finished",
      message: { role: "assistant", content: reply.text, toolCalls },
      finishReason: toolCalls.length > 0 ? "tool-calls" : "stop",
      usage: { promptTokens: reply.promptTokens ?? 10, outputTokens: words.length, source: "reported" },
    };
  }
}

const wordsOf = (text: string): readonly string[] => text.split(/(?<= )/);

/** Words that are there already: by the state of a yielded turn, or by the text that goes on after a break. */
function wordsMade({ resume }: CompletionRequest): number {
  if (resume === null) return 0;
  return resume.state === null
    ? wordsOf(resume.partial).filter((word) => word !== "").length
    : Number(resume.state);
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(new KernelError("cancelled", "the call was cancelled"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    work.then(resolve, reject);
  });
}

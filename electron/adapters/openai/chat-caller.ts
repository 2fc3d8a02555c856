import { KernelError } from "../../../shared/errors.ts";
import { estimateTokens, type Message, type TokenUsage, type ToolCall } from "../../../shared/messages.ts";
import type { Clock, CompletionOutcome, CompletionRequest, CompletionRun } from "../../kernel/ports.ts";
import { type AnswerFormat, type RawAnswer, readAnswer } from "./answer-reader.ts";
import { AnswerText } from "./answer-text.ts";
import { callIdsOf } from "./chat-messages.ts";
import type { HttpRefusal } from "./client.ts";
import { findRefusal, requestError } from "./connection-errors.ts";
import type { ServerIdentity } from "./server-identity.ts";
import { type AnswerForm, TextJoint } from "./text-joint.ts";
import { brokenCallError, readToolCalls, repairMessages } from "./tool-calls.ts";
import { type AnswerTimeouts, startWatchdog } from "./watchdog.ts";

/** One request as a protocol is to send it. */
export interface ChatCall {
  readonly request: CompletionRequest;
  readonly messages: readonly Message[];
  /** The beginning of the answer, to be continued; null for a whole answer. */
  readonly head: string | null;
}

/** The wire side of a kind of model server. */
export interface ChatProtocol {
  readonly format: AnswerFormat;
  /** How it answers a request to continue a text; null when it cannot. */
  readonly continuation: AnswerForm | null;
  /** Sends a call. `learn` is told how this very request was refused, and says whether the next one will differ. */
  prepare(call: ChatCall): {
    send(signal: AbortSignal): Promise<Response>;
    learn(refusal: HttpRefusal | null): "ask-again" | "no-change";
  };
}

export interface ChatCallerOptions {
  readonly clock: Clock;
  readonly timeouts: AnswerTimeouts;
  readonly server: ServerIdentity;
  readonly protocol: ChatProtocol;
}

/** What a server says of a request that ends with the beginning of an answer, when it cannot continue one. */
const NO_CONTINUATION =
  /prefill|continue_final_message|add_generation_prompt|\bprefix\b|(last|final) message|role ['"]?assistant/i;

type Asked = { readonly answer: RawAnswer; readonly usage: TokenUsage };

/**
 * Calls of a model behind an address, whatever its protocol: time limits, cancel, errors, continued answers, and
 * tool calls that are not valid JSON, which are asked for once more. Nothing else is asked twice but for a request
 * part that the server turns out not to know.
 */
export class ChatCaller {
  readonly #options: ChatCallerOptions;
  readonly #closed = new AbortController();
  /** Until the server shows that it begins answers again that it is to continue. */
  #continues: "expected" | "refuted" = "expected";

  constructor(options: ChatCallerOptions) {
    this.#options = options;
  }

  /** Aborted when the core is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** As `LlmCore.complete`. */
  async complete(request: CompletionRequest, run: CompletionRun): Promise<CompletionOutcome> {
    const { server } = this.#options;
    const taken = callIdsOf(request.messages);
    const first = await this.#ask(request, [], run, this.#start(request, run));
    const read = readToolCalls(first.answer, taken);
    if (read.type === "whole") return this.#outcome(first.answer, read.calls, first.usage);
    if (first.answer.finishReason === "length") throw brokenCallError(read.call, "cut-off", server);

    run.restart(
      `The arguments of ${read.call.name || "a tool call"} were not valid JSON; asked the model once more`,
    );
    const second = await this.#ask(request, repairMessages(first.answer, read.call), run, null);
    const repaired = readToolCalls(second.answer, taken);
    if (repaired.type === "broken") throw brokenCallError(repaired.call, "again", server);
    if (repaired.calls.length === 0) throw brokenCallError(read.call, "again", server);
    return this.#outcome(second.answer, repaired.calls, sum(first.usage, second.usage));
  }

  close(): void {
    this.#closed.abort();
  }

  /** The partial answer that is to be continued. Says so when it must be made again instead. */
  #start({ resume }: CompletionRequest, run: CompletionRun) {
    if (resume === null || resume.partial === "") return null;
    const { partial } = resume;
    const { server, protocol } = this.#options;
    if (protocol.continuation === null || this.#continues === "refuted") {
      run.restart(`${server.subject} does not continue answers: asked it for the whole answer`);
      return null;
    }
    const joint = TextJoint.of(partial, protocol.continuation);
    if (joint !== null) return { partial, joint };
    run.restart(
      "The answer so far is too short or too repetitive to be continued: asked for the whole answer",
    );
    return null;
  }

  async #ask(
    request: CompletionRequest,
    extra: readonly Message[],
    run: CompletionRun,
    start: { readonly partial: string; readonly joint: TextJoint } | null,
  ): Promise<Asked> {
    const { clock, timeouts, server, protocol } = this.#options;
    const messages = [...request.messages, ...extra];
    let continued = start;
    for (;;) {
      const call = protocol.prepare({ request, messages, head: continued?.joint.head ?? null });
      const text = new AnswerText(run, server.subject, continued);
      const watchdog = startWatchdog(clock, timeouts, server, [run.signal, this.#closed.signal]);
      try {
        watchdog.signal.throwIfAborted();
        const response = await call.send(watchdog.signal);
        const answer = await readAnswer(response, {
          format: protocol.format,
          server,
          watchdog,
          onText: (piece) => text.push(piece),
          now: () => clock.wall(),
        });
        if (run.signal.aborted) watchdog.signal.throwIfAborted();
        text.end();
        return {
          answer: { ...answer, text: text.text },
          usage: usageOf(answer, [messages, request.tools, continued?.partial]),
        };
      } catch (thrown) {
        if (watchdog.signal.aborted) throw requestError(watchdog.signal.reason, server, clock.wall());
        const refusal = findRefusal(thrown);
        if (call.learn(refusal) === "ask-again") continue;
        if (continued === null || !cannotContinue(refusal)) throw requestError(thrown, server, clock.wall());
        this.#continues = "refuted";
        continued = null;
        run.restart(`${server.subject} refused to continue the answer: asked it for the whole answer`);
      } finally {
        if (text.outcome === "repeated") this.#continues = "refuted";
        watchdog.stop();
      }
    }
  }

  #outcome(answer: RawAnswer, toolCalls: readonly ToolCall[], usage: TokenUsage): CompletionOutcome {
    if (answer.finishReason === "content_filter" && answer.text === "" && toolCalls.length === 0) {
      const what = `${this.#options.server.subject} withheld the answer by its content filter`;
      throw new KernelError("model-bad-request", what, {
        hint: "Word the task differently, or choose another model in Models.",
      });
    }
    const ended = answer.finishReason === "length" ? "length" : "stop";
    return {
      type: "finished",
      message: { role: "assistant", content: answer.text, toolCalls },
      finishReason: toolCalls.length > 0 ? "tool-calls" : ended,
      usage,
    };
  }
}

const cannotContinue = (refusal: HttpRefusal | null): boolean =>
  refusal !== null && [400, 422, 500].includes(refusal.status) && NO_CONTINUATION.test(refusal.body);

/** As reported, else estimated from what was sent and what came. */
function usageOf(answer: RawAnswer, sent: readonly unknown[]): TokenUsage {
  if (answer.usage !== null) return { ...answer.usage, source: "reported" };
  return {
    promptTokens: estimateTokens(JSON.stringify(sent)),
    outputTokens: Math.ceil(answer.characters / 4),
    source: "estimated",
  };
}

const sum = (first: TokenUsage, second: TokenUsage): TokenUsage => ({
  promptTokens: first.promptTokens + second.promptTokens,
  outputTokens: first.outputTokens + second.outputTokens,
  source: first.source === "reported" && second.source === "reported" ? "reported" : "estimated",
  ...(first.cachedTokens === undefined && second.cachedTokens === undefined
    ? {}
    : { cachedTokens: (first.cachedTokens ?? 0) + (second.cachedTokens ?? 0) }),
});

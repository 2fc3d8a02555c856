import type { OpenAI } from "openai";
import type { CoreConfig, CoreInfo } from "../../shared/cores.ts";
import { KernelError } from "../../shared/errors.ts";
import { estimateTokens, type Message, type TokenUsage, type ToolCall } from "../../shared/messages.ts";
import type { Clock, CompletionOutcome, CompletionRequest, CompletionRun, LlmCore } from "../kernel/ports.ts";
import { type RawAnswer, readAnswer } from "./openai/answer-reader.ts";
import { callIdsOf, toChatMessages, toChatTools } from "./openai/chat-messages.ts";
import { createClient } from "./openai/client.ts";
import { findRefusal, requestError } from "./openai/connection-errors.ts";
import { ServerHabits } from "./openai/server-habits.ts";
import { identifyServer, normaliseBaseUrl, type ServerIdentity } from "./openai/server-identity.ts";
import { brokenCallError, readToolCalls, repairMessages } from "./openai/tool-calls.ts";
import { type AnswerTimeouts, DEFAULT_TIMEOUTS, startWatchdog } from "./openai/watchdog.ts";

export interface OpenAiCoreOptions {
  readonly clock: Clock;
  readonly timeouts?: Partial<AnswerTimeouts>;
}

/**
 * A model behind an OpenAI-compatible address, by streamed chat completions. It is not preempted: a call is ended by
 * cancel or by its time limits only. A tool call that is not valid JSON is asked for once more within the same
 * `complete`; nothing else is asked twice, but for a request part that the server turns out not to know.
 */
export function createOpenAiCore(
  config: CoreConfig,
  apiKey: string | null,
  options: OpenAiCoreOptions,
): LlmCore {
  return new OpenAiCore(config, apiKey, options);
}

class OpenAiCore implements LlmCore {
  readonly info: CoreInfo;
  readonly #clock: Clock;
  readonly #timeouts: AnswerTimeouts;
  readonly #client: OpenAI;
  readonly #server: ServerIdentity;
  readonly #habits = new ServerHabits();
  readonly #closed = new AbortController();

  constructor(config: CoreConfig, apiKey: string | null, options: OpenAiCoreOptions) {
    const baseUrl = normaliseBaseUrl(config.baseUrl);
    this.info = infoOf(config, baseUrl);
    this.#clock = options.clock;
    this.#timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.#server = identifyServer(config, apiKey);
    this.#client = createClient(baseUrl, apiKey, this.#timeouts.wholeMs);
  }

  async complete(request: CompletionRequest, run: CompletionRun): Promise<CompletionOutcome> {
    const taken = callIdsOf(request.messages);
    const answer = await this.#ask(request, [], run);
    const read = readToolCalls(answer, taken);
    const usage = this.#usageOf(request, [], answer);
    if (read.type === "whole") return this.#outcome(answer, read.calls, usage);
    if (answer.finishReason === "length") throw brokenCallError(read.call, "cut-off", this.#server);

    run.restart(
      `The arguments of ${read.call.name || "a tool call"} were not valid JSON; asked the model once more`,
    );
    const extra = repairMessages(answer, read.call);
    const second = await this.#ask(request, extra, run);
    const repaired = readToolCalls(second, taken);
    if (repaired.type === "broken") throw brokenCallError(repaired.call, "again", this.#server);
    if (repaired.calls.length === 0) throw brokenCallError(read.call, "again", this.#server);
    return this.#outcome(second, repaired.calls, sum(usage, this.#usageOf(request, extra, second)));
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  async #ask(request: CompletionRequest, extra: readonly Message[], run: CompletionRun): Promise<RawAnswer> {
    const messages = toChatMessages([...request.messages, ...extra]);
    const tools = toChatTools(request.tools);
    for (;;) {
      const habits = this.#habits.parameters(request.maxOutputTokens);
      const watchdog = startWatchdog(this.#clock, this.#timeouts, this.#server, [
        run.signal,
        this.#closed.signal,
      ]);
      try {
        watchdog.signal.throwIfAborted();
        const response = await this.#client.chat.completions
          .create(
            {
              model: this.info.model,
              messages,
              stream: true,
              ...(tools.length > 0 ? { tools } : {}),
              ...habits,
            },
            { signal: watchdog.signal },
          )
          .asResponse();
        const answer = await readAnswer(response, {
          server: this.#server,
          watchdog,
          onText: (text) => run.output(text, estimateTokens(text)),
          now: () => this.#clock.wall(),
        });
        if (run.signal.aborted) watchdog.signal.throwIfAborted();
        return answer;
      } catch (thrown) {
        if (watchdog.signal.aborted)
          throw requestError(watchdog.signal.reason, this.#server, this.#clock.wall());
        if (this.#habits.learn(findRefusal(thrown), habits) === "ask-again") continue;
        throw requestError(thrown, this.#server, this.#clock.wall());
      } finally {
        watchdog.stop();
      }
    }
  }

  #outcome(answer: RawAnswer, toolCalls: readonly ToolCall[], usage: TokenUsage): CompletionOutcome {
    if (answer.finishReason === "content_filter" && answer.text === "" && toolCalls.length === 0) {
      throw new KernelError(
        "model-bad-request",
        `${this.#server.subject} withheld the answer by its content filter`,
        {
          hint: "Word the task differently, or choose another model in Models.",
        },
      );
    }
    const ended = answer.finishReason === "length" ? "length" : "stop";
    return {
      type: "finished",
      message: { role: "assistant", content: answer.text, toolCalls },
      finishReason: toolCalls.length > 0 ? "tool-calls" : ended,
      usage,
    };
  }

  #usageOf(request: CompletionRequest, extra: readonly Message[], answer: RawAnswer): TokenUsage {
    if (answer.usage !== null) return { ...answer.usage, source: "reported" };
    const prompt = JSON.stringify([request.messages, extra, request.tools]);
    return {
      promptTokens: estimateTokens(prompt),
      outputTokens: Math.ceil(answer.characters / 4),
      source: "estimated",
    };
  }
}

const sum = (first: TokenUsage, second: TokenUsage): TokenUsage => ({
  promptTokens: first.promptTokens + second.promptTokens,
  outputTokens: first.outputTokens + second.outputTokens,
  source: first.source === "reported" && second.source === "reported" ? "reported" : "estimated",
});

const infoOf = (config: CoreConfig, baseUrl: string): CoreInfo => ({
  id: config.id,
  title: config.title,
  kind: "openai-compatible",
  baseUrl,
  model: config.model,
  source: config.source,
  capabilities: {
    slots: config.slots,
    contextTokens: config.contextTokens,
    tools: "native",
    jsonSchema: "none",
    embeddings: "none",
    preemption: "none",
    summaries: "native",
    price: null,
  },
  health: { status: "untested" },
});

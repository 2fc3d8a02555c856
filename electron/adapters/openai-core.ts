import type { OpenAI } from "openai";
import type { CoreConfig, CoreInfo } from "../../shared/cores.ts";
import type { Clock, CompletionOutcome, CompletionRequest, CompletionRun, LlmCore } from "../kernel/ports.ts";
import { CHAT_COMPLETIONS } from "./openai/answer-reader.ts";
import { type ChatCall, ChatCaller, type ChatProtocol } from "./openai/chat-caller.ts";
import { toChatMessages, toChatTools } from "./openai/chat-messages.ts";
import { createClient, type HttpRefusal } from "./openai/client.ts";
import { type Embedder, embedTexts, makesEmbeddings } from "./openai/embeddings.ts";
import { ServerHabits } from "./openai/server-habits.ts";
import { identifyServer, normaliseBaseUrl } from "./openai/server-identity.ts";
import { type ServerTraits, traitsOf } from "./openai/server-traits.ts";
import type { AnswerForm } from "./openai/text-joint.ts";
import { type TokenCounter, tokenCounterOf } from "./openai/token-counter.ts";
import { type AnswerTimeouts, DEFAULT_TIMEOUTS } from "./openai/watchdog.ts";

export interface OpenAiCoreOptions {
  readonly clock: Clock;
  readonly timeouts?: Partial<AnswerTimeouts>;
  /** In place of what the address tells. */
  readonly traits?: ServerTraits;
}

/**
 * A model behind an OpenAI-compatible address, by streamed chat completions. It is never preempted: a call is ended
 * by cancel or by its time limits only. Where the server is known to continue a partial answer, `resume` does so.
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
  readonly countTokens?: TokenCounter;
  readonly embed?: NonNullable<LlmCore["embed"]>;
  readonly #caller: ChatCaller;

  constructor(config: CoreConfig, apiKey: string | null, options: OpenAiCoreOptions) {
    const { clock, traits = traitsOf(config) } = options;
    const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    const baseUrl = normaliseBaseUrl(config.baseUrl);
    this.info = infoOf(config, baseUrl, traits);
    const address = { baseUrl, apiKey, model: config.model };
    const server = identifyServer(config, apiKey);
    this.#caller = new ChatCaller({
      clock,
      timeouts,
      server,
      protocol: new ChatCompletions({ ...address, timeoutMs: timeouts.wholeMs }, traits),
    });
    const counter = tokenCounterOf(traits.tokens, { ...address, clock, closed: this.#caller.closed });
    if (counter !== null) this.countTokens = counter;
    const embedder: Embedder = { ...address, server, clock, timeouts };
    if (makesEmbeddings(config.model)) {
      this.embed = (texts, signal) => embedTexts(embedder, texts, [signal, this.#caller.closed]);
    }
  }

  complete(request: CompletionRequest, run: CompletionRun): Promise<CompletionOutcome> {
    return this.#caller.complete(request, run);
  }

  async close(): Promise<void> {
    this.#caller.close();
  }
}

interface Address {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  readonly timeoutMs: number;
}

class ChatCompletions implements ChatProtocol {
  readonly format = CHAT_COMPLETIONS;
  readonly continuation: AnswerForm | null;
  readonly #model: string;
  readonly #traits: ServerTraits;
  readonly #habits = new ServerHabits();
  readonly #client: OpenAI;
  /** Of the address that continues answers. */
  readonly #continuing: OpenAI;

  constructor({ baseUrl, apiKey, model, timeoutMs }: Address, traits: ServerTraits) {
    this.#model = model;
    this.#traits = traits;
    this.continuation = traits.continuation?.answers ?? null;
    this.#client = createClient(baseUrl, apiKey, timeoutMs);
    const path = traits.continuation?.path ?? null;
    this.#continuing =
      path === null ? this.#client : createClient(new URL(path, baseUrl).href, apiKey, timeoutMs);
  }

  prepare({ request, messages, head }: ChatCall) {
    const schema = this.#traits.jsonSchema === "native" ? (request.responseSchema ?? null) : null;
    const habits = this.#habits.parameters(request.maxOutputTokens, schema);
    const tools = toChatTools(request.tools);
    const { continuation } = this.#traits;
    const sent = toChatMessages(messages);
    if (head !== null) sent.push({ role: "assistant", content: head, ...continuation?.message });
    const client = head === null ? this.#client : this.#continuing;
    return {
      send: (signal: AbortSignal) =>
        client.chat.completions
          .create(
            {
              model: this.#model,
              messages: sent,
              stream: true,
              ...(tools.length > 0 ? { tools } : {}),
              ...(head === null ? {} : continuation?.request),
              ...habits,
            },
            { signal },
          )
          .asResponse(),
      learn: (refusal: HttpRefusal | null) => this.#habits.learn(refusal, habits),
    };
  }
}

const infoOf = (config: CoreConfig, baseUrl: string, traits: ServerTraits): CoreInfo => ({
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
    jsonSchema: traits.jsonSchema,
    ...(makesEmbeddings(config.model) ? { embeddings: "native", chat: "none" } : { embeddings: "none" }),
    preemption: traits.continuation === null ? "none" : "prefill",
    summaries: "native",
    price: null,
  },
  health: { status: "untested" },
});

import type { CoreConfig, CoreInfo } from "../../shared/cores.ts";
import type { Clock, CompletionOutcome, CompletionRequest, CompletionRun, LlmCore } from "../kernel/ports.ts";
import { parseChatLine } from "./ollama/chat-line.ts";
import { chatBody } from "./ollama/chat-request.ts";
import { type Embedder, embedTexts } from "./ollama/embeddings.ts";
import { askAbout, askWhatRuns } from "./ollama/facts.ts";
import { ollamaWindow } from "./ollama/window.ts";
import { type ChatCall, ChatCaller, type ChatProtocol } from "./openai/chat-caller.ts";
import { fetchOrRefuse } from "./openai/client.ts";
import { type Ask, askerOf } from "./openai/known-servers.ts";
import { identifyServer, normaliseBaseUrl } from "./openai/server-identity.ts";
import { type AnswerTimeouts, DEFAULT_TIMEOUTS } from "./openai/watchdog.ts";

export interface OllamaCoreOptions {
  readonly clock: Clock;
  readonly timeouts?: Partial<AnswerTimeouts>;
  /** Variables of the process, for OLLAMA_CONTEXT_LENGTH where the configuration names no window. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly embeddings?: "native" | "none";
}

export interface OllamaCore extends LlmCore {
  /**
   * The window in tokens that the model was seen loaded with after a call; null before, and where Ollama does not
   * say. From then on no more than this is asked for.
   */
  readonly verifiedWindow: number | null;
}

/** Its own interface answers at once, but for a machine that is busy loading a model. */
const FACTS_MS = 2_000;

/**
 * A model of Ollama, by its own interface: the OpenAI-compatible one can neither set the window nor say that a prompt
 * is too long for it, and drops the beginning of such a prompt without a word. Here the window is set on every call
 * and a prompt that does not fit is refused (`context-too-long`); versions before 0.12.6, which cannot refuse,
 * still report how many tokens they read. A partial answer is continued.
 */
export const createOllamaCore = (
  config: CoreConfig,
  apiKey: string | null,
  options: OllamaCoreOptions,
): OllamaCore => new NativeOllamaCore(config, apiKey, options);

class NativeOllamaCore implements OllamaCore {
  readonly info: CoreInfo;
  readonly embed?: NonNullable<LlmCore["embed"]>;
  readonly #model: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #ask: Ask;
  readonly #caller: ChatCaller;
  readonly #protocol: OllamaChat;
  #window: number | null;
  #verified: number | null = null;

  constructor(config: CoreConfig, apiKey: string | null, options: OllamaCoreOptions) {
    const { clock, environment = {}, embeddings = "none" } = options;
    const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    const server = identifyServer(config, apiKey);
    const { base, headers } = ollamaAddress(config.baseUrl, apiKey);
    this.info = infoOf(config, embeddings);
    this.#model = config.model;
    this.#environment = environment;
    this.#window = config.contextTokens;
    this.#protocol = new OllamaChat(base, headers, config.model);
    this.#caller = new ChatCaller({ clock, timeouts, server, protocol: this.#protocol });
    const { closed } = this.#caller;
    this.#ask = askerOf(base, () => AbortSignal.any([closed, AbortSignal.timeout(FACTS_MS)]), headers);
    const embedder: Embedder = { base, headers, model: config.model, server, clock, timeouts };
    if (embeddings === "native") {
      this.embed = (texts, signal) => embedTexts(embedder, texts, [signal, closed]);
    }
  }

  get verifiedWindow(): number | null {
    return this.#verified;
  }

  async complete(request: CompletionRequest, run: CompletionRun): Promise<CompletionOutcome> {
    if (!run.signal.aborted) this.#protocol.window = await this.#windowToAsk();
    const outcome = await this.#caller.complete(request, run);
    if (this.#verified === null) void this.#verify();
    return outcome;
  }

  async close(): Promise<void> {
    this.#caller.close();
  }

  async #windowToAsk(): Promise<number> {
    if (this.#window !== null) return this.#window;
    const [facts, running] = await Promise.all([askAbout(this.#ask, this.#model), askWhatRuns(this.#ask)]);
    const window = ollamaWindow(facts, running.get(fullName(this.#model)) ?? null, this.#environment);
    // A server that was not there yet may know more the next time.
    if (facts !== null) this.#window = window;
    return window;
  }

  /** Never throws. */
  async #verify(): Promise<void> {
    const loaded = (await askWhatRuns(this.#ask)).get(fullName(this.#model));
    if (loaded === undefined) return;
    this.#verified = loaded;
    this.#window = Math.min(this.#window ?? loaded, loaded);
  }
}

class OllamaChat implements ChatProtocol {
  readonly continuation = "rest";
  readonly format = {
    framing: "lines",
    parse: parseChatLine,
    hint: "Check that the address in Models is that of Ollama.",
  } as const;
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #model: string;
  /** In tokens. */
  window = 0;

  constructor(base: string, headers: Readonly<Record<string, string>>, model: string) {
    this.#base = base;
    this.#headers = headers;
    this.#model = model;
  }

  prepare(call: ChatCall) {
    const body = JSON.stringify(chatBody(this.#model, this.window, call));
    return {
      send: (signal: AbortSignal) =>
        fetchOrRefuse(`${this.#base}/api/chat`, { method: "POST", headers: this.#headers, body, signal }),
      learn: () => "no-change" as const,
    };
  }
}

/** Where Ollama's own interface is, given its OpenAI-compatible address or its own. */
export function ollamaAddress(baseUrl: string, apiKey: string | null) {
  const key = apiKey?.trim() ?? "";
  return {
    base: normaliseBaseUrl(baseUrl).replace(/\/(v1|api)$/, ""),
    headers: {
      "content-type": "application/json",
      ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
    },
  };
}

/** As Ollama lists it: a name without a tag means the latest. */
const fullName = (model: string): string => (/:[^/]*$/.test(model) ? model : `${model}:latest`);

const infoOf = (config: CoreConfig, embeddings: "native" | "none"): CoreInfo => ({
  id: config.id,
  title: config.title,
  kind: "openai-compatible",
  baseUrl: normaliseBaseUrl(config.baseUrl),
  model: config.model,
  source: config.source,
  capabilities: {
    slots: config.slots,
    contextTokens: config.contextTokens,
    tools: "native",
    jsonSchema: "native",
    embeddings,
    preemption: "prefill",
    summaries: "native",
    price: null,
  },
  health: { status: "untested" },
});

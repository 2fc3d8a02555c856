import type { CoreConfig } from "../../../shared/cores.ts";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import { coreId } from "../../../shared/ids.ts";
import type { Message, ToolSpecification } from "../../../shared/messages.ts";
import type { CompletionOutcome, CompletionRequest, CompletionRun, LlmCore } from "../../kernel/ports.ts";
import { createOpenAiCore, type OpenAiCoreOptions } from "../openai-core.ts";
import { createSystemClock } from "../system-clock.ts";
import type { AnswerTimeouts } from "./watchdog.ts";

/** For tests only: a key that must not be found in any error. */
export const TEST_KEY = "sk-test-0123456789abcdef";

/** Short enough for tests, long enough for a busy machine. */
export const TEST_TIMEOUTS: AnswerTimeouts = {
  firstByteMs: 400,
  stallMs: 400,
  afterFinishMs: 200,
  wholeMs: 20_000,
};

export const coreConfig = (
  baseUrl: string,
  model: string,
  changes: Partial<CoreConfig> = {},
): CoreConfig => ({
  id: coreId(`ollama/${model}`),
  title: model,
  baseUrl,
  model,
  source: "found",
  slots: 2,
  contextTokens: null,
  ...changes,
});

export const openTestCore = (
  baseUrl: string,
  model: string,
  timeouts: Partial<AnswerTimeouts> = {},
  apiKey: string | null = TEST_KEY,
): LlmCore =>
  createOpenAiCore(coreConfig(baseUrl, model), apiKey, {
    clock: createSystemClock(),
    timeouts: { ...TEST_TIMEOUTS, ...timeouts },
  });

/** A core of a server that discovery would find as `program`. */
export const openFoundCore = (
  program: "llama-server" | "vllm" | "lm-studio",
  baseUrl: string,
  model: string,
  options: Partial<OpenAiCoreOptions> = {},
): LlmCore =>
  createOpenAiCore(coreConfig(baseUrl, model, { id: coreId(`${program}/${model}`) }), TEST_KEY, {
    clock: createSystemClock(),
    timeouts: TEST_TIMEOUTS,
    ...options,
  });

export const CALCULATE: ToolSpecification = {
  name: "calculate",
  description: "Works out an expression.",
  parameters: { type: "object", properties: { expression: { type: "string" } }, required: ["expression"] },
};

export const requestOf = (
  messages: readonly Message[] = [{ role: "user", content: "What is 6 * 7?" }],
  changes: Partial<CompletionRequest> = {},
): CompletionRequest => ({ messages, tools: [CALCULATE], maxOutputTokens: null, resume: null, ...changes });

/** A run that keeps what it was told. */
export class RecordingRun implements CompletionRun {
  readonly #controller = new AbortController();
  readonly restarts: string[] = [];
  #text = "";
  #tokens = 0;
  #heard = (): void => undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Streamed since the last restart. */
  get text(): string {
    return this.#text;
  }

  get tokens(): number {
    return this.#tokens;
  }

  output(text: string, tokens: number): void {
    this.#text += text;
    this.#tokens += tokens;
    this.#heard();
  }

  restart(reason: string): void {
    this.restarts.push(reason);
    this.#text = "";
    this.#tokens = 0;
  }

  shouldYield(): boolean {
    return false;
  }

  cancel(): void {
    this.#controller.abort();
  }

  /** Resolves at the next output. */
  untilOutput(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }
}

/** The finished outcome of a call, or a failure that says what came instead. */
export async function finished(
  outcome: Promise<CompletionOutcome>,
): Promise<Extract<CompletionOutcome, { type: "finished" }>> {
  const ended = await outcome;
  if (ended.type !== "finished") throw new Error(`Expected a finished answer, got ${ended.type}`);
  return ended;
}

/** The error a promise ends with. */
export async function errorOf(promise: Promise<unknown>): Promise<KernelErrorData> {
  try {
    await promise;
  } catch (thrown) {
    return toErrorData(thrown);
  }
  throw new Error("Expected an error");
}

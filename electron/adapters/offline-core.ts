import type { CoreInfo } from "../../shared/cores.ts";
import { KernelError } from "../../shared/errors.ts";
import { coreId } from "../../shared/ids.ts";
import {
  estimateTokens,
  type Message,
  type ToolCall,
  type ToolSpecification,
} from "../../shared/messages.ts";
import type { Clock, CompletionOutcome, CompletionRequest, CompletionRun, LlmCore } from "../kernel/ports.ts";
import { plan } from "./offline/plan.ts";
import { pace, pieces, wait } from "./offline/stream.ts";

/** Window in tokens, by estimate: that of a small language model, so that long contexts meet a bound here too. */
const CONTEXT_TOKENS = 8_192;
const DEFAULT_SLOTS = 2;

export interface OfflineCoreOptions {
  readonly clock: Clock;
  /** Asked before every wait, so that a change of the setting counts at once. */
  readonly tokensPerSecond: () => number;
  readonly slots?: number;
}

/** The answer being streamed and how many of its pieces are out: what a yielded turn goes on from. */
class Progress {
  readonly pieces: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly sent: number;

  constructor(parts: readonly string[], toolCalls: readonly ToolCall[], sent: number) {
    this.pieces = parts;
    this.toolCalls = toolCalls;
    this.sent = sent;
  }
}

/**
 * The embedded default: a deterministic planner behind the interface of a language model. It streams at a set speed
 * and keeps its exact position when it is taken off its slot, so a turn goes on with the bytes it would have had.
 */
export function createOfflineCore(options: OfflineCoreOptions): LlmCore {
  const info: CoreInfo = {
    id: coreId("offline"),
    title: "Offline core (a planner, not a language model)",
    kind: "offline",
    baseUrl: null,
    model: "offline-planner",
    source: "built-in",
    capabilities: {
      slots: options.slots ?? DEFAULT_SLOTS,
      contextTokens: CONTEXT_TOKENS,
      tools: "native",
      jsonSchema: "none",
      embeddings: "none",
      preemption: "kv",
      summaries: "none",
      price: null,
    },
    health: { status: "ready" },
  };
  return {
    info,
    complete: (request, run) => complete(options, request, run),
    close: () => Promise.resolve(),
  };
}

async function complete(
  options: OfflineCoreOptions,
  request: CompletionRequest,
  run: CompletionRun,
): Promise<CompletionOutcome> {
  refuseIfCancelled(run.signal);
  const promptTokens = promptTokensOf(request.messages, request.tools);
  if (promptTokens > CONTEXT_TOKENS) {
    throw new KernelError(
      "context-too-long",
      `The prompt has about ${promptTokens} tokens; the offline core takes ${CONTEXT_TOKENS}.`,
      { hint: "Start a new run, or use a model with a longer window." },
    );
  }
  const progress = begin(request, run);
  const limit = request.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const end = Math.min(progress.pieces.length, limit);
  let sent = progress.sent;
  while (sent < end) {
    const { tokens, waitMs } = pace(options.tokensPerSecond(), end - sent);
    if ((await wait(options.clock, waitMs, run.signal)) === "aborted") refuseIfCancelled(run.signal);
    for (let count = 0; count < tokens; count += 1) {
      refuseIfCancelled(run.signal);
      run.output(progress.pieces[sent] ?? "", 1);
      sent += 1;
      if (sent < end && run.shouldYield()) return yieldAt(progress, sent);
    }
  }
  const content = progress.pieces.slice(0, end).join("");
  const isCut = end < progress.pieces.length;
  const toolCalls = isCut ? [] : progress.toolCalls;
  const outputTokens = estimateTokens(content) + estimateTokens(toolCalls.map(callText).join(""));
  return {
    type: "finished",
    message: { role: "assistant", content, toolCalls },
    finishReason: isCut ? "length" : toolCalls.length > 0 ? "tool-calls" : "stop",
    usage: { promptTokens, outputTokens, source: "estimated" },
  };
}

/**
 * Where the request left off. After a restart only the text is known: the same context makes the same plan, so its
 * pieces are passed over up to there. A text that is none of this plan's voids what was streamed.
 */
function begin(request: CompletionRequest, run: CompletionRun): Progress {
  const { resume } = request;
  if (resume?.state instanceof Progress) return resume.state;
  const { text, toolCalls } = plan(request.messages, request.tools);
  const parts = pieces(text);
  if (resume === null) return new Progress(parts, toolCalls, 0);
  let passed = 0;
  let sent = 0;
  while (passed < resume.partial.length && sent < parts.length) {
    passed += parts[sent]?.length ?? 0;
    sent += 1;
  }
  if (passed === resume.partial.length && text.startsWith(resume.partial)) {
    return new Progress(parts, toolCalls, sent);
  }
  run.restart("the plan has changed: it begins again");
  return new Progress(parts, toolCalls, 0);
}

function yieldAt(progress: Progress, sent: number): CompletionOutcome {
  const state = new Progress(progress.pieces, progress.toolCalls, sent);
  return { type: "yielded", resume: { partial: progress.pieces.slice(0, sent).join(""), state } };
}

function refuseIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new KernelError("cancelled", "The offline core was told to stop.");
}

const callText = (toolCall: ToolCall): string => `${toolCall.name}${JSON.stringify(toolCall.arguments)}`;

function promptTokensOf(messages: readonly Message[], tools: readonly ToolSpecification[]): number {
  let tokens = 0;
  for (const message of messages) {
    tokens += estimateTokens(message.content);
    if (message.role === "assistant") tokens += estimateTokens(message.toolCalls.map(callText).join(""));
  }
  for (const tool of tools)
    tokens += estimateTokens(`${tool.name}${tool.description}${JSON.stringify(tool.parameters)}`);
  return tokens;
}

import { invariant, toErrorData } from "../../../shared/errors.ts";
import type { AssistantMessage, Message, ToolSpecification } from "../../../shared/messages.ts";
import { outputLimit, promptOf } from "../context/prompt.ts";
import type { EventLog } from "../events/event-log.ts";
import { TOOL_CALLS_PER_TURN } from "../limits.ts";
import { OutputStream } from "../output-stream.ts";
import type { Clock, CompletionRun } from "../ports.ts";
import type { Accounts } from "../scheduler/accounts.ts";
import type { Turn, TurnEnd } from "../scheduler/dispatcher.ts";
import type { Syscall } from "../syscall.ts";
import type { CoreRegistry } from "./core-registry.ts";

export interface LlmExecutorOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly cores: CoreRegistry;
  readonly accounts: Accounts;
  readonly specifications: (names: readonly string[]) => readonly ToolSpecification[];
}

/** Runs a model call on a core's slot, streams its output to the log, and judges failures. Never throws. */
export function createLlmExecutor({ log, clock, cores, accounts, specifications }: LlmExecutorOptions) {
  return async (syscall: Syscall, turn: Turn): Promise<TurnEnd> => {
    const { call, agentId, prompt, tokenBudget } = syscall.options;
    invariant(call.kind === "llm", "only model calls run on cores");
    const stream = new OutputStream(syscall, log, clock);
    const run: CompletionRun = {
      get signal() {
        return syscall.abort.signal;
      },
      output(text, tokens) {
        turn.tokens += tokens;
        syscall.outputTokens += tokens;
        stream.write(text, tokens);
      },
      restart(reason) {
        stream.restart(reason);
      },
      shouldYield: () => turn.preemption() !== null,
    };
    const { messages, tools } = promptOf(call, prompt, specifications);
    const maxOutputTokens = outputLimit(call, tokenBudget);
    try {
      const core = cores.get(turn.coreId);
      const outcome = await core.complete({ messages, tools, maxOutputTokens, resume: syscall.resume }, run);
      if (outcome.type === "yielded") {
        stream.flush();
        syscall.resume = outcome.resume;
        const reason = turn.preemption() ?? { type: "slice-end" as const };
        const requeue =
          reason.type === "preempted" ? "preempted" : reason.type === "paused" ? "resumed" : "slice-end";
        return { type: "suspended", reason, requeue, at: null };
      }
      stream.close();
      cores.succeeded(turn.coreId);
      const { finishReason, usage } = outcome;
      const message = withUniqueCalls(outcome.message, messages);
      accounts.charge(agentId, usage.promptTokens + usage.outputTokens);
      const result = { kind: "llm", message, finishReason, usage, model: core.info.model } as const;
      return { type: "ended", outcome: { state: "done", result } };
    } catch (thrown) {
      const error = toErrorData(thrown);
      stream.flush();
      if (syscall.abort.signal.aborted) {
        return {
          type: "ended",
          outcome: { state: "cancelled", cause: "person", reason: "the call was cancelled" },
        };
      }
      syscall.attempts += 1;
      const verdict = cores.failed(turn.coreId, error, syscall.attempts);
      if (verdict.type === "fail") return { type: "ended", outcome: { state: "failed", error } };
      stream.restart(error.message);
      syscall.resume = null;
      const { message } = error;
      const until = clock.wall() + verdict.delayMs;
      return verdict.type === "wait-for-core"
        ? {
            type: "suspended",
            reason: { type: "rate-limited", until, message },
            requeue: "rate-limited",
            at: null,
          }
        : {
            type: "suspended",
            reason: { type: "retry", until, message },
            requeue: "retry",
            at: clock.mono() + verdict.delayMs,
          };
    }
  };
}

/** Models may use the id of a tool call again; within a context each has one result, so each gets its own id. */
function withUniqueCalls(message: AssistantMessage, context: readonly Message[]): AssistantMessage {
  const content = message.content.toWellFormed();
  if (message.toolCalls.length === 0) return { ...message, content };
  const used = new Set(context.flatMap((each) => (each.role === "tool" ? [each.toolCallId] : [])));
  const toolCalls = message.toolCalls.slice(0, TOOL_CALLS_PER_TURN).map((call) => {
    let id = call.id;
    for (let n = 2; used.has(id); n += 1) id = `${call.id}_${n}`;
    used.add(id);
    return id === call.id ? call : { ...call, id };
  });
  return { ...message, content, toolCalls };
}

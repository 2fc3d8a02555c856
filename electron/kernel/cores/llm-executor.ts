import { invariant, toErrorData } from "../../../shared/errors.ts";
import type { CoreId } from "../../../shared/ids.ts";
import type { AssistantMessage, Message, TokenUsage, ToolSpecification } from "../../../shared/messages.ts";
import { outputLimit, promptOf } from "../context/prompt.ts";
import { truncationOf } from "../context/truncation.ts";
import type { EventLog } from "../events/event-log.ts";
import { TOOL_CALLS_PER_TURN } from "../limits.ts";
import { OutputStream } from "../output-stream.ts";
import type { Clock, CompletionRun } from "../ports.ts";
import type { Accounts } from "../scheduler/accounts.ts";
import type { Turn, TurnEnd } from "../scheduler/dispatcher.ts";
import type { Syscall } from "../syscall.ts";
import { startOf } from "./continuation.ts";
import type { CoreRegistry } from "./core-registry.ts";
import { createEmbeddingExecutor } from "./embedding-executor.ts";
import { endAfter } from "./failed-turn.ts";

export interface LlmExecutorOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly cores: CoreRegistry;
  readonly accounts: Accounts;
  readonly specifications: (names: readonly string[]) => readonly ToolSpecification[];
}

/** Runs a model call on a core's slot, streams its output to the log, and judges failures. Never throws. */
export function createLlmExecutor({ log, clock, cores, accounts, specifications }: LlmExecutorOptions) {
  /** A server that drops the beginning of a prompt says so only by the tokens that it reports. */
  const warnOfTruncation = (
    { id: syscallId, options: { agentId, counted } }: Syscall,
    messages: readonly Message[],
    coreId: CoreId,
    usage: TokenUsage,
  ): void => {
    if (agentId === null || !counted) return;
    const { source: countedBy, added } = counted;
    const sent = { coreId, syscallId, messages, counted, countedBy, added };
    const truncation = truncationOf(sent, usage, clock.wall());
    if (truncation) log.append({ type: "context.truncated", agentId, truncation });
  };

  const embedTexts = createEmbeddingExecutor({ clock, cores });

  return async (syscall: Syscall, turn: Turn): Promise<TurnEnd> => {
    const { call, agentId, prompt, tokenBudget, responseSchema } = syscall.options;
    invariant(call.kind === "llm", "only model calls run on cores");
    if (call.purpose === "embedding") return embedTexts(syscall, turn);
    const stream = new OutputStream(syscall, log, clock);
    let goesOnFromText = false;
    const run: CompletionRun = {
      get signal() {
        return syscall.abort.signal;
      },
      output(text, tokens) {
        turn.tokens += tokens;
        syscall.outputTokens += tokens;
        if (goesOnFromText) syscall.streamed += text;
        stream.write(text, tokens);
      },
      restart(reason) {
        syscall.streamed = "";
        stream.restart(reason);
      },
      shouldYield: () => turn.preemption() !== null,
      switched(report) {
        log.append({ type: "syscall.switched", agentId, syscallId: syscall.id, report });
      },
    };
    const { messages, tools } = promptOf(call, prompt, specifications);
    const maxOutputTokens = outputLimit(call, tokenBudget);
    try {
      const core = cores.get(turn.coreId);
      goesOnFromText = core.info.capabilities.preemption === "prefill";
      const { resume, continuation } = startOf(syscall, core.info, messages);
      if (continuation) {
        const { text, tokens } = continuation;
        syscall.brokenOff = "no";
        syscall.streamed = text;
        syscall.outputTokens = tokens;
        log.append({ type: "syscall.continued", agentId, syscallId: syscall.id, continuation });
      }
      // Only an agent's own context is worth keeping: a call with messages of its own comes once.
      const owner = agentId === null || call.messages !== null ? {} : { owner: agentId };
      const form = responseSchema ? { responseSchema } : {};
      const outcome = await core.complete(
        { messages, tools, maxOutputTokens, resume, ...owner, ...form },
        run,
      );
      if (outcome.type === "yielded") {
        stream.flush();
        syscall.resume = outcome.resume;
        syscall.resumeOn = turn.coreId;
        const reason = turn.preemption() ?? { type: "slice-end" as const };
        const requeue =
          reason.type === "preempted" ? "preempted" : reason.type === "paused" ? "resumed" : "slice-end";
        return { type: "suspended", reason, requeue, at: null };
      }
      stream.close();
      cores.succeeded(turn.coreId);
      const { finishReason, usage } = outcome;
      warnOfTruncation(syscall, messages, turn.coreId, usage);
      const message = withUniqueCalls(outcome.message, messages);
      accounts.charge(agentId, usage.promptTokens + usage.outputTokens);
      const result = { kind: "llm", message, finishReason, usage, model: core.info.model } as const;
      return { type: "ended", outcome: { state: "done", result } };
    } catch (thrown) {
      const error = toErrorData(thrown);
      stream.flush();
      const end = endAfter(syscall, turn, error, { cores, clock });
      if (end.type === "suspended") breakOff(syscall, stream, error.message, goesOnFromText);
      return end;
    }
  };
}

/** After a failure that is tried again: what was streamed is kept where the core can go on from text, else void. */
function breakOff(syscall: Syscall, stream: OutputStream, reason: string, goesOnFromText: boolean): void {
  syscall.resume = null;
  if (goesOnFromText && syscall.streamed !== "") {
    syscall.brokenOff = "goes-on";
    return;
  }
  syscall.brokenOff = syscall.outputTokens > 0 ? "again" : "no";
  syscall.streamed = "";
  stream.restart(reason);
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

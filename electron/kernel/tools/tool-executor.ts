import { invariant, KernelError, toErrorData } from "../../../shared/errors.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { EventLog } from "../events/event-log.ts";
import { TOOL_RESULT_CHARACTERS } from "../limits.ts";
import type { Clock, Tool, ToolReply } from "../ports.ts";
import type { Turn, TurnEnd } from "../scheduler/dispatcher.ts";
import type { Syscall } from "../syscall.ts";

/** What the gate let through: the tool and its parsed arguments. */
export interface AdmittedCall {
  readonly tool: Tool;
  readonly args: JsonObject;
  readonly effects: "some" | "none";
}

export interface ToolExecutorOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly admitted: (syscall: Syscall) => AdmittedCall;
}

/**
 * Runs a memory, storage or tool call on its slot. A call with effects starts only once the log holds its intent
 * (C2). Never throws.
 */
export function createToolExecutor({ log, clock, admitted }: ToolExecutorOptions) {
  return async (syscall: Syscall, turn: Turn): Promise<TurnEnd> => {
    const { tool, args, effects } = admitted(syscall);
    const { kind } = syscall.options.call;
    invariant(kind !== "llm", "model calls run on cores");
    try {
      if (effects === "some") await new Promise<void>((resolve) => log.committed(resolve));
      const reply = await runInTime(syscall, turn, tool, args, clock);
      const { text, outcome } = typeof reply === "string" ? { text: reply, outcome: "ok" as const } : reply;
      return { type: "ended", outcome: { state: "done", result: { kind, text: cut(text), outcome } } };
    } catch (thrown) {
      const error = toErrorData(thrown);
      const named = error.code === "internal" ? { ...error, code: "tool-failed" as const } : error;
      return { type: "ended", outcome: { state: "failed", error: named } };
    }
  };
}

async function runInTime(
  syscall: Syscall,
  turn: Turn,
  tool: Tool,
  args: JsonObject,
  clock: Clock,
): Promise<string | ToolReply> {
  const { abort, options, id: syscallId } = syscall;
  const { name } = tool.specification;
  if (abort.signal.aborted) throw new KernelError("cancelled", `${name} was cancelled`);
  const timeout = Promise.withResolvers<never>();
  const startTimer = (): (() => void) =>
    clock.after(tool.timeoutMs, () => {
      timeout.reject(
        new KernelError("tool-timed-out", `${name} took longer than ${tool.timeoutMs / 1_000} s`),
      );
      abort.abort();
    });
  let stopTimer = startTimer();
  try {
    const work = tool.run(args, {
      signal: abort.signal,
      syscallId,
      agentId: options.agentId,
      toolCallId: options.call.kind === "llm" ? null : options.call.toolCallId,
      memoryOwner: options.memoryOwner,
      clock,
      output: () => {},
      progress: () => {},
      // Time spent waiting for others is not the tool's.
      async waitForAgents(agents, wait) {
        stopTimer();
        const value = await turn.leaveSlot({ type: "waiting-for-agents", agents }, wait);
        stopTimer = startTimer();
        return value;
      },
    });
    return await Promise.race([work, timeout.promise]);
  } finally {
    stopTimer();
  }
}

function cut(text: string): string {
  // A lone half of a surrogate pair is not valid Unicode: no model API and no database takes it.
  const whole = text.toWellFormed();
  if (whole.length <= TOOL_RESULT_CHARACTERS) return whole;
  return `${whole.slice(0, TOOL_RESULT_CHARACTERS)}\n… (cut: the result has ${whole.length} characters)`.toWellFormed();
}

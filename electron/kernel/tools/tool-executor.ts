import { invariant, KernelError, toErrorData } from "../../../shared/errors.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { TaintSource } from "../../../shared/taint.ts";
import type { EventLog } from "../events/event-log.ts";
import { EDITED_ARGUMENTS_CHARACTERS } from "../limits.ts";
import type { Clock, EffectsCaller, ResultFiles, Tool, ToolReply } from "../ports.ts";
import type { Turn, TurnEnd } from "../scheduler/dispatcher.ts";
import { isFinal, type Syscall } from "../syscall.ts";
import { keepReply } from "./keep-result.ts";
import { resultOwner } from "./result-tools.ts";
import { ToolOutput } from "./tool-output.ts";

/** What the gate let through: the tool and its parsed arguments. */
export interface AdmittedCall {
  readonly tool: Tool;
  readonly args: JsonObject;
  readonly effects: "some" | "none";
}

/** What the gate lets run, looked at for the last time. */
export interface RedeemedCall {
  readonly tool: Tool;
  readonly args: JsonObject;
  /** Whether the arguments are the model's own. */
  readonly edited: "no" | "by-person";
  /** Absent: one in the common workspace. */
  readonly caller?: EffectsCaller;
  /** Marks the caller's context again, which the person may have declassified while the call ran. */
  readonly mark: () => void;
}

export interface ToolExecutorOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly results: ResultFiles;
  readonly admitted: (syscall: Syscall) => Pick<AdmittedCall, "effects">;
  /** Marks the caller's context. */
  readonly taint: (syscall: Syscall, source: TaintSource) => void;
  /** Marks files that a call wrote, if its caller's context is marked. Never rejects. */
  readonly wrote: (syscall: Syscall, files: () => Promise<readonly string[]>) => Promise<void>;
  /** Called once for each call, just before it runs. Throws `approval-void`. */
  readonly redeem: (syscall: Syscall) => Promise<RedeemedCall>;
}

/**
 * Runs a memory, storage or tool call on its slot. A call with effects starts only once the log holds its intent
 * (C2). Never throws.
 */
export function createToolExecutor(options: ToolExecutorOptions) {
  const { log, results, admitted, redeem } = options;
  return async (syscall: Syscall, turn: Turn): Promise<TurnEnd> => {
    const { call, agentId } = syscall.options;
    invariant(call.kind !== "llm", "model calls run on cores");
    const { kind } = call;
    const shown = new ToolOutput(syscall, log, options.clock);
    try {
      if (admitted(syscall).effects === "some") await new Promise<void>((resolve) => log.committed(resolve));
      const { tool, args, edited, caller, mark } = await redeem(syscall);
      const reply = await runInTime(
        syscall,
        turn,
        { tool, args, ...(caller ? { caller } : {}) },
        options,
        shown,
      ).finally(mark);
      const keeping = { results, nextId: () => log.ids.nextResult(), owner: resultOwner(agentId) };
      const { text, outcome, attachments } = await keepReply(reply, keeping);
      const result = {
        kind,
        text: edited === "no" ? text : `${editedLine(args)}\n${text}`,
        outcome,
        ...(attachments.length === 0 ? {} : { attachments }),
      };
      return { type: "ended", outcome: { state: "done", result } };
    } catch (thrown) {
      const error = toErrorData(thrown);
      const named = error.code === "internal" ? { ...error, code: "tool-failed" as const } : error;
      return { type: "ended", outcome: { state: "failed", error: named } };
    } finally {
      shown.close();
    }
  };
}

async function runInTime(
  syscall: Syscall,
  turn: Turn,
  { tool, args, caller }: Pick<RedeemedCall, "tool" | "args" | "caller">,
  { clock, taint, wrote }: ToolExecutorOptions,
  shown: ToolOutput,
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
  let waits = 0;
  const goOn = (): void => {
    waits -= 1;
    if (waits === 0) stopTimer = startTimer();
  };
  try {
    const work = tool.run(args, {
      signal: abort.signal,
      syscallId,
      agentId: options.agentId,
      toolCallId: options.call.kind === "llm" ? null : options.call.toolCallId,
      memoryOwner: options.memoryOwner,
      ...(caller?.workspace ? { workspace: caller.workspace } : {}),
      clock,
      output: (text) => shown.write(text),
      taint(source) {
        // What still runs after its end brings nothing to the caller.
        if (!isFinal(syscall.state)) taint(syscall, source);
      },
      wrote: (files) => wrote(syscall, files),
      progress: (progress) => shown.progress(progress),
      // Time spent waiting for others is not the tool's.
      async waitForAgents(agents, wait) {
        stopTimer();
        const value = await turn.leaveSlot({ type: "waiting-for-agents", agents }, wait);
        stopTimer = startTimer();
        return value;
      },
      untimed(wait) {
        waits += 1;
        stopTimer();
        wait.then(goOn, goOn);
      },
    });
    return await Promise.race([work, timeout.promise]);
  } finally {
    // A wait that outlives the call starts no timer any more.
    waits += 1;
    stopTimer();
  }
}

/** So that the model does not take the result for that of what it asked. */
function editedLine(args: JsonObject): string {
  const json = JSON.stringify(args);
  const shown =
    json.length <= EDITED_ARGUMENTS_CHARACTERS ? json : `${json.slice(0, EDITED_ARGUMENTS_CHARACTERS)}…`;
  return `The person changed the arguments of this call to ${shown.toWellFormed()}`;
}

import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { Message, ToolCall } from "../../../shared/messages.ts";
import type { ContextMarks } from "../access/context-marks.ts";
import type { Gate } from "../access/gate.ts";
import type { ContextManager, Fit } from "../context/context-manager.ts";
import type { Recaller } from "../context/recall.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Accounts } from "../scheduler/accounts.ts";
import type { SyscallOptions, SyscallOutcome } from "../syscall.ts";
import type { SyscallPath } from "../syscall-path.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { withReadResult } from "../tools/result-tools.ts";
import type { AgentEnd, AgentProcess } from "./process.ts";

export interface LoopOptions {
  readonly log: EventLog;
  readonly path: SyscallPath;
  readonly tools: ToolRegistry;
  readonly accounts: Accounts;
  readonly gate: Gate;
  readonly marks: Pick<ContextMarks, "share">;
  readonly contexts: ContextManager;
  readonly recaller: Recaller;
}

/**
 * The ReAct loop (Yao et al., arXiv 2210.03629) over native tool calls: ask the model, run the tools it calls, all
 * at once, and again, until it answers without a call. Each step is chosen from the context alone, so an agent that
 * was interrupted or rewound goes on by entering the loop again. Never rejects.
 */
export async function runReactLoop(agent: AgentProcess, options: LoopOptions): Promise<AgentEnd> {
  try {
    while (true) {
      // A request that was open when the program stopped can be answered though its agent is paused.
      if (agent.openRequests.size === 0) await agent.whileActive();
      await agent.ready;
      if (agent.end) return agent.end;
      const { course } = agent;
      const calls = agent.fold.unanswered();
      if (calls.length > 0) {
        await Promise.all(calls.map((call) => runTool(agent, call, options)));
        continue;
      }
      await deliverMail(agent, options);
      if (agent.end) return agent.end;
      if (agent.course !== course) continue;
      const answer = finalAnswer(agent.fold.messages);
      if (answer !== null) return { status: "done", answer, error: null };
      const exceeded = exceededLimit(agent, options);
      if (exceeded) return failed(exceeded);
      const offered = withReadResult(options.tools.offered(agent.spec.manifest));
      await options.recaller.recall(agent, offered);
      if (agent.end) return agent.end;
      if (agent.course !== course) continue;
      const fit = await options.contexts.fit(agent, offered);
      if (agent.end) return agent.end;
      // Rewound meanwhile: what was prepared is of a course that is left.
      if (agent.course !== course) continue;
      // A summary costs tokens too.
      const spent = exceededLimit(agent, options);
      if (spent) return failed(spent);
      const outcome = await askModel(agent, offered, fit, options);
      if (outcome.state === "done" || isRewound(outcome)) continue;
      if (isTooLong(outcome) && (await options.contexts.refused(agent, offered)) === "smaller") continue;
      return unanswered(outcome);
    }
  } catch (thrown) {
    return failed(toErrorData(thrown));
  }
}

const isRewound = (outcome: SyscallOutcome): boolean =>
  outcome.state === "cancelled" && outcome.cause === "rewound";

const isTooLong = (outcome: SyscallOutcome): boolean =>
  outcome.state === "failed" && outcome.error.code === "context-too-long";

const failed = (error: KernelErrorData): AgentEnd => ({ status: "failed", answer: null, error });

function unanswered(outcome: Exclude<SyscallOutcome, { state: "done" }>): AgentEnd {
  switch (outcome.state) {
    case "failed":
      return failed(outcome.error);
    case "cancelled":
      return { status: "cancelled", answer: null, error: { code: "cancelled", message: outcome.reason } };
    case "denied":
      return failed({ code: "denied", message: outcome.reason });
  }
}

/** The text of the last message when it is the model's and calls no tool. */
function finalAnswer(messages: readonly Message[]): string | null {
  const last = messages.at(-1);
  return last?.role === "assistant" && last.toolCalls.length === 0 ? last.content : null;
}

/** Tokens of one run: the manifest's bound, or that of its privilege groups when it is lower. */
const tokenLimit = (agent: AgentProcess, gate: Gate): number =>
  Math.min(agent.spec.manifest.limits.tokens, gate.tokenCeiling(agent.id) ?? Number.POSITIVE_INFINITY);

function exceededLimit(agent: AgentProcess, { accounts, gate }: LoopOptions): KernelErrorData | null {
  const { limits } = agent.spec.manifest;
  const hint = "Raise the limit in its manifest, or split the task";
  if (agent.steps >= limits.steps) {
    return {
      code: "limit-reached",
      message: `${agent.id} made its ${limits.steps} model calls (limits.steps)`,
      hint,
    };
  }
  const tokens = tokenLimit(agent, gate);
  if (accounts.tokens(agent.id) >= tokens) {
    return tokens === limits.tokens
      ? { code: "limit-reached", message: `${agent.id} used its ${tokens} tokens (limits.tokens)`, hint }
      : {
          code: "limit-reached",
          message: `${agent.id} used the ${tokens} tokens that its privilege groups leave it`,
          hint: "Raise the group's tokens in Access, or split the task",
        };
  }
  return null;
}

/** Moves unread messages into the context, between two turns, and waits until that is on disk. */
async function deliverMail(agent: AgentProcess, { log, marks }: LoopOptions): Promise<void> {
  if (agent.mailbox.length === 0) return;
  const messages = agent.mailbox.splice(0).map(({ from, text }): Message => {
    if (from === "person") return { role: "user", content: text };
    // The person may have declassified the context while the message lay unread.
    marks.share(from, agent.id);
    return { role: "user", content: text, from };
  });
  log.append({ type: "context.appended", agentId: agent.id, messages });
  await new Promise<void>((resolve) => log.committed(resolve));
}

/** `offered`: the tools of this step: a server may have come up, or gone, since the last. */
function askModel(
  agent: AgentProcess,
  offered: readonly string[],
  { counted }: Fit,
  { path, accounts, gate }: LoopOptions,
): Promise<SyscallOutcome> {
  const { spec, fold } = agent;
  const { partial } = fold;
  agent.steps += 1;
  return path.submit({
    ...common(agent),
    call: { kind: "llm", model: spec.model, tools: offered, maxOutputTokens: null, messages: null },
    tokenBudget: Math.max(1, tokenLimit(agent, gate) - accounts.tokens(agent.id)),
    prompt: [...fold.messages],
    ...(partial
      ? { continues: { from: partial.syscallId, text: partial.text, tokens: partial.tokens } }
      : {}),
    ...(counted ? { counted } : {}),
  });
}

async function runTool(agent: AgentProcess, call: ToolCall, { path, tools }: LoopOptions): Promise<void> {
  // A tool that was not offered is refused at the gate like one that does not exist.
  const offered = withReadResult(tools.offered(agent.spec.manifest)).includes(call.name);
  const kind = (offered ? tools.get(call.name)?.kind : undefined) ?? "tool";
  const tool = offered ? call.name : `${call.name} (not offered)`;
  const options: SyscallOptions = {
    ...common(agent),
    call: { kind, tool, arguments: call.arguments, toolCallId: call.id },
    tokenBudget: null,
    prompt: [],
  };
  const open = agent.openRequests.get(call.id);
  agent.openRequests.delete(call.id);
  await (open ? path.reopen(options, open) : path.submit(options));
}

const common = (agent: AgentProcess) => ({
  agentId: agent.id,
  parent: null,
  priority: agent.spec.priority,
  deadline: null,
  memoryOwner: agent.memoryOwner,
});

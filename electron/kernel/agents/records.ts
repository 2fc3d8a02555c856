import { type AgentDetail, emptyDetail, reduceDetail } from "../../../shared/agent-detail.ts";
import type { PromptView } from "../../../shared/contract.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { AgentSpec } from "../../../shared/events.ts";
import { type AgentId, type SyscallId, seq } from "../../../shared/ids.ts";
import { outputLimit, promptOf, promptTokens } from "../context/prompt.ts";
import { rebuildFold } from "../context/timeline.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Store } from "../ports.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import type { AgentProcess } from "./process.ts";
import type { ProcessTable } from "./process-table.ts";
import { recoverAgent } from "./recovery.ts";

/** An agent's transcript out of the log. Throws `not-found`. */
export function agentDetail(log: EventLog, agentId: AgentId): AgentDetail {
  const detail = emptyDetail(agentId);
  for (const event of log.readAgent(agentId)) reduceDetail(detail, event);
  if (detail.spec === null) throw new KernelError("not-found", `There is no agent ${agentId}`);
  return detail;
}

/** The exact prompt of a model call, by the fold and the function that made it. Throws `not-found`. */
export function promptView(
  { store, log, tools }: { readonly store: Store; readonly log: EventLog; readonly tools: ToolRegistry },
  syscallId: SyscallId,
): PromptView {
  const created = store.readSyscall(syscallId).find((event) => event.type === "syscall.created");
  if (created?.type !== "syscall.created")
    throw new KernelError("not-found", `There is no syscall ${syscallId}`);
  const { call, agentId } = created;
  if (call.kind !== "llm")
    throw new KernelError("not-found", `${syscallId} is not a model call: it has no prompt`);
  const before = seq(created.seq - 1);
  const context =
    agentId === null ? [] : rebuildFold((each) => log.readAgent(each), agentId, before).messages;
  const { messages, tools: offered } = promptOf(call, context, (names) => tools.specifications(names));
  const maxOutputTokens = outputLimit(call, created.tokenBudget);
  return {
    model: call.model,
    maxOutputTokens,
    messages,
    tools: offered,
    tokens: promptTokens(messages, offered),
  };
}

/** An agent that ended `done` goes on, with a further task. Throws `not-found`, or `conflict` for another ending. */
export function reopenAgent(
  {
    log,
    table,
    tools,
  }: {
    readonly log: EventLog;
    readonly table: ProcessTable;
    readonly tools: ToolRegistry;
  },
  agentId: AgentId,
  text: string,
): void {
  const { spec } = agentDetail(log, agentId);
  const ending = log.state().agents.get(agentId)?.ending;
  if (spec === null || ending !== "done") {
    throw new KernelError("conflict", `${agentId} was ${ending ?? "forgotten"} and cannot go on`, {
      hint: "Launch a new agent with the task",
    });
  }
  const agent = awaken({ log, tools }, agentId, spec);
  log.append({ type: "agent.reopened", agentId });
  table.admit(agent);
  table.send(agentId, { from: "person", text });
  log.committed(() => table.run(agent));
}

/** A process for an agent that has ended, with its context and unread mail, for a new run. */
export function awaken(
  { log, tools }: { readonly log: EventLog; readonly tools: ToolRegistry },
  agentId: AgentId,
  spec: AgentSpec,
): AgentProcess {
  const fold = rebuildFold((each) => log.readAgent(each), agentId, null);
  const { agent } = recoverAgent(agentId, spec, log.readAgent(agentId), fold, (name) => tools.get(name));
  agent.steps = 0;
  return agent;
}

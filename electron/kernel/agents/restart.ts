import type { AgentId, SyscallId } from "../../../shared/ids.ts";
import type { AccessBook } from "../access/access-book.ts";
import type { ContextMarks } from "../access/context-marks.ts";
import { rebuildFold } from "../context/timeline.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Accounts } from "../scheduler/accounts.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { type AgentProcess, NO_TIMES } from "./process.ts";
import { firstMessages, type ProcessTable } from "./process-table.ts";
import { type Recovered, recoverAgent } from "./recovery.ts";
import { withdrawal } from "./withdrawal.ts";

export interface RestartOptions {
  readonly log: EventLog;
  readonly table: ProcessTable;
  readonly book: AccessBook;
  readonly marks: ContextMarks;
  readonly tools: ToolRegistry;
  readonly accounts: Accounts;
}

/** Brings back every agent that had not ended when the last kernel stopped; they go on when this returns. */
export function restartAgents({ log, table, book, marks, tools, accounts }: RestartOptions): void {
  const agents: AgentProcess[] = [];
  const rebuild = (id: AgentId) => rebuildFold((each) => log.readAgent(each), id, null);
  const unended = [...log.state().agents.values()].filter((view) => view.ending === null);
  for (const { id } of unended) {
    const events = [...log.readAgent(id)];
    const created = events.find((event) => event.type === "agent.created");
    if (created?.type !== "agent.created") continue;
    const recovered = recoverAgent(id, created.spec, events, rebuild(id), (name) => tools.get(name));
    agents.push(recovered.agent);
    table.admit(recovered.agent);
    accounts.charge(id, recovered.tokens);
    for (const grant of recovered.grants) book.restoreGrant(grant);
    const { parent, forkedFrom } = created.spec;
    const source = forkedFrom?.agentId ?? parent;
    if (recovered.context === "missing" && source !== null) marks.share(source, id);
    for (const event of settlements(recovered)) log.append(event);
  }
  for (const agent of agents) table.leaveChildren(agent, agent.leftChildren);
  // Programs without a process are gone with their connection.
  for (const { id, agentId } of log.state().syscalls.values()) {
    if (agentId === null) log.append(stopped(null, id));
  }
  // Parents wait for children, so all are in the table before the first goes on.
  log.committed(() => {
    for (const agent of agents) table.run(agent);
  });
}

type Body = Parameters<EventLog["append"]>[0];

/** A fork may lack what the person said along: it waits for the person. */
function beginning(agent: AgentProcess): readonly Body[] {
  const { id: agentId, spec } = agent;
  if (!spec.forkedFrom) return [firstMessages(agent)];
  const { agentId: from, snapshotId } = spec.forkedFrom;
  const forked = { type: "context.forked", agentId, from, snapshotId } as const;
  if (agent.control === "paused") return [forked];
  agent.pause();
  return [{ type: "agent.paused", agentId }, forked];
}

const stopped = (agentId: AgentId | null, syscallId: SyscallId): Body => ({
  type: "syscall.cancelled",
  agentId,
  syscallId,
  cause: "kernel-stopped",
  reason: "the program stopped in the middle of the call",
  times: NO_TIMES,
});

function settlements({ agent, context, repeat, left, unknown }: Recovered): readonly Body[] {
  const head = (syscallId: SyscallId) => ({ agentId: agent.id, syscallId, times: NO_TIMES });
  return [
    ...(context === "missing" ? beginning(agent) : []),
    ...left.flatMap((call) => withdrawal(agent.id, call, "rewound", "a rewind left its course")),
    ...repeat.map((id) => stopped(agent.id, id)),
    ...unknown.map(
      ({ syscallId, tool }): Body => ({
        ...head(syscallId),
        type: "syscall.failed",
        error: {
          code: "outcome-unknown",
          message: `The program stopped while ${tool} ran, so nobody knows whether it took effect`,
          hint: "Look before you do it again",
        },
      }),
    ),
    { type: "agent.recovered", agentId: agent.id, unknown: unknown.map(({ syscallId }) => syscallId) },
  ];
}

import { snapshotAt, snapshotSeq } from "../../../shared/context.ts";
import type { ContractHandlers } from "../../../shared/contract.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import type { AgentId } from "../../../shared/ids.ts";
import { PINNED_SNAPSHOTS } from "../../../shared/limits.ts";
import type { ProcessTable } from "../agents/process-table.ts";
import { awaken } from "../agents/records.ts";
import type { EventLog } from "../events/event-log.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import type { ContextViews } from "./context-views.ts";
import { findSnapshot } from "./snapshots.ts";
import { effectsSince } from "./staying-effects.ts";
import { refuseDeepFork } from "./timeline.ts";

export interface ContextHandlerParts {
  readonly log: EventLog;
  readonly table: ProcessTable;
  readonly tools: ToolRegistry;
  readonly views: ContextViews;
}

type ContextMethod = Extract<keyof ContractHandlers, `context.${string}`>;

/** Looking at contexts, going back in them, and branching off. */
export function createContextHandlers(parts: ContextHandlerParts): Pick<ContractHandlers, ContextMethod> {
  const { log, table, views } = parts;
  const onDisk = () => new Promise<void>((resolve) => log.committed(resolve));

  /** Every event of an agent that is on disk. Throws `not-found`. */
  async function eventsOf(agentId: AgentId): Promise<readonly KernelEvent[]> {
    await onDisk();
    const events = [...log.readAgent(agentId)];
    if (events.length === 0) throw new KernelError("not-found", `There is no agent ${agentId}`);
    return events;
  }

  /** Throws `limit-reached` when as many are pinned as can be, and `not-found`. */
  async function refuseTooManyPinned(agentId: AgentId): Promise<void> {
    const { snapshots } = await views.snapshots(agentId);
    if (snapshots.filter(({ pinned }) => pinned === "yes").length < PINNED_SNAPSHOTS) return;
    throw new KernelError("limit-reached", `${agentId} has ${PINNED_SNAPSHOTS} pinned snapshots`, {
      hint: "Unpin one first",
    });
  }

  /** Of ended agents so many are kept in the state; without a view nobody could see one that goes on, or end it. */
  function refuseForgotten(agentId: AgentId): void {
    if (table.get(agentId) || log.state().agents.has(agentId)) return;
    throw new KernelError("conflict", `${agentId} ended too long ago to go on itself`, {
      hint: "Fork it at this snapshot",
    });
  }

  return {
    "context.view": ({ agentId, snapshotId }) => views.view(agentId, snapshotId),
    "context.snapshots": async ({ agentId }) => {
      await onDisk();
      return views.snapshots(agentId);
    },
    "context.compaction": async ({ agentId, seq }) => {
      await onDisk();
      return views.compaction(agentId, seq);
    },

    "context.snapshot": async ({ agentId, label }) => {
      await onDisk();
      await refuseTooManyPinned(agentId);
      const snapshotId = snapshotAt(log.append({ type: "snapshot.taken", agentId, label }));
      await onDisk();
      return { snapshotId };
    },
    "context.pin": async ({ agentId, snapshotId }) => {
      const snapshot = findSnapshot(await eventsOf(agentId), snapshotId);
      if (snapshot.pinned === "no") {
        await refuseTooManyPinned(agentId);
        log.append({ type: "snapshot.pinned", agentId, snapshotId });
      }
      await onDisk();
      return {};
    },
    "context.unpin": async ({ agentId, snapshotId }) => {
      const snapshot = findSnapshot(await eventsOf(agentId), snapshotId);
      if (snapshot.pinned === "yes") log.append({ type: "snapshot.unpinned", agentId, snapshotId });
      await onDisk();
      return {};
    },

    "context.effectsSince": async ({ agentId, snapshotId }) => {
      const events = await eventsOf(agentId);
      findSnapshot(events, snapshotId);
      return effectsSince(events, snapshotSeq(snapshotId));
    },
    "context.rewind": async ({ agentId, snapshotId, message, afterwards }) => {
      const events = await eventsOf(agentId);
      findSnapshot(events, snapshotId);
      const { effects } = effectsSince(events, snapshotSeq(snapshotId));
      refuseForgotten(agentId);
      const agent = table.get(agentId) ?? awaken(parts, agentId, specOf(events));
      table.rewind(agent, snapshotId, effects, { message, afterwards });
      await onDisk();
      return {};
    },
    "context.fork": async ({ agentId, snapshotId, message, afterwards }) => {
      const events = await eventsOf(agentId);
      findSnapshot(events, snapshotId);
      refuseDeepFork((id) => log.readAgent(id), agentId);
      const { forkedFrom: _, ...spec } = specOf(events);
      const fork = { ...spec, parentCall: null, forkedFrom: { agentId, snapshotId } };
      const forked = table.fork(fork, agentId, snapshotId, { message, afterwards });
      await onDisk();
      return { agentId: forked };
    },

    "context.compact": async ({ agentId }) => {
      const agent = table.get(agentId);
      if (!agent) {
        throw new KernelError("conflict", `${agentId} has ended: there is no next step to make room for`, {
          hint: "Send it a message, or fork it",
        });
      }
      agent.compaction = "wanted";
      return {};
    },
    "context.undoCompaction": async ({ agentId, seq }) => {
      const { compaction } = await views.compaction(agentId, seq);
      if (compaction.state === "undone") {
        throw new KernelError("conflict", "This compaction was undone already");
      }
      log.append({ type: "context.compactionUndone", agentId, compaction: seq });
      await onDisk();
      return {};
    },
  };
}

/** What an agent was started with, and the priority that it has now. */
function specOf(events: readonly KernelEvent[]) {
  const created = events.find((event) => event.type === "agent.created");
  if (created?.type !== "agent.created") throw new KernelError("not-found", "The agent has no beginning");
  const priority = events.findLast((event) => event.type === "agent.reprioritised");
  return priority?.type === "agent.reprioritised"
    ? { ...created.spec, priority: priority.priority }
    : created.spec;
}

import { type StayingEffect, snapshotSeq } from "../../../shared/context.ts";
import { assertNever, invariant, KernelError } from "../../../shared/errors.ts";
import type { AgentSpec, CancelCause, KernelEvent, KernelEventBody } from "../../../shared/events.ts";
import type { AgentId, Seq, SnapshotId } from "../../../shared/ids.ts";
import type { ContextMarks } from "../access/context-marks.ts";
import type { AgentIdentity } from "../access/principals.ts";
import { COMMON, scopeOf } from "../access/workspace-scope.ts";
import { rebuildFold } from "../context/timeline.ts";
import { LIVE_AGENTS } from "../limits.ts";
import { type AgentEnd, AgentProcess, type Mail } from "./process.ts";
import { type LoopOptions, runReactLoop } from "./react-loop.ts";
import { withdrawal } from "./withdrawal.ts";

export interface ProcessTableOptions extends LoopOptions {
  readonly marks: ContextMarks;
  /** Lets cores drop what they keep of an agent's context. */
  readonly forgetState: (agentId: AgentId) => void;
}

/** What a person says along with a rewind or a fork, and whether the agent goes on. */
export interface Direction {
  readonly message: string;
  readonly afterwards: "go-on" | "pause";
}

/** What an agent's context begins with: its instructions and its task. */
export const firstMessages = ({ id, spec }: AgentProcess): KernelEventBody => ({
  type: "context.appended",
  agentId: id,
  messages: [
    { role: "system", content: spec.manifest.instructions },
    { role: "user", content: spec.task },
  ],
});

/** Owns the live agents: starts them, controls them, ends them. Ended agents are in the log alone. */
export class ProcessTable {
  readonly #options: ProcessTableOptions;
  readonly #live = new Map<AgentId, AgentProcess>();

  constructor(options: ProcessTableOptions) {
    this.#options = options;
  }

  /** Starts an agent. Throws `limit-reached`. */
  launch(spec: AgentSpec): AgentId {
    const { log, marks } = this.#options;
    this.#refuseTooMany();
    const agent = new AgentProcess(log.ids.nextAgent(), spec);
    log.append({ type: "agent.created", agentId: agent.id, spec });
    // The marks go before the words that they are about.
    if (spec.parent !== null) marks.share(spec.parent, agent.id);
    log.append(firstMessages(agent));
    this.admit(agent);
    log.committed(() => this.run(agent));
    return agent.id;
  }

  /** Puts a process into the table: a new one, or one rebuilt from the log. */
  admit(agent: AgentProcess): void {
    this.#live.set(agent.id, agent);
    if (agent.control === "paused") this.#options.path.hold(agent.id);
    const parent = agent.spec.parent === null ? undefined : this.#live.get(agent.spec.parent);
    parent?.children.add(agent.id);
  }

  /** Enters the agent's loop; it ends by itself. */
  run(agent: AgentProcess): void {
    switch (agent.spec.manifest.loop) {
      case "react":
        void runReactLoop(agent, this.#options).then((end) => this.#finish(agent, end));
        return;
      default:
        assertNever(agent.spec.manifest.loop);
    }
  }

  /** Keeps contexts up with the log: the log's follower. */
  apply(event: KernelEvent): void {
    const agent = "agentId" in event && event.agentId !== null ? this.#live.get(event.agentId) : undefined;
    if (!agent) return;
    if (event.type === "context.rewound" || event.type === "context.forked") {
      agent.fold = rebuildFold((id) => this.#options.log.readAgent(id), agent.id, event.seq);
    } else agent.fold.apply(event);
  }

  get(agentId: AgentId): AgentProcess | null {
    return this.#live.get(agentId) ?? null;
  }

  /** Who an agent is, live or ended; null for one that never was. */
  identity(agentId: AgentId): AgentIdentity | null {
    const spec = this.#live.get(agentId)?.spec;
    if (spec) {
      const { name, groups } = spec.manifest;
      return { name, groups, parent: spec.parent, scope: scopeOf(spec.manifest) };
    }
    const view = this.#options.log.state().agents.get(agentId);
    // One that has ended makes no calls.
    return view ? { name: view.name, groups: view.groups, parent: view.parent, scope: COMMON } : null;
  }

  /** Whether a person branched it off another agent: no agent has started it then. */
  isFork(agentId: AgentId): boolean {
    const spec = this.#live.get(agentId)?.spec;
    if (spec) return spec.forkedFrom !== undefined;
    return (this.#options.log.state().agents.get(agentId)?.forkedFrom ?? null) !== null;
  }

  liveCount(): number {
    return this.#live.size;
  }

  pause(agentId: AgentId): void {
    const agent = this.#need(agentId);
    if (agent.control === "paused") return;
    agent.pause();
    this.#options.log.append({ type: "agent.paused", agentId });
    this.#options.path.hold(agentId);
  }

  resume(agentId: AgentId): void {
    const agent = this.#need(agentId);
    if (agent.control === "active") return;
    this.#options.log.append({ type: "agent.resumed", agentId });
    agent.resume();
    this.#options.path.release(agentId);
  }

  reprioritise(agentId: AgentId, priority: number): void {
    const agent = this.#need(agentId);
    if (agent.spec.priority === priority) return;
    agent.spec = { ...agent.spec, priority };
    this.#options.log.append({ type: "agent.reprioritised", agentId, priority });
    this.#options.path.reprioritise(agentId, priority);
  }

  /**
   * Takes an agent back to a snapshot: whatever it has under way ends, with the children that it had started since,
   * and its next step is taken from the context of then. One that had ended, and comes rebuilt from the log, goes on
   * with that. The caller has looked that the snapshot is there.
   *
   * What is to steer it is logged first and what it leaves is ended last, so that a crash in between takes no step
   * that nobody wanted and leaves nothing that `recoverAgent` could not clear away.
   */
  rewind(
    agent: AgentProcess,
    snapshotId: SnapshotId,
    effects: readonly StayingEffect[],
    direction: Direction,
  ): void {
    const { log, path } = this.#options;
    const { id: agentId } = agent;
    const goesOnAfterEnd = !this.#live.has(agentId);
    if (goesOnAfterEnd) this.admit(agent);
    this.#direct(agentId, direction);
    const children = this.#startedSince(agentId, snapshotSeq(snapshotId));
    const reason = `rewound to ${snapshotId}`;
    agent.course += 1;
    agent.forgetSteps();
    log.append({ type: "context.rewound", agentId, snapshotId, effects, children });
    if (goesOnAfterEnd) log.append({ type: "agent.reopened", agentId });
    path.cancelAgent(agentId, "rewound", reason);
    this.#withdrawOpen(agent, "rewound", reason);
    this.leaveChildren(agent, children);
    agent.ready = new Promise((resolve) => log.committed(resolve));
    if (direction.afterwards === "go-on") this.resume(agentId);
    if (goesOnAfterEnd) log.committed(() => this.run(agent));
  }

  /** Ends children of a course that was left. */
  leaveChildren(agent: AgentProcess, children: Iterable<AgentId>): void {
    for (const child of children) {
      agent.leftChildren.add(child);
      if (this.#live.has(child)) this.kill(child, `its parent ${agent.id} was rewound to before its start`);
    }
  }

  /**
   * Starts an agent with the context that another had at a snapshot. That it was forked is logged last: without it
   * the rest may be missing. Throws `limit-reached`.
   */
  fork(spec: AgentSpec, from: AgentId, snapshotId: SnapshotId, direction: Direction): AgentId {
    const { log, marks } = this.#options;
    this.#refuseTooMany();
    const agent = new AgentProcess(log.ids.nextAgent(), spec);
    agent.forgetSteps();
    log.append({ type: "agent.created", agentId: agent.id, spec });
    marks.share(from, agent.id);
    this.admit(agent);
    this.#direct(agent.id, direction);
    log.append({ type: "context.forked", agentId: agent.id, from, snapshotId });
    log.committed(() => this.run(agent));
    return agent.id;
  }

  /** Ends an agent and the children it still has. */
  kill(agentId: AgentId, reason: string): void {
    const agent = this.#need(agentId);
    this.#finish(agent, { status: "cancelled", answer: null, error: { code: "cancelled", message: reason } });
    for (const child of agent.children) {
      if (this.#live.has(child)) this.kill(child, `its parent ${agentId} was ended`);
    }
  }

  /** Leaves a message for a live agent; it reads it at its next step. */
  send(agentId: AgentId, mail: Mail): void {
    this.#need(agentId).receive(mail);
    if (mail.from !== "person") this.#options.marks.share(mail.from, agentId);
    this.#options.log.append({ type: "agent.messaged", agentId, ...mail });
  }

  #direct(agentId: AgentId, { message, afterwards }: Direction): void {
    if (afterwards === "pause") this.pause(agentId);
    if (message !== "") this.send(agentId, { from: "person", text: message });
  }

  /** Children that an agent started itself after an event; forks of its children are the person's. */
  #startedSince(agentId: AgentId, seq: Seq): readonly AgentId[] {
    const { log } = this.#options;
    const ids = new Set(this.#live.get(agentId)?.children);
    for (const view of log.state().agents.values()) if (view.parent === agentId) ids.add(view.id);
    return [...ids].filter((id) => {
      const first = log.firstOf(id);
      return !this.isFork(id) && (first === null || first.seq > seq);
    });
  }

  #refuseTooMany(): void {
    if (this.#live.size < LIVE_AGENTS) return;
    throw new KernelError("limit-reached", `${LIVE_AGENTS} agents are running`, { hint: "End some first" });
  }

  #need(agentId: AgentId): AgentProcess {
    const agent = this.#live.get(agentId);
    if (!agent) throw new KernelError("not-found", `${agentId} is not running: it has ended or never was`);
    return agent;
  }

  #finish(agent: AgentProcess, end: AgentEnd): void {
    if (agent.end) return;
    const { log, path, gate, marks, accounts, forgetState } = this.#options;
    // Mail that came with the last answer is still to be read.
    if (end.status === "done" && agent.mailbox.length > 0) {
      this.run(agent);
      return;
    }
    agent.end = end;
    agent.resume();
    const reason = end.error?.message ?? "the agent has ended";
    path.cancelAgent(agent.id, "agent-ended", reason);
    this.#withdrawOpen(agent, "agent-ended", reason);
    path.release(agent.id);
    const { parent } = agent.spec;
    if (parent !== null && this.#live.has(parent)) marks.share(agent.id, parent);
    gate.agentEnded(agent.id);
    accounts.close(agent.id);
    forgetState(agent.id);
    const { status, answer, error } = end;
    log.append({ type: "agent.ended", agentId: agent.id, status, answer, error });
    invariant(this.#live.delete(agent.id), `${agent.id} ends once`);
    if (parent !== null) this.#live.get(parent)?.children.delete(agent.id);
    log.committed(() => agent.ended.resolve(end));
  }

  /** Ends the calls that were with the person when the last kernel stopped, and that the loop has not taken up yet. */
  #withdrawOpen(agent: AgentProcess, cause: CancelCause, reason: string): void {
    for (const open of agent.openRequests.values()) {
      for (const event of withdrawal(agent.id, open, cause, reason)) this.#options.log.append(event);
    }
    agent.openRequests.clear();
  }
}

import type { StayingEffect } from "../../../shared/context.ts";
import { assertNever, invariant, KernelError } from "../../../shared/errors.ts";
import type { AgentSpec, CancelCause, KernelEvent, KernelEventBody } from "../../../shared/events.ts";
import type { AgentId, SnapshotId } from "../../../shared/ids.ts";
import type { ContextMarks } from "../access/context-marks.ts";
import type { AgentIdentity } from "../access/principals.ts";
import { rebuildFold } from "../context/timeline.ts";
import { LIVE_AGENTS } from "../limits.ts";
import { type AgentEnd, AgentProcess, type Mail, NO_TIMES } from "./process.ts";
import { type LoopOptions, runReactLoop } from "./react-loop.ts";

export interface ProcessTableOptions extends LoopOptions {
  readonly marks: ContextMarks;
  /** Lets cores drop what they keep of an agent's context. */
  readonly forgetState: (agentId: AgentId) => void;
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
    if (spec) return { name: spec.manifest.name, groups: spec.manifest.groups, parent: spec.parent };
    const view = this.#options.log.state().agents.get(agentId);
    return view ? { name: view.name, groups: view.groups, parent: view.parent } : null;
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
   * Takes a live agent back to a snapshot: whatever it has under way ends, and its next step is taken from the
   * context of then. The caller has looked that the snapshot is there.
   */
  rewind(agentId: AgentId, snapshotId: SnapshotId, effects: readonly StayingEffect[]): void {
    const agent = this.#need(agentId);
    const { log, path } = this.#options;
    const reason = `rewound to ${snapshotId}`;
    agent.course += 1;
    path.cancelAgent(agentId, "rewound", reason);
    this.#withdrawOpen(agent, "rewound", reason);
    log.append({ type: "context.rewound", agentId, snapshotId, effects });
    agent.ready = new Promise((resolve) => log.committed(resolve));
  }

  /** Starts an agent with the context that another had at a snapshot. Throws `limit-reached`. */
  fork(spec: AgentSpec, from: AgentId, snapshotId: SnapshotId): AgentProcess {
    const { log, marks } = this.#options;
    this.#refuseTooMany();
    const agent = new AgentProcess(log.ids.nextAgent(), spec);
    log.append({ type: "agent.created", agentId: agent.id, spec });
    marks.share(from, agent.id);
    log.append({ type: "context.forked", agentId: agent.id, from, snapshotId });
    this.admit(agent);
    return agent;
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
    const { log } = this.#options;
    for (const { syscallId, approval, decided } of agent.openRequests.values()) {
      const head = { agentId: agent.id, syscallId };
      const answer = { type: "deny", reason } as const;
      if (decided === null) {
        log.append({ ...head, type: "approval.decided", approvalId: approval.id, answer, by: "agent-ended" });
      }
      log.append({ ...head, type: "syscall.cancelled", cause, reason, times: NO_TIMES });
    }
    agent.openRequests.clear();
  }
}

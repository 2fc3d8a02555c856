import { assertNever, invariant, KernelError } from "../../../shared/errors.ts";
import type { AgentSpec, KernelEvent, KernelEventBody } from "../../../shared/events.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { ContextMarks } from "../access/context-marks.ts";
import type { AgentIdentity } from "../access/principals.ts";
import { LIVE_AGENTS } from "../limits.ts";
import { type AgentEnd, AgentProcess, type Mail, NO_TIMES } from "./process.ts";
import { type LoopOptions, runReactLoop } from "./react-loop.ts";

export interface ProcessTableOptions extends LoopOptions {
  readonly marks: ContextMarks;
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
    if (this.#live.size >= LIVE_AGENTS) {
      throw new KernelError("limit-reached", `${LIVE_AGENTS} agents are running`, { hint: "End some first" });
    }
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
    if ("agentId" in event && event.agentId !== null) this.#live.get(event.agentId)?.fold.apply(event);
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

  #need(agentId: AgentId): AgentProcess {
    const agent = this.#live.get(agentId);
    if (!agent) throw new KernelError("not-found", `${agentId} is not running: it has ended or never was`);
    return agent;
  }

  #finish(agent: AgentProcess, end: AgentEnd): void {
    if (agent.end) return;
    const { log, path, gate, marks, accounts } = this.#options;
    // Mail that came with the last answer is still to be read.
    if (end.status === "done" && agent.mailbox.length > 0) {
      this.run(agent);
      return;
    }
    agent.end = end;
    agent.resume();
    const reason = end.error?.message ?? "the agent has ended";
    path.cancelAgent(agent.id, reason);
    this.#withdrawOpen(agent, reason);
    path.release(agent.id);
    const { parent } = agent.spec;
    if (parent !== null && this.#live.has(parent)) marks.share(agent.id, parent);
    gate.agentEnded(agent.id);
    accounts.close(agent.id);
    const { status, answer, error } = end;
    log.append({ type: "agent.ended", agentId: agent.id, status, answer, error });
    invariant(this.#live.delete(agent.id), `${agent.id} ends once`);
    if (parent !== null) this.#live.get(parent)?.children.delete(agent.id);
    log.committed(() => agent.ended.resolve(end));
  }
  /** Ends the calls that were with the person when the last kernel stopped, and that the loop has not taken up yet. */
  #withdrawOpen(agent: AgentProcess, reason: string): void {
    const { log } = this.#options;
    for (const { syscallId, approval, decided } of agent.openRequests.values()) {
      const head = { agentId: agent.id, syscallId };
      const answer = { type: "deny", reason: "The agent has ended" } as const;
      if (decided === null) {
        log.append({ ...head, type: "approval.decided", approvalId: approval.id, answer, by: "agent-ended" });
      }
      log.append({ ...head, type: "syscall.cancelled", cause: "agent-ended", reason, times: NO_TIMES });
    }
    agent.openRequests.clear();
  }
}

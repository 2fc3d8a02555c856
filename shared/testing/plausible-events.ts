import fc from "fast-check";
import { EVENT_VERSION, type KernelEvent, type KernelEventBody } from "../events.ts";
import {
  type AgentId,
  type ApprovalId,
  agentId,
  approvalId,
  coreId,
  type GrantId,
  grantId,
  type SyscallId,
  seq,
  syscallId,
} from "../ids.ts";
import { manifestSchema } from "../manifest.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";
import type { SyscallState } from "../syscall.ts";
import { SECRETS, sampleApproval, sampleCore, syscallEnd, syscallStart } from "./sample-events.ts";

interface Call {
  readonly id: SyscallId;
  readonly agent: AgentId | null;
  state: SyscallState;
  approval: ApprovalId | null;
  asked: "yes" | "no";
}

const NEXT: Readonly<Partial<Record<SyscallState, readonly string[]>>> = {
  created: ["gated", "failed", "cancelled"],
  gated: ["queued", "denied", "approval", "cancelled"],
  queued: ["running", "running", "cancelled"],
  running: ["output", "restarted", "suspended", "done", "done", "failed", "cancelled"],
  suspended: ["queued", "cancelled"],
};

/** Makes events that a kernel could have logged, out of a list of random numbers. */
class Story {
  readonly events: KernelEvent[] = [];
  readonly #choices: Iterator<number>;
  readonly #agents = new Set<AgentId>();
  readonly #ended: AgentId[] = [];
  readonly #calls: Call[] = [];
  readonly #grants = new Map<GrantId, AgentId>();
  #made = { agent: 0, syscall: 0, approval: 0, grant: 0 };
  #at = 1_000;

  constructor(choices: readonly number[]) {
    this.#choices = choices[Symbol.iterator]();
    for (let choice = this.#next(); choice !== null; choice = this.#next()) this.#step(choice);
  }

  #next(): number | null {
    const { done, value } = this.#choices.next();
    return done ? null : value;
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[(this.#next() ?? 0) % Math.max(1, from.length)];
  }

  #log(body: KernelEventBody): void {
    this.#at += (this.#next() ?? 0) % 50;
    const head = { v: EVENT_VERSION, at: this.#at, mono: this.#at - 1_000 } as const;
    this.events.push({ ...head, seq: seq(this.events.length + 1), ...body });
  }

  #step(choice: number): void {
    const agent = this.#pick([...this.#agents]);
    switch (choice % 24) {
      case 0:
        this.#log({ type: "kernel.started", host: "headless", pid: choice, version: "1" });
        return;
      case 1:
        this.#log({ type: choice % 2 ? "core.added" : "core.changed", core: sampleCore(choice % 3) });
        return;
      case 2:
        this.#log({ type: "core.removed", coreId: coreId(`core-${choice % 3}`) });
        return;
      case 3:
        this.#log({ type: "settings.changed", settings: { ...DEFAULT_SETTINGS, sliceTokens: 1 + choice } });
        return;
      case 4:
      case 5:
        this.#createAgent(agent ?? null);
        return;
      case 6:
      case 7:
      case 8:
        this.#createCall(agent ?? null, choice);
        return;
      case 9:
        if (agent) this.#ofAgent(agent, choice);
        return;
      case 10:
        this.#endOrReopen(agent, choice);
        return;
      case 11:
        this.#grant(agent);
        return;
      default: {
        const call = this.#pick(this.#calls);
        if (call) this.#advance(call);
      }
    }
  }

  #createAgent(parent: AgentId | null): void {
    this.#made.agent += 1;
    const id = agentId(this.#made.agent);
    this.#agents.add(id);
    const manifest = manifestSchema.parse({
      name: "helper",
      title: "Helper",
      description: "Helps.",
      instructions: "Help.",
      tools: [],
      sampleTasks: ["help"],
    });
    const [parentCall, priority, model, mode] = [parent && "call_1", 5, null, "ask"] as const;
    const spec = { manifest, task: `task ${id}`, parent, parentCall, priority, model, mode };
    this.#log({ type: "agent.created", agentId: id, spec });
    const messages = [{ role: "user", content: SECRETS.context } as const];
    this.#log({ type: "context.appended", agentId: id, messages });
  }

  #ofAgent(id: AgentId, choice: number): void {
    const kinds = ["agent.paused", "agent.resumed", "reprioritised", "messaged", "recovered"] as const;
    const kind = kinds[choice % kinds.length];
    if (kind === "agent.paused" || kind === "agent.resumed") this.#log({ type: kind, agentId: id });
    else if (kind === "reprioritised")
      this.#log({ type: "agent.reprioritised", agentId: id, priority: choice % 10 });
    else if (kind === "messaged")
      this.#log({ type: "agent.messaged", agentId: id, from: "person", text: "hello" });
    else this.#log({ type: "agent.recovered", agentId: id, unknown: [] });
  }

  #endOrReopen(agent: AgentId | undefined, choice: number): void {
    const old = this.#ended.at(-1);
    if (choice % 3 === 0 && old) {
      this.#ended.pop();
      this.#agents.add(old);
      this.#log({ type: "agent.reopened", agentId: old });
    } else if (agent) {
      for (const call of this.#calls.filter((each) => each.agent === agent)) this.#finish(call, "cancelled");
      this.#agents.delete(agent);
      this.#ended.push(agent);
      const status = (["done", "failed", "cancelled"] as const)[choice % 3] ?? "done";
      const answer = status === "done" ? "answer ".repeat(choice % 60) : null;
      const error = status === "done" ? null : ({ code: "internal", message: "it failed" } as const);
      this.#log({ type: "agent.ended", agentId: agent, status, answer, error });
    }
  }

  #grant(agent: AgentId | undefined): void {
    const [old] = this.#grants;
    if (old && this.#grants.size > 2) {
      this.#grants.delete(old[0]);
      this.#log({ type: "grant.ended", agentId: old[1], grantId: old[0], reason: "revoked" });
    } else if (agent) {
      this.#made.grant += 1;
      const id = grantId(this.#made.grant);
      this.#grants.set(id, agent);
      const grant = { id, agentId: agent, tool: "write_file", text: "it may", createdAt: this.#at };
      this.#log({ type: "grant.added", agentId: agent, grant });
    }
  }

  #createCall(agent: AgentId | null, choice: number): void {
    this.#made.syscall += 1;
    const id = syscallId(this.#made.syscall);
    this.#calls.push({ id, agent, state: "created", approval: null, asked: "no" });
    this.#log({ ...syscallStart(choice), agentId: agent, syscallId: id });
  }

  #advance(call: Call): void {
    const ids = { agentId: call.agent, syscallId: call.id };
    const next = this.#pick(NEXT[call.state] ?? []);
    const step = this.#next() ?? 0;
    const placement = { coreId: coreId(`core-${step % 3}`), slot: 0 };
    switch (next) {
      case "gated": {
        const effects = [{ type: "write", target: SECRETS.path, reversible: "yes" }] as const;
        const decision = { verdict: "ask", by: "mode", risk: "medium", effects, reason: "why" } as const;
        this.#log({ ...ids, type: "syscall.gated", decision });
        call.state = "gated";
        return;
      }
      case "approval":
        this.#approve(call);
        return;
      case "queued":
        this.#log({ ...ids, type: "syscall.queued", queue: "llm", reason: "new" });
        call.state = "queued";
        return;
      case "running": {
        const decision = { policy: "fifo", winner: call.id, candidates: [], waiting: 1, reason: "first" };
        this.#log({ ...ids, type: "syscall.running", placement, decision, waitedMs: step % 40 });
        call.state = "running";
        return;
      }
      case "output":
        this.#log({ ...ids, type: "syscall.output", text: SECRETS.stream, tokens: step % 9 });
        return;
      case "restarted":
        this.#log({ ...ids, type: "syscall.restarted", reason: "again" });
        return;
      case "suspended": {
        const reason = step % 2 ? ({ type: "slice-end" } as const) : ({ type: "paused" } as const);
        this.#log({ ...ids, type: "syscall.suspended", reason, servedMs: step % 30, tokens: 3 });
        call.state = "suspended";
        return;
      }
      case "done":
      case "failed":
      case "cancelled":
      case "denied":
        this.#finish(call, next);
        return;
      default:
    }
  }

  #approve(call: Call): void {
    if (call.agent === null) return;
    const ids = { agentId: call.agent, syscallId: call.id };
    if (call.approval) {
      const answer = { type: "once" } as const;
      this.#log({ ...ids, type: "approval.decided", approvalId: call.approval, answer, by: "person" });
      call.approval = null;
      return;
    }
    if (call.asked === "yes") return;
    call.asked = "yes";
    this.#made.approval += 1;
    call.approval = approvalId(this.#made.approval);
    const approval = sampleApproval(call.approval, call.agent, call.id);
    this.#log({ ...ids, type: "approval.requested", approval });
  }

  #finish(call: Call, as: "done" | "failed" | "cancelled" | "denied"): void {
    this.#calls.splice(this.#calls.indexOf(call), 1);
    this.#log({
      ...syscallEnd(as, (this.#next() ?? 0) % 2 ? "llm" : "tool"),
      agentId: call.agent,
      syscallId: call.id,
    });
  }
}

/** Logs that a kernel could have written. */
export const plausibleEvents: fc.Arbitrary<KernelEvent[]> = fc
  .array(fc.nat(10_000), { maxLength: 600, size: "max" })
  .map((choices) => new Story(choices).events);

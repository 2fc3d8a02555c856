import { invariant, KernelError } from "../../../shared/errors.ts";
import type { AgentId, ApprovalId, GrantId } from "../../../shared/ids.ts";
import { APPROVAL_MS } from "../../../shared/limits.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type {
  Approval,
  ApprovalAnswer,
  DecidedApproval,
  Grant,
  PermissionMode,
} from "../../../shared/permission.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock, Tool } from "../ports.ts";
import { isFinal, type Syscall } from "../syscall.ts";
import { type AccessRequest, decide, runGrantText } from "./decide.ts";

export type Admission =
  | { readonly verdict: "allow"; readonly args: JsonObject; readonly effects: "some" | "none" }
  | { readonly verdict: "deny"; readonly reason: string };

export interface GateOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly tool: (name: string) => Tool | null;
  readonly mode: (agentId: AgentId | null) => PermissionMode;
  readonly person: () => "present" | "absent";
}

interface Pending {
  readonly approval: Approval;
  readonly syscall: Syscall;
  readonly resolve: (answer: ApprovalAnswer) => void;
}

/** Decides about each tool call, asks the person where needed, and keeps grants. Every decision is an event first. */
export class Gate {
  readonly #options: GateOptions;
  readonly #pending = new Map<ApprovalId, Pending>();
  readonly #grants = new Map<GrantId, Grant>();
  /** Agents that have read files or memory in this run. */
  readonly #readers = new Set<AgentId>();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Passes a tool call through the gate. Throws the KernelError of a call that cannot be made at all. */
  async admit(syscall: Syscall): Promise<Admission> {
    const { log, clock } = this.#options;
    const { agentId, call } = syscall.options;
    invariant(call.kind !== "llm", "model calls have no effects of their own");
    const tool = this.#tool(call.tool);
    const args = tool.parse(call.arguments);
    const request = await this.#request(syscall, tool, args);
    if (isFinal(syscall.state)) return { verdict: "deny", reason: "it was cancelled" };
    const decision = decide(request);
    syscall.to("gated", clock.mono());
    log.append({ type: "syscall.gated", agentId, syscallId: syscall.id, decision });
    const effects = request.effects.some((effect) => effect.type !== "read") ? "some" : "none";
    if (decision.verdict === "deny") return { verdict: "deny", reason: decision.reason };
    if (decision.verdict === "allow") {
      this.#noteReading(request);
      return { verdict: "allow", args, effects };
    }
    invariant(agentId !== null, "only agents are asked about");
    const approval: Approval = {
      id: log.ids.nextApproval(),
      agentId,
      syscallId: syscall.id,
      tool: call.tool,
      arguments: args,
      effects: request.effects,
      risk: decision.risk,
      reason: decision.reason,
      preview: await tool.preview(args),
      runGrantText: runGrantText(request, decision),
      requestedAt: clock.wall(),
      by: decision.by,
      taint: [],
      ruleOffers: [],
      expiresAt: clock.wall() + APPROVAL_MS,
    };
    if (isFinal(syscall.state)) return { verdict: "deny", reason: "it was cancelled" };
    log.append({ type: "approval.requested", agentId, syscallId: syscall.id, approval });
    const admission = await this.#await(approval, syscall);
    if (admission.verdict === "allow") this.#noteReading(request);
    return admission;
  }

  /** After a restart: waits again for the answer that was open when the kernel stopped, or keeps the one given. */
  readmit(syscall: Syscall, approval: Approval, answer: ApprovalAnswer | null): Promise<Admission> {
    syscall.to("gated", this.#options.clock.mono());
    if (approval.effects.some((effect) => effect.type === "read")) this.#readers.add(approval.agentId);
    return answer === null ? this.#await(approval, syscall) : Promise.resolve(admissionOf(approval, answer));
  }

  /** Throws `not-found` for a request that is not, or no longer, open. */
  answer(approvalId: ApprovalId, answer: ApprovalAnswer, by: DecidedApproval["by"]): void {
    const pending = this.#pending.get(approvalId);
    if (!pending)
      throw new KernelError(
        "not-found",
        `${approvalId} waits for no answer: it was answered or its agent has ended`,
      );
    const { approval, syscall } = pending;
    if (answer.type === "run" && approval.runGrantText === null) {
      throw new KernelError(
        "not-allowed",
        `${approvalId} can be allowed once only: its risk is ${approval.risk}`,
      );
    }
    this.#pending.delete(approvalId);
    const { agentId } = syscall.options;
    this.#options.log.append({
      type: "approval.decided",
      agentId,
      syscallId: syscall.id,
      approvalId,
      answer,
      by,
    });
    if (answer.type === "run") this.#grant(approval);
    pending.resolve(answer);
    if (answer.type === "run") this.#answerAlike(approval, by);
  }

  /** What was allowed for the run covers the requests of the same tool that already wait. */
  #answerAlike({ agentId, tool }: Approval, by: DecidedApproval["by"]): void {
    for (const { approval } of [...this.#pending.values()]) {
      if (approval.agentId !== agentId || approval.tool !== tool || approval.runGrantText === null) continue;
      this.answer(approval.id, { type: "once" }, by);
    }
  }

  /** Forgets the open request of a call that was cancelled. */
  withdraw(syscall: Syscall): void {
    for (const { approval, syscall: waiting } of this.#pending.values()) {
      if (waiting === syscall)
        this.answer(approval.id, { type: "deny", reason: "The agent has ended" }, "agent-ended");
    }
  }

  /** Throws `not-found`. */
  revoke(grantId: GrantId): void {
    if (!this.#grants.has(grantId)) throw new KernelError("not-found", `There is no grant ${grantId}`);
    this.#end(grantId, "revoked");
  }

  /** An agent goes on whose context holds what it has read. */
  restoreReading(agentId: AgentId): void {
    this.#readers.add(agentId);
  }

  /** Words of one agent reach another: a task, an answer, a message. What the first has read may be in them. */
  shareReading(from: AgentId, to: AgentId): void {
    if (this.#readers.has(from)) this.#readers.add(to);
  }

  /** Restores a grant of the log. */
  restore(grant: Grant): void {
    this.#grants.set(grant.id, grant);
  }

  agentEnded(agentId: AgentId): void {
    this.#readers.delete(agentId);
    for (const grant of this.#grants.values())
      if (grant.agentId === agentId) this.#end(grant.id, "agent-ended");
  }

  #tool(name: string): Tool {
    const tool = this.#options.tool(name);
    if (!tool)
      throw new KernelError("not-found", `There is no tool ${name}`, {
        hint: "Call one of the tools offered",
      });
    return tool;
  }

  async #request(syscall: Syscall, tool: Tool, args: JsonObject): Promise<AccessRequest> {
    const { agentId } = syscall.options;
    return {
      agentId,
      tool: tool.specification.name,
      effects: await tool.effects(args, { memoryOwner: syscall.options.memoryOwner }),
      mode: this.#options.mode(agentId),
      grants: [...this.#grants.values()],
      privateData: agentId !== null && this.#readers.has(agentId) ? "read" : "none",
      // A program without a process has no place in the Inbox.
      person: agentId === null ? "absent" : this.#options.person(),
    };
  }

  #await(approval: Approval, syscall: Syscall): Promise<Admission> {
    return new Promise((resolve) => {
      this.#pending.set(approval.id, {
        approval,
        syscall,
        resolve: (answer) => resolve(admissionOf(approval, answer)),
      });
      syscall.detach = () => this.withdraw(syscall);
    });
  }

  #noteReading(request: AccessRequest): void {
    const reads = request.effects.some((effect) => effect.type === "read");
    if (reads && request.agentId !== null) this.#readers.add(request.agentId);
  }

  #grant(approval: Approval): void {
    const { log, clock } = this.#options;
    const grant: Grant = {
      id: log.ids.nextGrant(),
      agentId: approval.agentId,
      tool: approval.tool,
      text: approval.runGrantText ?? "",
      createdAt: clock.wall(),
    };
    this.#grants.set(grant.id, grant);
    log.append({ type: "grant.added", agentId: grant.agentId, grant });
  }

  #end(grantId: GrantId, reason: "revoked" | "agent-ended"): void {
    const grant = this.#grants.get(grantId);
    if (!grant) return;
    this.#grants.delete(grantId);
    this.#options.log.append({ type: "grant.ended", agentId: grant.agentId, grantId, reason });
  }
}

function admissionOf(approval: Approval, answer: ApprovalAnswer): Admission {
  if (answer.type !== "deny") return { verdict: "allow", args: approval.arguments, effects: "some" };
  const said = answer.reason.trim();
  return { verdict: "deny", reason: said === "" ? "the person said no" : `the person said no: ${said}` };
}

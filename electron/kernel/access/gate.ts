import { invariant, KernelError } from "../../../shared/errors.ts";
import type { AgentId, ApprovalId } from "../../../shared/ids.ts";
import { APPROVAL_MS } from "../../../shared/limits.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type {
  Approval,
  ApprovalAnswer,
  DecidedApprovalBy,
  Decision,
  PermissionMode,
} from "../../../shared/permission.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock, Tool } from "../ports.ts";
import { isFinal, type Syscall, type SyscallOptions } from "../syscall.ts";
import type { AccessBook } from "./access-book.ts";
import { type Admission, callerOf, type Redeemed } from "./admission.ts";
import { asked, denialText } from "./answered.ts";
import { Approvals, type Decided } from "./approvals.ts";
import { markCall } from "./call-marks.ts";
import type { ContextMarks } from "./context-marks.ts";
import { decide, mayUseModel, ruleOffers, runGrantText, tokenCeiling } from "./decide.ts";
import { type AgentIdentity, groupsOfOwners, lineageOf } from "./principals.ts";
import type { AccessRequest, Principal } from "./request.ts";
import { isRiskier } from "./risk.ts";
import { sameEffects, Tickets, TOUCHES_CHANGED, voided } from "./tickets.ts";

export type { Admission, Redeemed } from "./admission.ts";

export interface GateOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly book: AccessBook;
  readonly marks: ContextMarks;
  readonly tool: (name: string) => Tool | null;
  readonly mode: (agentId: AgentId | null) => PermissionMode;
  readonly person: () => "present" | "absent";
  readonly identity: (agentId: AgentId) => AgentIdentity | null;
  /** Names of the groups of the agents of a name. */
  readonly ownerGroups: (agent: string) => readonly string[];
  /** Absolute. */
  readonly workspace: string;
}

type Judged = { readonly tool: Tool; readonly args: JsonObject; readonly request: AccessRequest };

/**
 * Decides about each tool call, asks the person where needed, and looks once more when the call runs. Every decision
 * is an event first.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #approvals: Approvals;
  readonly #tickets = new Tickets();

  constructor(options: GateOptions) {
    this.#options = options;
    const { log, clock } = options;
    this.#approvals = new Approvals({
      log,
      clock,
      check: (...answer) => this.#check(...answer),
      decided: (...answer) => this.#keep(...answer),
    });
  }

  /** Passes a tool call through the gate. Throws the KernelError of a call that cannot be made at all. */
  async admit(syscall: Syscall): Promise<Admission> {
    const { call } = syscall.options;
    invariant(call.kind !== "llm", "model calls have no effects of their own");
    const judged = await this.#judge(syscall.options, call.arguments);
    if (isFinal(syscall.state)) return CANCELLED;
    const decision = decide(judged.request);
    syscall.to("gated", this.#options.clock.mono());
    this.#log(syscall, decision);
    return this.#follow(syscall, judged, decision);
  }

  /** After a restart: waits again for the answer that was open when the kernel stopped, or keeps the one given. */
  async readmit(syscall: Syscall, approval: Approval, earlier: Decided | null): Promise<Admission> {
    syscall.to("gated", this.#options.clock.mono());
    const judged = await this.#judge(syscall.options, approval.arguments);
    if (isFinal(syscall.state)) return CANCELLED;
    // The person sees, or saw, what the call touched then.
    if (!sameEffects(judged.request.effects, approval.effects)) throw voided(approval.tool, TOUCHES_CHANGED);
    const decided = earlier ?? (await this.#approvals.askAgain(approval, syscall));
    return this.#act(syscall, judged, asked(approval), decided);
  }

  /** What would be decided about a tool call that nobody makes. Throws as `admit`. */
  async foresee(options: SyscallOptions): Promise<Decision> {
    const { call } = options;
    return decide((await this.#judge(options, call.kind === "llm" ? {} : call.arguments)).request);
  }

  /** Throws `not-found` for a request that is not, or no longer, open, or why the answer cannot be taken. */
  answer(approvalId: ApprovalId, answer: ApprovalAnswer, by: DecidedApprovalBy): void {
    this.#approvals.answer(approvalId, answer, by);
  }

  /**
   * Checks a call that is about to run against its ticket and against what holds now, and marks the context with
   * what the call will bring. Throws `approval-void`.
   */
  async redeem(syscall: Syscall): Promise<Redeemed> {
    const { marks, tool: current } = this.#options;
    const { call } = syscall.options;
    invariant(call.kind !== "llm", "a tool call");
    const caller = callerOf(syscall.options, this.#options.identity);
    const ticket = await this.#tickets.redeem(syscall.id, current(call.tool), caller);
    const { tool, args, edited } = ticket;
    const taints = await tool.taints(args, caller);
    if (isFinal(syscall.state)) throw new KernelError("cancelled", `${call.tool} was cancelled`);
    const request = this.#request(syscall.options, tool, ticket.effects);
    // What the person answered is not asked again, be they gone since, unless it has become another question.
    const now = decide(ticket.by === "person" ? { ...request, person: "present" } : request);
    const same = ticket.by === "person" && now.by === ticket.decision.by && !isRiskier(now, ticket.decision);
    if (now.verdict === "deny" || (now.verdict === "ask" && !same)) throw voided(call.tool, now.reason);
    const mark = () => markCall(marks, syscall, { tool, args, taints, effects: ticket.effects });
    mark();
    return { tool, args, edited, caller, mark };
  }

  /** The kernel stops: requests wait for the next one. */
  close(): void {
    this.#approvals.close();
  }

  /** A call has ended, whatever way. */
  forget(syscall: Syscall): void {
    this.#tickets.forget(syscall.id);
  }

  /** Why an agent may not use a model; null when it may. `names`: the core's id and the model's name. */
  refuseModel(agentId: AgentId | null, names: readonly string[]): Decision | null {
    if (agentId === null || mayUseModel(this.lineage(agentId), names) === "yes") return null;
    const reason = `The privilege groups of ${agentId} do not include the model ${names.join(", ")}`;
    return { verdict: "deny", by: "ceiling", risk: "none", effects: [], reason };
  }

  /** An agent with its ancestors, and the groups that they are in; empty for no agent. */
  lineage(agentId: AgentId | null): readonly Principal[] {
    return lineageOf(agentId, this.#options.identity, this.#options.book);
  }

  /** Most tokens that an agent's groups leave it in one run; null for no bound of theirs. */
  tokenCeiling(agentId: AgentId): number | null {
    return tokenCeiling(this.lineage(agentId));
  }

  agentEnded(agentId: AgentId): void {
    this.#options.book.agentEnded(agentId);
    this.#options.marks.agentEnded(agentId);
  }

  async #judge(options: SyscallOptions, given: JsonObject): Promise<Judged> {
    const { call } = options;
    invariant(call.kind !== "llm", "a tool call");
    const tool = this.#options.tool(call.tool);
    if (!tool) {
      throw new KernelError("not-found", `There is no tool ${call.tool}`, {
        hint: "Call one of the tools offered",
      });
    }
    const args = tool.parse(given);
    const effects = await tool.effects(args, callerOf(options, this.#options.identity));
    return { tool, args, request: this.#request(options, tool, effects) };
  }

  #request(options: SyscallOptions, tool: Tool, effects: AccessRequest["effects"]): AccessRequest {
    const { book, marks, clock, mode, person, ownerGroups, workspace } = this.#options;
    const { agentId, memoryOwner, caller } = options;
    return {
      caller: caller?.type === "person" ? "person" : agentId === null ? "program" : "agent",
      agentId,
      lineage: this.lineage(agentId),
      tool: tool.specification.name,
      server: tool.server?.name ?? null,
      effects,
      mode: mode(agentId),
      rules: book.rules(),
      grants: book.grants(),
      marks: marks.of(agentId),
      memoryOwner,
      ownerGroups: groupsOfOwners(effects, ownerGroups, book),
      scope: callerOf(options, this.#options.identity).workspace,
      workspace,
      now: clock.wall(),
      person: agentId === null ? "absent" : person(),
    };
  }

  #log(syscall: Syscall, decision: Decision): void {
    const { id: syscallId, options } = syscall;
    this.#options.log.append({ type: "syscall.gated", agentId: options.agentId, syscallId, decision });
  }

  async #follow(syscall: Syscall, judged: Judged, decision: Decision): Promise<Admission> {
    if (decision.verdict === "deny") return { verdict: "deny", reason: decision.reason };
    if (decision.verdict === "allow") return this.#pass(syscall, judged, decision, "engine", "no");
    const approval = await this.#approvalOf(syscall, judged, decision);
    if (isFinal(syscall.state)) return CANCELLED;
    return this.#act(syscall, judged, decision, await this.#approvals.ask(approval, syscall));
  }

  async #approvalOf(syscall: Syscall, judged: Judged, decision: Decision): Promise<Approval> {
    const { log, clock } = this.#options;
    const { tool, args, request } = judged;
    const { agentId } = syscall.options;
    invariant(agentId !== null, "only agents are asked about");
    const preview = await tool.preview(args, callerOf(syscall.options, this.#options.identity));
    const now = clock.wall();
    return {
      id: log.ids.nextApproval(),
      agentId,
      syscallId: syscall.id,
      tool: tool.specification.name,
      arguments: args,
      effects: request.effects,
      risk: decision.risk,
      by: decision.by,
      reason: decision.reason,
      preview,
      taint: request.marks.taint,
      runGrantText: runGrantText(request, decision),
      ruleOffers: ruleOffers(request, decision),
      requestedAt: now,
      expiresAt: now + APPROVAL_MS,
    };
  }

  /** Does what the answer says. */
  async #act(
    syscall: Syscall,
    judged: Judged,
    decision: Decision,
    { answer, by }: Decided,
  ): Promise<Admission> {
    if (answer.type === "deny") return { verdict: "deny", reason: denialText(answer.reason, by) };
    if (answer.type !== "edit") return this.#pass(syscall, judged, decision, "person", "no");
    const edited = await this.#judge(syscall.options, answer.arguments);
    if (isFinal(syscall.state)) return CANCELLED;
    const again = decide(edited.request);
    this.#log(syscall, again);
    // The person wrote these arguments and sent them: that is the answer, unless they ask for more than was shown.
    if (again.verdict === "ask" && again.by === decision.by && !isRiskier(again, decision)) {
      return this.#pass(syscall, edited, again, "person", "by-person");
    }
    if (again.verdict === "allow") return this.#pass(syscall, edited, again, "engine", "by-person");
    return this.#follow(syscall, edited, again);
  }

  #pass(
    syscall: Syscall,
    { tool, args, request }: Judged,
    decision: Decision,
    by: "engine" | "person",
    edited: "no" | "by-person",
  ): Admission {
    // A ticket of a call that has ended would be kept for ever.
    if (isFinal(syscall.state)) return CANCELLED;
    this.#tickets.give(syscall.id, { tool, args, effects: request.effects, decision, by, edited });
    const effects = request.effects.some((effect) => effect.type !== "read") ? "some" : "none";
    return { verdict: "allow", tool, args, effects };
  }

  /** Throws why an answer cannot be followed: nothing has happened yet, and the request stays open. */
  #check(approval: Approval, answer: ApprovalAnswer): void {
    if (answer.type === "edit") this.#options.tool(approval.tool)?.parse(answer.arguments);
    if (answer.type === "rule") this.#options.book.checkRule(answer, "person");
  }

  /** Keeps the wider part of an answer: a grant for the run, or a rule. */
  #keep(approval: Approval, { answer, by }: Decided): void {
    const { book } = this.#options;
    if (answer.type === "run") {
      book.addGrant(approval.agentId, approval.tool, approval.runGrantText ?? "");
      // What was allowed for the run covers the requests of the same tool that already wait.
      for (const { id } of this.#approvals.alike(approval)) this.#approvals.answer(id, { type: "once" }, by);
    }
    const offer = answer.type === "rule" ? approval.ruleOffers[answer.index] : undefined;
    if (answer.type === "rule" && offer) {
      book.addRule({ ...offer.draft, expiresAt: answer.expiresAt }, "person");
    }
  }
}

const CANCELLED = { verdict: "deny", reason: "it was cancelled" } as const;

import { assertNever, invariant, KernelError, toErrorData } from "../../shared/errors.ts";
import type { CancelCause } from "../../shared/events.ts";
import type { AgentId, SyscallId } from "../../shared/ids.ts";
import { QUEUE_NAMES, type QueueName } from "../../shared/syscall.ts";
import type { Gate, Redeemed } from "./access/gate.ts";
import type { OpenRequest } from "./agents/process.ts";
import type { CoreRegistry } from "./cores/core-registry.ts";
import { loggedCall } from "./cores/logged-call.ts";
import type { EventLog } from "./events/event-log.ts";
import type { Clock } from "./ports.ts";
import type { CorePool } from "./scheduler/core-pool.ts";
import type { Dispatcher } from "./scheduler/dispatcher.ts";
import type { Scheduler } from "./scheduler/scheduler.ts";
import { isFinal, Syscall, type SyscallOptions, type SyscallOutcome } from "./syscall.ts";
import type { AdmittedCall } from "./tools/tool-executor.ts";
import { toolMember } from "./tools/tool-member.ts";

/** One queue with all that serves it. */
export interface QueueParts {
  readonly scheduler: Scheduler;
  readonly pool: CorePool;
  readonly dispatcher: Dispatcher;
}

export interface SyscallPathOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly cores: CoreRegistry;
  readonly queues: Readonly<Record<QueueName, QueueParts>>;
}

const NO_EFFECT = {
  verdict: "allow",
  by: "no-effect",
  risk: "none",
  effects: [],
  reason: "a model call",
} as const;

/**
 * The one path: created, gated, queued, run, logged. No module is reached another way, by anyone. Owns every
 * syscall that has not ended.
 */
export class SyscallPath {
  readonly #options: SyscallPathOptions;
  readonly #live = new Map<SyscallId, Syscall>();
  readonly #ofAgent = new Map<AgentId, Set<Syscall>>();
  readonly #admitted = new Map<SyscallId, AdmittedCall>();
  readonly #deadlines = new Map<SyscallId, () => void>();
  #intake: "open" | "closed" = "open";

  constructor(options: SyscallPathOptions) {
    this.#options = options;
  }

  /**
   * Starts a syscall. Resolves when it has ended and its end is on disk (C1); never rejects. `created` is told its id
   * before this returns.
   */
  submit(options: SyscallOptions, created: (id: SyscallId) => void = () => {}): Promise<SyscallOutcome> {
    const { log } = this.#options;
    // The agent goes on from its last committed event at the next start.
    if (this.#intake === "closed") return new Promise(() => {});
    return new Promise((settle) => {
      const syscall = this.#create(log.ids.nextSyscall(), options, settle);
      const { agentId, call, parent, priority, deadline, tokenBudget, caller } = options;
      const { id: syscallId } = syscall;
      log.append({
        type: "syscall.created",
        agentId,
        syscallId,
        call: loggedCall(call),
        parent,
        priority,
        deadline,
        tokenBudget,
        ...(caller ? { caller } : {}),
      });
      if (call.kind === "llm") this.#queueModelCall(syscall);
      else void this.#passGate(syscall, () => this.#options.gate.admit(syscall));
      created(syscallId);
    });
  }

  /** After a restart: goes on with a call that was with a person, under its old id, asking nothing twice. */
  reopen(options: SyscallOptions, { syscallId, approval, decided }: OpenRequest): Promise<SyscallOutcome> {
    return new Promise((settle) => {
      const syscall = this.#create(syscallId, options, settle);
      void this.#passGate(syscall, () => this.#options.gate.readmit(syscall, approval, decided));
    });
  }

  /** Ends a call now, in whatever state it is. Throws `not-found`. */
  cancel(id: SyscallId, cause: CancelCause, reason: string): void {
    const syscall = this.#live.get(id);
    if (!syscall) throw new KernelError("not-found", `${id} is not under way: it has ended or never was`);
    this.#cancel(syscall, { state: "cancelled", cause, reason });
  }

  cancelAgent(agentId: AgentId, cause: CancelCause, reason: string): void {
    for (const syscall of [...(this.#ofAgent.get(agentId) ?? [])]) {
      this.#cancel(syscall, { state: "cancelled", cause, reason });
    }
  }

  /** Holds back the waiting calls of an agent; one on a core that can be preempted leaves its slot. */
  hold(agentId: AgentId): void {
    for (const name of QUEUE_NAMES) this.#options.queues[name].scheduler.hold(agentId);
  }

  release(agentId: AgentId): void {
    for (const name of QUEUE_NAMES) {
      const { scheduler, dispatcher } = this.#options.queues[name];
      for (const lane of scheduler.release(agentId)) dispatcher.pump(lane);
    }
  }

  reprioritise(agentId: AgentId, priority: number): void {
    for (const syscall of this.#ofAgent.get(agentId) ?? []) {
      syscall.priority = priority;
      const { scheduler, dispatcher } = this.#options.queues[syscall.options.call.kind];
      scheduler.reprioritise(syscall.id, priority);
      dispatcher.pumpAll();
    }
  }

  /** A model lost or gained a core: start what can start, fail what nobody can serve. */
  modelChanged(model: string): void {
    const { queues, cores } = this.#options;
    if (cores.has(model)) {
      queues.llm.dispatcher.pump(model);
      return;
    }
    for (const { id } of queues.llm.scheduler.entriesOf(model)) {
      const syscall = this.#live.get(id);
      const error = {
        code: "model-not-found",
        message: `The last core that served ${model} was removed`,
      } as const;
      if (syscall) this.#cancel(syscall, { state: "failed", error });
    }
  }

  /** What the gate let through. */
  admitted(syscall: Syscall): AdmittedCall {
    const call = this.#admitted.get(syscall.id);
    invariant(call, `${syscall.id} has passed the gate`);
    return call;
  }

  /** Looks once more at a call that is about to run. Throws `approval-void`. */
  redeem(syscall: Syscall): Promise<Redeemed> {
    return this.#options.gate.redeem(syscall);
  }

  /** Takes no more calls: for a kernel that stops. Those under way go on. */
  closeIntake(): void {
    this.#intake = "closed";
  }

  /** Calls on a slot that change something outside, and whose outcome would be unknown if they were broken off. */
  runningEffects(): number {
    let count = 0;
    for (const { id, state } of this.#live.values()) {
      if (state === "running" && this.#admitted.get(id)?.effects === "some") count += 1;
    }
    return count;
  }

  /** Breaks off whatever runs, telling nobody: for a kernel that stops. */
  abortAll(): void {
    for (const syscall of this.#live.values()) syscall.abort.abort();
    for (const stopTimer of this.#deadlines.values()) stopTimer();
  }

  liveCount(): number {
    return this.#live.size;
  }

  /** Ends a call for its caller: the event first, the result after its commit. Does nothing for one that has ended. */
  finish(syscall: Syscall, outcome: SyscallOutcome): void {
    if (isFinal(syscall.state)) return;
    const { log, clock } = this.#options;
    const { id: syscallId, options } = syscall;
    const { agentId } = options;
    const now = clock.mono();
    syscall.to(outcome.state, now);
    const times = syscall.times(now);
    switch (outcome.state) {
      case "done":
        log.append({ type: "syscall.done", agentId, syscallId, result: outcome.result, times });
        break;
      case "failed":
        log.append({ type: "syscall.failed", agentId, syscallId, error: outcome.error, times });
        break;
      case "cancelled": {
        const { cause, reason } = outcome;
        log.append({ type: "syscall.cancelled", agentId, syscallId, cause, reason, times });
        break;
      }
      case "denied":
        log.append({ type: "syscall.denied", agentId, syscallId, reason: outcome.reason, times });
        break;
      default:
        assertNever(outcome);
    }
    this.#forget(syscall);
    log.committed(() => syscall.settle(outcome));
  }

  #create(id: SyscallId, options: SyscallOptions, settle: (outcome: SyscallOutcome) => void): Syscall {
    const { clock } = this.#options;
    const syscall = new Syscall(id, options, clock.mono(), settle);
    this.#live.set(id, syscall);
    const { agentId, deadline } = options;
    if (agentId !== null) {
      const calls = this.#ofAgent.get(agentId);
      if (calls) calls.add(syscall);
      else this.#ofAgent.set(agentId, new Set([syscall]));
    }
    if (deadline !== null) {
      const error = { code: "deadline-exceeded", message: `${id} did not end by its deadline` } as const;
      const delay = Math.max(1, deadline - clock.wall());
      this.#deadlines.set(
        id,
        clock.after(delay, () => this.#cancel(syscall, { state: "failed", error })),
      );
    }
    return syscall;
  }

  #queueModelCall(syscall: Syscall): void {
    const { log, clock, cores, queues, gate } = this.#options;
    const { agentId, call } = syscall.options;
    invariant(call.kind === "llm", "a model call");
    try {
      const lane = cores.resolve(call.model);
      const refused = gate.refuseModel(agentId, [lane]);
      if (refused) {
        syscall.to("gated", clock.mono());
        log.append({ type: "syscall.gated", agentId, syscallId: syscall.id, decision: refused });
        this.finish(syscall, { state: "denied", reason: refused.reason });
        return;
      }
      syscall.to("gated", clock.mono());
      log.append({ type: "syscall.gated", agentId, syscallId: syscall.id, decision: NO_EFFECT });
      queues.llm.dispatcher.enqueue(syscall, lane, "new");
    } catch (thrown) {
      this.finish(syscall, { state: "failed", error: toErrorData(thrown) });
    }
  }

  async #passGate(syscall: Syscall, pass: () => ReturnType<Gate["admit"]>): Promise<void> {
    const { queues } = this.#options;
    const { call } = syscall.options;
    invariant(call.kind !== "llm", "a tool call");
    try {
      const admission = await pass();
      if (isFinal(syscall.state)) return;
      syscall.detach = null;
      if (admission.verdict === "deny") {
        this.finish(syscall, { state: "denied", reason: admission.reason });
        return;
      }
      const { tool, args, effects } = admission;
      this.#admitted.set(syscall.id, { tool, args, effects });
      const { pool, dispatcher } = queues[tool.kind];
      pool.place(toolMember(tool));
      dispatcher.enqueue(syscall, call.tool, "new");
    } catch (thrown) {
      this.finish(syscall, { state: "failed", error: toErrorData(thrown) });
    }
  }

  #cancel(syscall: Syscall, outcome: SyscallOutcome): void {
    if (isFinal(syscall.state)) return;
    const { detach } = syscall;
    syscall.detach = null;
    // An open request is withdrawn while its call is still there to be seen.
    detach?.();
    // The caller is told at once; a module that still runs keeps its slot until it has really stopped.
    const wasRunning = syscall.state === "running";
    this.finish(syscall, outcome);
    if (wasRunning) syscall.abort.abort();
  }

  #forget(syscall: Syscall): void {
    const { id, options } = syscall;
    this.#live.delete(id);
    this.#admitted.delete(id);
    this.#options.gate.forget(syscall);
    this.#deadlines.get(id)?.();
    this.#deadlines.delete(id);
    const calls = options.agentId === null ? undefined : this.#ofAgent.get(options.agentId);
    calls?.delete(syscall);
    if (calls?.size === 0 && options.agentId !== null) this.#ofAgent.delete(options.agentId);
  }
}

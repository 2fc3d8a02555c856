import { invariant, KernelError, toErrorData } from "../../../shared/errors.ts";
import type { CoreId } from "../../../shared/ids.ts";
import type { Placement, QueueName, QueueReason, SuspendReason } from "../../../shared/syscall.ts";
import type { EventLog } from "../events/event-log.ts";
import { STARTS_PER_TURN } from "../limits.ts";
import type { Clock } from "../ports.ts";
import { isFinal, type Syscall, type SyscallOutcome } from "../syscall.ts";
import type { CorePool } from "./core-pool.ts";
import type { PolicyEntry } from "./policy.ts";
import type { Scheduler } from "./scheduler.ts";

/** How a turn on a slot ended. */
export type TurnEnd =
  | { readonly type: "ended"; readonly outcome: SyscallOutcome }
  /** Off the slot; queued again at once, or at monotonic `at` if given. */
  | {
      readonly type: "suspended";
      readonly reason: SuspendReason;
      readonly requeue: QueueReason;
      readonly at: number | null;
    };

/** The executor's side of a turn. */
export interface Turn {
  readonly coreId: CoreId;
  /** Output tokens of this turn, counted by the executor. */
  tokens: number;
  /** Asked by cores that can be preempted, after each token. */
  preemption(): SuspendReason | null;
  /** Frees the slot while `wait` lasts, then queues; resolves on a slot again. */
  leaveSlot<T>(reason: SuspendReason, wait: Promise<T>): Promise<T>;
}

/** Does a call's work on a slot. Must not throw: a failure is an outcome. */
export type Execute = (syscall: Syscall, turn: Turn) => Promise<TurnEnd>;

export interface DispatcherOptions {
  readonly queue: QueueName;
  readonly scheduler: Scheduler;
  readonly pool: CorePool;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly execute: Execute;
  readonly sliceTokens: () => number;
  /** Ends the syscall for its caller. */
  readonly finish: (syscall: Syscall, outcome: SyscallOutcome) => void;
}

interface Ticket {
  readonly syscall: Syscall;
  readonly lane: string;
  readonly entry: PolicyEntry;
  /** Set for a call that waits for a slot in mid-work. */
  readonly goOn: PromiseWithResolvers<Placement> | null;
}

/** Executes: puts the calls that the scheduler picks on free slots, and takes them off again. One for each queue. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #waiting = new Map<string, Ticket>();
  readonly #wakeUps = new Map<string, () => void>();
  /** When each lane last started a call, counted in starts. There are as many lanes as tools or models. */
  readonly #lastTurn = new Map<string, number>();
  #turns = 0;
  /** Calls started in this turn of the event loop. */
  #starts = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Puts a call into its queue and starts what can start. Ends it with `queue-full` if there is no room. */
  enqueue(syscall: Syscall, lane: string, reason: QueueReason): void {
    this.#join(syscall, lane, reason, null);
  }

  /** Starts whatever can start in a lane. Call it when slots or calls have become free. */
  pump(lane: string): void {
    let next = this.#startNext(lane);
    while (next === "started") next = this.#startNext(lane);
  }

  #startNext(lane: string): "started" | "nothing" {
    const { scheduler, pool, clock } = this.#options;
    if (scheduler.waiting(lane) === 0) return "nothing";
    const now = clock.mono();
    const member = pool.free(lane, now);
    if (member === null || !this.#mayStart()) return "nothing";
    const decision = scheduler.pick(lane, now);
    const ticket = decision && this.#waiting.get(decision.winner);
    if (!decision || !ticket) return "nothing";
    this.#waiting.delete(decision.winner);
    this.#turns += 1;
    this.#lastTurn.set(lane, this.#turns);
    this.#start(ticket, member, decision);
    return "started";
  }

  /** Keeps a flood of short calls from holding the event loop: past a number of starts the rest come next turn. */
  #mayStart(): boolean {
    if (this.#starts === 0) {
      this.#options.clock.soon(() => {
        const held = this.#starts > STARTS_PER_TURN;
        this.#starts = 0;
        if (held) this.pumpAll();
      });
    }
    this.#starts += 1;
    return this.#starts <= STARTS_PER_TURN;
  }

  /** As `pump`, for all lanes: one call each, beginning with the lane that has waited longest for its turn. */
  pumpAll(): void {
    const turnOf = (lane: string): number => this.#lastTurn.get(lane) ?? 0;
    let lanes = [...this.#options.scheduler.lanes()].sort((a, b) => turnOf(a) - turnOf(b));
    while (lanes.length > 0) lanes = lanes.filter((lane) => this.#startNext(lane) === "started");
  }

  /** Where all lanes share one limit, a slot that is free in one lane may be taken by another. */
  #pumpAfter(lane: string): void {
    if (this.#options.pool.sharing === "one-limit") this.pumpAll();
    else this.pump(lane);
  }

  /** Keeps a core from starting calls until monotonic `until`, then goes on. */
  block(coreId: CoreId, lane: string, until: number): void {
    this.#options.pool.block(coreId, until);
    this.#wakeUps.get(coreId)?.();
    this.#wakeWhenUnblocked(coreId, lane);
  }

  /** Takes a waiting call out. */
  withdraw(syscall: Syscall): void {
    this.#options.scheduler.remove(syscall.id);
    this.#waiting.get(syscall.id)?.goOn?.reject(new Error("cancelled while waiting for a slot"));
    this.#waiting.delete(syscall.id);
  }

  /** Timers may ring a little early, and blocks may grow: it sleeps again until the block is really over. */
  #wakeWhenUnblocked(coreId: CoreId, lane: string): void {
    const { pool, clock } = this.#options;
    const left = pool.blockedUntil(coreId) - clock.mono();
    if (left > 0) {
      const wakeUp = clock.after(Math.max(1, left), () => this.#wakeWhenUnblocked(coreId, lane));
      this.#wakeUps.set(coreId, wakeUp);
      return;
    }
    this.#wakeUps.delete(coreId);
    this.pump(lane);
  }

  #join(syscall: Syscall, lane: string, reason: QueueReason, goOn: Ticket["goOn"]): void {
    const { scheduler, pool, clock, log, queue, finish } = this.#options;
    const { agentId, caller } = syscall.options;
    const entry: PolicyEntry = {
      id: syscall.id,
      // The kernel's own work takes its turn beside that of programs.
      agent: agentId ?? (caller?.type === "kernel" ? "kernel" : "program"),
      priority: syscall.priority,
      queuedAt: clock.mono(),
    };
    try {
      if (!pool.hasLane(lane)) throw new KernelError("model-not-found", `Nothing serves ${lane} any more`);
      scheduler.submit(lane, entry);
    } catch (thrown) {
      goOn?.reject(thrown);
      finish(syscall, { state: "failed", error: toErrorData(thrown) });
      return;
    }
    syscall.to("queued", entry.queuedAt);
    log.append({ type: "syscall.queued", agentId, syscallId: syscall.id, queue, reason });
    this.#waiting.set(syscall.id, { syscall, lane, entry, goOn });
    syscall.detach = () => this.withdraw(syscall);
    this.pump(lane);
  }

  #start(ticket: Ticket, member: CoreId, decision: NonNullable<ReturnType<Scheduler["pick"]>>): void {
    const { pool, log, clock } = this.#options;
    const { syscall } = ticket;
    const { agentId } = syscall.options;
    const placement = pool.occupy(member, syscall.id);
    const waitedMs = syscall.to("running", clock.mono());
    syscall.detach = null;
    log.append({ type: "syscall.running", agentId, syscallId: syscall.id, placement, decision, waitedMs });
    if (ticket.goOn) ticket.goOn.resolve(placement);
    else void this.#run(ticket, placement);
  }

  async #run(ticket: Ticket, first: Placement): Promise<void> {
    const { execute, finish, scheduler, sliceTokens, clock } = this.#options;
    const { syscall, lane } = ticket;
    let placement = first;
    const turn: Turn = {
      coreId: first.coreId,
      tokens: 0,
      preemption: () => {
        const running = { ...ticket.entry, priority: syscall.priority, tokens: turn.tokens };
        return scheduler.preempt(lane, running, sliceTokens());
      },
      leaveSlot: async (reason, wait) => {
        this.#suspend(syscall, placement, reason, 0);
        this.#pumpAfter(lane);
        const [waited] = await Promise.allSettled([this.#whileWaiting(syscall, wait)]);
        invariant(!isFinal(syscall.state), `${syscall.id} still wants a slot`);
        const slot = Promise.withResolvers<Placement>();
        this.#join(syscall, lane, "wait-over", slot);
        placement = await slot.promise;
        if (waited.status === "rejected") throw waited.reason;
        return waited.value;
      },
    };
    const end = await execute(syscall, turn);
    scheduler.charge(lane, ticket.entry, turn.tokens);
    if (end.type === "ended" || isFinal(syscall.state)) {
      this.#options.pool.release(placement, syscall.id);
      if (end.type === "ended") finish(syscall, end.outcome);
    } else {
      this.#suspend(syscall, placement, end.reason, turn.tokens);
      if (end.at === null) this.enqueue(syscall, lane, end.requeue);
      else {
        const delay = Math.max(1, end.at - clock.mono());
        syscall.detach = clock.after(delay, () => this.enqueue(syscall, lane, end.requeue));
      }
    }
    this.#pumpAfter(lane);
  }

  #suspend(syscall: Syscall, placement: Placement, reason: SuspendReason, tokens: number): void {
    const { pool, log, clock } = this.#options;
    const servedMs = syscall.to("suspended", clock.mono());
    pool.release(placement, syscall.id);
    const { agentId } = syscall.options;
    log.append({ type: "syscall.suspended", agentId, syscallId: syscall.id, reason, servedMs, tokens });
  }

  /** Rejects as soon as the call is cancelled, so that a wait for others cannot outlive it. */
  #whileWaiting<T>(syscall: Syscall, wait: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      syscall.detach = () => reject(new Error("cancelled while waiting"));
      wait.then(resolve, reject);
    });
  }
}

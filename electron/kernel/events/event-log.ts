import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import { EVENT_VERSION, type KernelEvent, type KernelEventBody } from "../../../shared/events.ts";
import type { AgentId, Seq } from "../../../shared/ids.ts";
import { reduce } from "../../../shared/reduce.ts";
import type { SystemState } from "../../../shared/state.ts";
import { CHECKPOINT_EVENTS, COMMIT_EVENTS, COMMIT_RETRY_MS, READ_EVENTS } from "../limits.ts";
import type { Clock, Store } from "../ports.ts";
import { encodeCheckpoint, loadCheckpoint } from "./checkpoint.ts";
import type { Feed } from "./feed.ts";
import { IdCounters } from "./id-counters.ts";
import { RecentEvents } from "./recent-events.ts";

/**
 * The append-only log: the only source of what happened. Events appended in one turn of the event loop are
 * committed together (group commit); what must wait for the disk says so with `committed`.
 * Owns the system state, which is the log reduced.
 */
export class EventLog implements Feed {
  readonly ids: IdCounters;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #state: SystemState;
  readonly #recent: RecentEvents;
  readonly #listeners = new Set<() => void>();
  #follower: (event: KernelEvent) => void = () => {};
  #onProblem: (problem: KernelErrorData) => void = () => {};
  #pending: KernelEvent[] = [];
  /** Callbacks in order of the seq they wait for. */
  #waiting: { readonly seq: number; readonly run: () => void }[] = [];
  #lastSeq: number;
  #checkpointSeq: number;
  #phase: "idle" | "scheduled" | "closing" | "closed" = "idle";
  #commit: Promise<void> | null = null;
  #problem: KernelErrorData | null = null;

  /** Loads the checkpoint and replays what came after it. Throws what the store throws. */
  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    const { state, ids } = loadCheckpoint(store.loadCheckpoint());
    this.#state = state;
    this.ids = new IdCounters(ids);
    this.#checkpointSeq = state.seq;
    for (const event of this.#readAll(state.seq, null)) {
      reduce(state, event);
      this.ids.see(event);
    }
    this.#lastSeq = state.seq;
    this.#recent = new RecentEvents(state.seq);
  }

  /** Adds an event and returns its number. It is durable when `committed` says so. */
  append(body: KernelEventBody): Seq {
    // While it closes nothing is added, or agents that go on would keep it open for ever.
    if (this.#phase === "closing" || this.#phase === "closed") return this.#lastSeq as Seq;
    this.#lastSeq += 1;
    const seq = this.#lastSeq as Seq;
    const at = this.#clock.wall();
    const mono = this.#clock.mono();
    this.#pending.push({ v: EVENT_VERSION, seq, at, mono, ...body });
    this.#schedule();
    return seq;
  }

  /** Calls `run` once everything appended so far is on disk. Callbacks run in order. */
  committed(run: () => void): void {
    // A closed log keeps no promise: what would have followed happens after the next start.
    if (this.#phase === "closing" || this.#phase === "closed") return;
    if (this.#pending.length === 0) run();
    else this.#waiting.push({ seq: this.#lastSeq, run });
  }

  /** The kernel's own reader: gets every event as it is committed, before anyone who waits for it. */
  follow(follower: (event: KernelEvent) => void): void {
    this.#follower = follower;
  }

  /** The events of one agent from the log, oldest first, those still uncommitted left out. */
  readAgent(agentId: AgentId): Iterable<KernelEvent> {
    return this.#readAll(0 as Seq, agentId);
  }

  /** The first event of an agent that is on disk; null for none. */
  firstOf(agentId: AgentId): KernelEvent | null {
    return this.#store.read({ from: 0 as Seq, limit: 1, agentId })[0] ?? null;
  }

  /** Set while the disk refuses commits: nothing is lost, and nothing is acknowledged. */
  problem(): KernelErrorData | null {
    return this.#problem;
  }

  /** Is told of each refusal of the disk. One listener, which must not throw. */
  onProblem(listener: (problem: KernelErrorData) => void): void {
    this.#onProblem = listener;
  }

  state(): SystemState {
    return this.#state;
  }

  since(from: Seq, limit: number): readonly KernelEvent[] | null {
    return this.#recent.since(from, limit);
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Commits what is pending and takes no more. Rejects when the disk refuses: then it is not on disk. */
  async close(): Promise<void> {
    this.#phase = "closing";
    // A batch that the disk refused is still pending.
    await this.#commit?.catch(() => {});
    while (this.#pending.length > 0) await this.#commitNext();
    if (this.#state.seq > this.#checkpointSeq) await this.#checkpoint();
    this.#phase = "closed";
    this.#listeners.clear();
  }

  #schedule(): void {
    if (this.#phase !== "idle" || this.#commit !== null) return;
    this.#phase = "scheduled";
    this.#clock.soon(() => this.#run());
  }

  #run(): void {
    if (this.#phase === "closing" || this.#phase === "closed") return;
    this.#phase = "idle";
    if (this.#commit !== null || this.#pending.length === 0) return;
    // A refusal is tried again until it goes through.
    this.#commitNext().catch((thrown) => {
      this.#refused(thrown);
      if (this.#phase === "closing") return;
      this.#phase = "scheduled";
      this.#clock.after(COMMIT_RETRY_MS, () => this.#run());
    });
  }

  /** Commits the first pending events. One commit at a time: the next gathers what comes meanwhile. */
  async #commitNext(): Promise<void> {
    const batch = this.#pending.slice(0, COMMIT_EVENTS);
    const written = this.#store.append(batch);
    if (written) {
      this.#commit = written;
      try {
        await written;
      } finally {
        this.#commit = null;
      }
    }
    this.#problem = null;
    this.#pending = this.#pending.slice(batch.length);
    // A store that works beside us goes on with the next events while we deal with these.
    if (written) this.#schedule();
    this.#take(batch);
    if (this.#pending.length > 0) this.#schedule();
    else if (this.#state.seq - this.#checkpointSeq >= CHECKPOINT_EVENTS) void this.#checkpoint();
  }

  #take(batch: readonly KernelEvent[]): void {
    for (const event of batch) {
      reduce(this.#state, event);
      this.#follower(event);
    }
    this.#recent.push(batch);
    this.#release();
    for (const listener of this.#listeners) listener();
  }

  #release(): void {
    let count = 0;
    while (count < this.#waiting.length && (this.#waiting[count]?.seq ?? Infinity) <= this.#state.seq)
      count += 1;
    const ready = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    for (const { run } of ready) run();
  }

  /** A checkpoint that cannot be saved costs a longer replay and nothing else. */
  async #checkpoint(): Promise<void> {
    const { seq } = this.#state;
    this.#checkpointSeq = seq;
    try {
      await this.#store.saveCheckpoint(seq, encodeCheckpoint(this.#state, this.ids.values()));
    } catch (thrown) {
      this.#refused(thrown);
    }
  }

  #refused(thrown: unknown): void {
    this.#problem = { ...toErrorData(thrown), code: "storage-failed" };
    this.#onProblem(this.#problem);
  }

  *#readAll(from: Seq, agentId: AgentId | null): Iterable<KernelEvent> {
    let at = from;
    while (true) {
      const page = this.#store.read({ from: at, limit: READ_EVENTS, agentId });
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < READ_EVENTS) return;
      at = last.seq;
    }
  }
}

import { KernelError, toErrorData } from "../../shared/errors.ts";
import type { JobEnd, JobId, JobKind, JobView } from "../../shared/jobs.ts";
import type { Progress } from "../../shared/syscall.ts";
import type { EventLog } from "./events/event-log.ts";
import { JOB_PROGRESS_MS, JOBS_RUNNING, PROGRESS_CHARACTERS, STOP_GRACE_MS } from "./limits.ts";
import type { Clock, JobRun } from "./ports.ts";

interface Running {
  readonly kind: JobKind;
  readonly abort: AbortController;
  readonly settled: Promise<void>;
}

/** Long work of the program itself. It is in the log from its start to its end, and none outlives the kernel. */
export class Jobs {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #running = new Map<JobId, Running>();
  #intake: "open" | "closed" = "open";

  constructor(log: EventLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Ends those that a killed kernel left open. */
  recover(): void {
    for (const { id, end } of this.#log.state().jobs.values()) {
      if (end !== null || this.#running.has(id)) continue;
      const error = { code: "outcome-unknown", message: "The program was ended while this went on" } as const;
      this.#end(id, { status: "failed", error: { ...error, hint: "Start it again" } });
    }
  }

  /**
   * Starts work that resolves to a text for the person. Throws `limit-reached` when too much is under way, and
   * `cancelled` when the kernel stops.
   */
  start(kind: JobKind, title: string, work: (run: JobRun) => Promise<string>): JobId {
    if (this.#intake === "closed") throw new KernelError("cancelled", "The program is ending");
    if (this.#running.size >= JOBS_RUNNING) {
      throw new KernelError("limit-reached", `${JOBS_RUNNING} downloads and installations are under way`, {
        hint: "Wait for one to end, or cancel one",
      });
    }
    const id = this.#log.ids.nextJob();
    const job: JobView = { id, kind, title, startedAt: this.#clock.wall(), progress: null, end: null };
    this.#log.append({ type: "job.started", job });
    const abort = new AbortController();
    this.#running.set(id, { kind, abort, settled: this.#run(id, abort.signal, work) });
    return id;
  }

  isUnderWay(kind: JobKind): boolean {
    return [...this.#running.values()].some((each) => each.kind === kind);
  }

  /** The work ends when it has let go of what it holds. Throws `not-found` for one that is not under way. */
  cancel(id: JobId): void {
    this.#need(id).abort.abort();
  }

  /** Takes one that has ended off the list. Throws `not-found`, and `conflict` while it goes on. */
  dismiss(id: JobId): void {
    if (this.#running.has(id)) {
      throw new KernelError("conflict", `The work ${id} is still under way`, { hint: "Cancel it first" });
    }
    if (!this.#log.state().jobs.has(id)) throw notThere(id);
    this.#log.append({ type: "job.dismissed", jobId: id });
  }

  /** Breaks all off; resolves when each has ended, or has had its time to. Nothing new is taken. Never rejects. */
  async stop(): Promise<void> {
    this.#intake = "closed";
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort();
    const late = Promise.withResolvers<void>();
    const stopTimer = this.#clock.after(STOP_GRACE_MS, late.resolve);
    await Promise.race([late.promise, Promise.all(running.map(({ settled }) => settled))]);
    stopTimer();
  }

  async #run(id: JobId, signal: AbortSignal, work: (run: JobRun) => Promise<string>): Promise<void> {
    const shown = new ShownProgress(this.#clock, (progress) =>
      this.#log.append({ type: "job.progressed", jobId: id, progress }),
    );
    const end = await outcome(work, { signal, progress: (progress) => shown.say(progress) });
    shown.flush();
    this.#running.delete(id);
    this.#end(id, end);
  }

  #end(jobId: JobId, end: JobEnd): void {
    this.#log.append({ type: "job.ended", jobId, end });
  }

  #need(id: JobId): Running {
    const running = this.#running.get(id);
    if (!running) throw notThere(id);
    return running;
  }
}

const notThere = (id: JobId): KernelError =>
  new KernelError("not-found", `There is no work ${id} under way`, { hint: "It may have ended" });

async function outcome(work: (run: JobRun) => Promise<string>, run: JobRun): Promise<JobEnd> {
  try {
    // A turn later, so that a start is logged, and an id given, before anything comes of it.
    await Promise.resolve();
    if (run.signal.aborted) return { status: "cancelled" };
    return { status: "done", text: await work(run) };
  } catch (thrown) {
    const error = toErrorData(thrown);
    return run.signal.aborted || error.code === "cancelled"
      ? { status: "cancelled" }
      : { status: "failed", error };
  }
}

/** Lets the first word of each JOB_PROGRESS_MS through at once, and the last one after it. */
class ShownProgress {
  readonly #clock: Clock;
  readonly #show: (progress: Progress) => void;
  #next: Progress | null = null;
  #stopTimer: (() => void) | null = null;

  constructor(clock: Clock, show: (progress: Progress) => void) {
    this.#clock = clock;
    this.#show = show;
  }

  say(progress: Progress): void {
    this.#next = { ...progress, message: progress.message.slice(0, PROGRESS_CHARACTERS).toWellFormed() };
    if (this.#stopTimer === null) this.#tell();
  }

  flush(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    if (this.#next !== null) this.#show(this.#next);
    this.#next = null;
  }

  #tell(): void {
    if (this.#next === null) return;
    this.#show(this.#next);
    this.#next = null;
    this.#stopTimer = this.#clock.after(JOB_PROGRESS_MS, () => {
      this.#stopTimer = null;
      this.#tell();
    });
  }
}

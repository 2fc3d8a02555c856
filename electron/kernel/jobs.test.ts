import { describe, expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import type { EventOf, EventType } from "../../shared/events.ts";
import { seq } from "../../shared/ids.ts";
import { jobId } from "../../shared/jobs.ts";
import { EventLog } from "./events/event-log.ts";
import { Jobs } from "./jobs.ts";
import { JOB_PROGRESS_MS, JOBS_RUNNING } from "./limits.ts";
import type { JobRun } from "./ports.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";
import { MemoryEventStore } from "./testing/memory-event-store.ts";

function setUp(store = new MemoryEventStore()) {
  const clock = new ManualClock();
  const log = new EventLog(store, clock);
  const jobs = new Jobs(log, clock);
  const events = <T extends EventType>(type: T): EventOf<T>[] =>
    store
      .read({ from: seq(0), limit: 10_000, agentId: null })
      .filter((event): event is EventOf<T> => event.type === type);
  return { store, clock, log, jobs, events };
}

/** Work that goes on until it is cancelled or told to end. */
function openWork() {
  const end = Promise.withResolvers<string>();
  let run: JobRun | null = null;
  const work = (given: JobRun): Promise<string> => {
    run = given;
    given.signal.addEventListener("abort", () => end.reject(new KernelError("cancelled", "cancelled")));
    return end.promise;
  };
  return { work, end, progress: (done: number) => run?.progress({ done, total: 10, message: "bytes" }) };
}

describe("a job", () => {
  test("is in the log with its start, its progress and its end", async () => {
    const { jobs, log, events, clock } = setUp();
    const { work, end, progress } = openWork();
    const id = jobs.start("model-download", "Get tiny.gguf", work);
    await settle();
    progress(3);
    await settle();
    expect(log.state().jobs.get(id)).toEqual({
      id: "j1",
      kind: "model-download",
      title: "Get tiny.gguf",
      startedAt: clock.wall(),
      progress: { done: 3, total: 10, message: "bytes" },
      end: null,
    });
    end.resolve("/models/tiny.gguf");
    await settle();
    expect(events("job.ended")).toMatchObject([
      { jobId: id, end: { status: "done", text: "/models/tiny.gguf" } },
    ]);
  });

  test("tells of its progress four times a second at most, and of the last word always", async () => {
    const { jobs, events, clock } = setUp();
    const { work, end, progress } = openWork();
    jobs.start("model-download", "Get it", work);
    await settle();
    for (let done = 0; done < 100; done += 1) {
      progress(done);
      clock.advance(JOB_PROGRESS_MS / 10);
    }
    progress(100);
    end.resolve("");
    await settle();
    const told = events("job.progressed").map((event) => event.progress.done);
    expect(told.length).toBeLessThanOrEqual(12);
    expect([told[0], told.at(-1)]).toEqual([0, 100]);
    expect(clock.timers).toBe(0);
  });

  test("that fails says why, whatever it threw", async () => {
    const { jobs, events } = setUp();
    jobs.start("add-on", "Get it", () => Promise.reject(new KernelError("storage-failed", "no room")));
    await settle();
    jobs.start("add-on", "Get it", () => {
      throw new TypeError("a bug");
    });
    await settle();
    expect(events("job.ended").map(({ end }) => end)).toMatchObject([
      { status: "failed", error: { code: "storage-failed", message: "no room" } },
      { status: "failed", error: { code: "internal" } },
    ]);
  });

  test("is cancelled, and then there no more to be cancelled", async () => {
    const { jobs, events } = setUp();
    const id = jobs.start("add-on", "Get it", openWork().work);
    await settle();
    jobs.cancel(id);
    await settle();
    expect(events("job.ended")).toMatchObject([{ end: { status: "cancelled" } }]);
    expect(() => jobs.cancel(id)).toThrow("no work j1");
  });

  test("is taken off the list when it has ended, and not before", async () => {
    const { jobs, log } = setUp();
    const id = jobs.start("add-on", "Get it", openWork().work);
    await settle();
    expect(() => jobs.dismiss(id)).toThrow("still under way");
    jobs.cancel(id);
    await settle();
    jobs.dismiss(id);
    await settle();
    expect(log.state().jobs.size).toBe(0);
    expect(() => jobs.dismiss(jobId(9))).toThrow("no work j9");
  });
});

test("there are only so many at once", async () => {
  const { jobs } = setUp();
  for (let n = 0; n < JOBS_RUNNING; n += 1) jobs.start("add-on", "Get it", openWork().work);
  expect(() => jobs.start("add-on", "Get it", openWork().work)).toThrow("are under way");
  await jobs.stop();
});

test("none outlives the kernel, nor is one begun while it stops", async () => {
  const { jobs, log, events } = setUp();
  jobs.start("add-on", "Get it", openWork().work);
  jobs.start("model-download", "Get it", openWork().work);
  await jobs.stop();
  await log.close();
  expect(events("job.ended").map(({ end }) => end.status)).toEqual(["cancelled", "cancelled"]);
  expect(() => jobs.start("add-on", "Get it", openWork().work)).toThrow("ending");
});

test("one that does not end when it is told to holds up nobody, and its end is unknown at the next start", async () => {
  const { jobs, log, store, clock } = setUp();
  const id = jobs.start("add-on", "Get it", () => new Promise(() => {}));
  await settle();
  let stopped: "no" | "yes" = "no";
  void jobs.stop().then(() => {
    stopped = "yes";
  });
  await clock.until(() => stopped === "yes", 100);
  await log.close();
  expect(clock.timers).toBe(0);
  const next = setUp(store);
  next.jobs.recover();
  await settle();
  expect(next.log.state().jobs.get(id)?.end).toMatchObject({ status: "failed" });
});

test("one that a killed kernel left open is ended at the next start, and its number not given again", async () => {
  const first = setUp();
  const id = first.jobs.start("model-download", "Get it", openWork().work);
  await settle();
  const second = setUp(first.store);
  second.jobs.recover();
  expect(second.jobs.start("add-on", "Get it", openWork().work)).toBe("j2");
  await settle();
  expect(second.log.state().jobs.get(id)?.end).toMatchObject({
    status: "failed",
    error: { code: "outcome-unknown" },
  });
});

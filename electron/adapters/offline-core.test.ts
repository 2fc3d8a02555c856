import fc from "fast-check";
import { expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import type { Message, ToolSpecification } from "../../shared/messages.ts";
import type { Clock, CompletionOutcome, CompletionRun, ResumeState } from "../kernel/ports.ts";
import { createOfflineCore } from "./offline-core.ts";

/** A clock moved by hand: timers run when `advance` reaches them. */
class ManualClock implements Clock {
  #now = 0;
  #timers: { readonly at: number; readonly run: () => void }[] = [];
  wall = (): number => this.#now;
  mono = (): number => this.#now;
  soon = (run: () => void): void => queueMicrotask(run);

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  get waiting(): number {
    return this.#timers.length;
  }

  /** Moves time on, running what falls due, with a turn for promises after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#now = due.at;
      due.run();
    }
    this.#now = end;
  }
}

/** A clock whose timers are due at once. */
const eagerClock: Clock = {
  wall: () => 0,
  mono: () => 0,
  soon: (run) => queueMicrotask(run),
  after: (_, run) => {
    queueMicrotask(run);
    return () => {};
  },
};

const tools: readonly ToolSpecification[] = [{ name: "calculate", description: "", parameters: {} }];
const asking = (content: string): readonly Message[] => [{ role: "user", content }];
const request = (content: string, resume: ResumeState | null = null) => ({
  messages: asking(content),
  tools,
  maxOutputTokens: null,
  resume,
});

function recorder(shouldYield: () => boolean = () => false, signal = new AbortController().signal) {
  const sent: string[] = [];
  const restarts: string[] = [];
  const run: CompletionRun = {
    signal,
    output: (text) => sent.push(text),
    restart: (reason) => restarts.push(reason),
    shouldYield,
  };
  return { run, sent, restarts };
}

const finished = (outcome: CompletionOutcome) => {
  if (outcome.type !== "finished") throw new Error("expected an end");
  return outcome;
};

const core = (clock: Clock, speed = 60) => createOfflineCore({ clock, tokensPerSecond: () => speed });

test("it says what it is", () => {
  const { info } = core(eagerClock);
  expect(info).toMatchObject({
    id: "offline",
    kind: "offline",
    source: "built-in",
    model: "offline-planner",
    baseUrl: null,
  });
  expect(info.title).toContain("not a language model");
  expect(info.capabilities).toMatchObject({
    slots: 2,
    contextTokens: 8_192,
    preemption: "kv",
    tools: "native",
    price: null,
  });
  expect(
    createOfflineCore({ clock: eagerClock, tokensPerSecond: () => 1, slots: 5 }).info.capabilities.slots,
  ).toBe(5);
});

test("a step is a sentence and tool calls; what was streamed is the message", async () => {
  const { run, sent } = recorder();
  const outcome = finished(await core(eagerClock).complete(request("what is 23 * 19 plus 7?"), run));
  expect(outcome.finishReason).toBe("tool-calls");
  expect(outcome.message.content).toBe("I will work out 23 * 19 + 7 with the calculator.");
  expect(outcome.message.toolCalls).toEqual([
    { id: "call_0_0", name: "calculate", arguments: { expression: "23 * 19 + 7" } },
  ]);
  expect(sent.join("")).toBe(outcome.message.content);
  expect(outcome.usage.source).toBe("estimated");
});

test("an answer outside the range is an ordinary one", async () => {
  const outcome = finished(await core(eagerClock).complete(request("tell me a joke"), recorder().run));
  expect(outcome.finishReason).toBe("stop");
  expect(outcome.message.content).toContain("offline core");
});

test("yielded anywhere and resumed, an answer has the same bytes", async () => {
  const whole = recorder();
  const expected = finished(await core(eagerClock).complete(request("tell me a joke"), whole.run));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 50_000 }),
      async (slices, speed) => {
        const one = core(eagerClock, speed);
        const left = [...slices];
        const sent: string[] = [];
        let resume: ResumeState | null = null;
        for (;;) {
          const slice = left.shift() ?? Number.POSITIVE_INFINITY;
          let tokens = 0;
          const { run } = recorder(() => tokens >= slice);
          const outcome: CompletionOutcome = await one.complete(request("tell me a joke", resume), {
            ...run,
            output: (text) => {
              tokens += 1;
              sent.push(text);
            },
          });
          expect(tokens).toBeLessThanOrEqual(slice);
          if (outcome.type === "finished") {
            expect(outcome).toEqual(expected);
            break;
          }
          expect(outcome.resume.partial).toBe(sent.join(""));
          resume = outcome.resume;
        }
        expect(sent).toEqual(whole.sent);
      },
    ),
    { numRuns: 60 },
  );
});

test("a text of another plan starts from the beginning, and what was streamed is void", async () => {
  const { run, sent, restarts } = recorder();
  const outcome = await core(eagerClock).complete(
    request("what is 1+1", { partial: "x", state: { sent: 3 } }),
    run,
  );
  expect(finished(outcome).message.content).toBe("I will work out 1 + 1 with the calculator.");
  expect(sent.join("")).toBe("I will work out 1 + 1 with the calculator.");
  expect(restarts).toEqual(["the plan has changed: it begins again"]);
});

test("after a restart it goes on from the text that was streamed", async () => {
  const whole = "I will work out 1 + 1 with the calculator.";
  const { run, sent, restarts } = recorder();
  const first = recorder(() => first.sent.length === 3);
  const yielded = await core(eagerClock).complete(request("what is 1+1"), first.run);
  if (yielded.type !== "yielded") throw new Error("it did not yield");
  const resume = { ...yielded.resume, state: null };
  const outcome = await core(eagerClock).complete(request("what is 1+1", resume), run);
  expect(finished(outcome).message.content).toBe(whole);
  expect(resume.partial + sent.join("")).toBe(whole);
  expect(restarts).toEqual([]);
});

test("it streams at the set speed, and a change of speed counts at once", async () => {
  const clock = new ManualClock();
  let speed = 10;
  const slow = createOfflineCore({ clock, tokensPerSecond: () => speed });
  const { run, sent } = recorder();
  const done = slow.complete(request("tell me a joke"), run);
  await clock.advance(1_000);
  expect(sent).toHaveLength(10);
  speed = 1_000;
  await clock.advance(1_000);
  const outcome = finished(await done);
  expect(sent.join("")).toBe(outcome.message.content);
  expect(clock.waiting).toBe(0);
});

test("at a high speed several tokens go out with one timer", async () => {
  const clock = new ManualClock();
  const { run, sent } = recorder();
  const done = core(clock, 100_000).complete(request("tell me a joke"), run);
  await clock.advance(4);
  expect(finished(await done).finishReason).toBe("stop");
  expect(sent.length).toBeGreaterThan(50);
});

test("an abort ends it while it waits, and leaves no timer", async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const { run, sent } = recorder(() => false, controller.signal);
  const done = core(clock, 10).complete(request("tell me a joke"), run);
  await clock.advance(300);
  controller.abort();
  await expect(done).rejects.toMatchObject({ data: { code: "cancelled" } });
  expect(sent).toHaveLength(3);
  expect(clock.waiting).toBe(0);
});

test("a call that is aborted already sends nothing", async () => {
  const { run, sent } = recorder(() => false, AbortSignal.abort());
  await expect(core(eagerClock).complete(request("what is 1+1"), run)).rejects.toBeInstanceOf(KernelError);
  expect(sent).toEqual([]);
});

test("a prompt beyond the window is refused by its name", async () => {
  const long = request("x".repeat(40_000));
  await expect(core(eagerClock).complete(long, recorder().run)).rejects.toMatchObject({
    data: { code: "context-too-long" },
  });
});

test("an answer longer than asked for is cut and makes no calls", async () => {
  const outcome = await core(eagerClock).complete(
    { ...request("what is 1+1"), maxOutputTokens: 3 },
    recorder().run,
  );
  expect(finished(outcome)).toMatchObject({
    finishReason: "length",
    message: { content: "I will work", toolCalls: [] },
  });
});

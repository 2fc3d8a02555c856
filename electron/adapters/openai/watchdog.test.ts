import { expect, test } from "vitest";
import { toErrorData } from "../../../shared/errors.ts";
import { createSystemClock } from "../system-clock.ts";
import { identifyAddress } from "./server-identity.ts";
import { type AnswerTimeouts, startWatchdog } from "./watchdog.ts";

const SERVER = identifyAddress("The server", "http://127.0.0.1:1/v1", "m", null);
const LONG: AnswerTimeouts = { firstByteMs: 60_000, stallMs: 60_000, afterFinishMs: 60_000, wholeMs: 60_000 };

const start = (timeouts: Partial<AnswerTimeouts>, outer: readonly AbortSignal[] = []) =>
  startWatchdog(createSystemClock(), { ...LONG, ...timeouts }, SERVER, outer);

async function endOf(watchdog: ReturnType<typeof start>): Promise<string> {
  const { signal } = watchdog;
  await new Promise((resolve) =>
    signal.aborted ? resolve(null) : signal.addEventListener("abort", resolve),
  );
  watchdog.stop();
  const { code, message } = toErrorData(signal.reason);
  return `${code}: ${message}`;
}

test("each phase has its limit", async () => {
  expect(await endOf(start({ firstByteMs: 20 }))).toContain("sent nothing for 0.02 s");
  const reading = start({ stallMs: 20 });
  reading.touch();
  expect(await endOf(reading)).toContain("in the middle of its answer for 0.02 s");
  const finishing = start({ afterFinishMs: 20 });
  finishing.touch();
  finishing.finishing();
  expect(await endOf(finishing)).toContain("kept its finished answer open");
  expect(await endOf(start({ wholeMs: 20 }))).toContain("model-timed-out");
});

test("any outer signal cancels, also one that came before", async () => {
  const controller = new AbortController();
  const watchdog = start({}, [new AbortController().signal, controller.signal]);
  controller.abort();
  expect(await endOf(watchdog)).toContain("cancelled");
  expect(await endOf(start({}, [controller.signal]))).toContain("cancelled");
});

test("once stopped it ends nothing", () => {
  const controller = new AbortController();
  const watchdog = start({}, [controller.signal]);
  watchdog.stop();
  controller.abort();
  expect(watchdog.signal.aborted).toBe(false);
});

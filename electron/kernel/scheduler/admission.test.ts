import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ERROR_STATUS, type ErrorCode, type KernelErrorData } from "../../../shared/errors.ts";
import { coreId } from "../../../shared/ids.ts";
import {
  BACKOFF_FIRST_MS,
  BACKOFF_LONGEST_MS,
  CIRCUIT_FAILURES,
  CIRCUIT_OPEN_MS,
  RATE_LIMIT_ATTEMPTS,
  RETRY_AFTER_LONGEST_MS,
  SERVER_ATTEMPTS,
} from "../limits.ts";
import { Admission, backoffMs } from "./admission.ts";

const CORE = coreId("core");
const failure = (code: ErrorCode, extra: Partial<KernelErrorData> = {}): KernelErrorData => ({
  code,
  message: code,
  ...extra,
});
const chance = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const SERVER_FAULTS = [
  "model-server-error",
  "model-stream-dropped",
  "model-refused-connection",
  "model-timed-out",
] as const satisfies readonly ErrorCode[];

test("a pause grows twofold within its bounds, whatever the chance", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), chance, (attempt, random) => {
      const pause = backoffMs(attempt, () => random);
      const longest = Math.min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1));
      expect(pause).toBeGreaterThanOrEqual(longest / 2);
      expect(pause).toBeLessThanOrEqual(longest);
    }),
  );
});

describe("rate limits", () => {
  const limited = (extra: Partial<KernelErrorData> = {}) => failure("model-rate-limited", extra);

  test("make the core wait at least as long as the server asks", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: RATE_LIMIT_ATTEMPTS - 1 }),
        fc.integer({ min: 0, max: RETRY_AFTER_LONGEST_MS }),
        chance,
        (attempt, asked, random) => {
          const admission = new Admission(() => random);
          const verdict = admission.failed(CORE, limited({ retryAt: 1_000 + asked }), attempt, 1_000);
          expect(verdict.type).toBe("wait-for-core");
          const delay = verdict.type === "wait-for-core" ? verdict.delayMs : 0;
          expect(delay).toBeGreaterThanOrEqual(asked);
          expect(delay).toBeLessThanOrEqual(Math.max(asked, BACKOFF_LONGEST_MS));
        },
      ),
    );
  });

  test("back off when the server names no time, or one that has passed", () => {
    const admission = new Admission(() => 0.5);
    const expected = { type: "wait-for-core", delayMs: BACKOFF_FIRST_MS * 0.75 };
    expect(admission.failed(CORE, limited(), 1, 5_000)).toEqual(expected);
    expect(admission.failed(CORE, limited({ retryAt: 10 }), 1, 5_000)).toEqual(expected);
  });

  test("fail a call after so many, and at once when the server asks for too long", () => {
    const admission = new Admission(() => 0.5);
    expect(admission.failed(CORE, limited(), RATE_LIMIT_ATTEMPTS, 0)).toEqual({ type: "fail" });
    const tooLong = limited({ retryAt: RETRY_AFTER_LONGEST_MS + 1 });
    expect(admission.failed(CORE, tooLong, 1, 0)).toEqual({ type: "fail" });
  });
});

describe.each(SERVER_FAULTS)("%s", (code) => {
  test("is tried again with a pause, then fails", () => {
    const admission = new Admission(() => 0.5);
    const verdicts = Array.from({ length: SERVER_ATTEMPTS }, (_, index) =>
      admission.failed(CORE, failure(code), index + 1, 0),
    );
    expect(verdicts.map(({ type }) => type)).toEqual(["retry", "retry", "fail"]);
  });

  test("opens the circuit after so many in a row over all calls; a success closes it", () => {
    const admission = new Admission(() => 0.5);
    const fail = () => admission.failed(CORE, failure(code), 1, 0);
    for (let n = 1; n < CIRCUIT_FAILURES; n += 1) expect(fail().type).toBe("retry");
    expect(fail()).toEqual({ type: "wait-for-core", delayMs: CIRCUIT_OPEN_MS });
    expect(admission.failed(coreId("other"), failure(code), 1, 0).type).toBe("retry");
    admission.succeeded(CORE);
    expect(fail().type).toBe("retry");
  });
});

test("nothing else is tried again", () => {
  const admission = new Admission(() => 0.5);
  const retried: readonly string[] = ["model-rate-limited", ...SERVER_FAULTS];
  const others = (Object.keys(ERROR_STATUS) as ErrorCode[]).filter((code) => !retried.includes(code));
  expect(others.length).toBeGreaterThan(10);
  for (const code of others) expect(admission.failed(CORE, failure(code), 1, 0)).toEqual({ type: "fail" });
});

test("a core that is forgotten starts anew", () => {
  const admission = new Admission(() => 0.5);
  for (let n = 0; n < CIRCUIT_FAILURES; n += 1) admission.failed(CORE, failure("model-server-error"), 1, 0);
  admission.forget(CORE);
  expect(admission.failed(CORE, failure("model-server-error"), 1, 0).type).toBe("retry");
});

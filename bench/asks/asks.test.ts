import { expect, test } from "vitest";
import { NO_SANDBOX } from "../../electron/adapters/sandbox/testing/sandboxed.ts";
import { MOST_ASKED } from "./asks.ts";
import { type Day, runDay } from "./day.ts";
import { callCount, WORKS } from "./work.ts";

/** Refused today, since outside text and private data met in one context. No more may be. */
const MOST_REFUSED = 5;

// Without a sandbox every command is asked about, and that is right.
test.skipIf(NO_SANDBOX !== null)(
  "a hundred ordinary calls ask five times at most, and what is asked or refused says why",
  async () => {
    expect(callCount(WORKS)).toBe(100);
    const { calls, asked, denied, failed }: Day = await runDay(WORKS);
    expect(calls).toBe(100);
    expect(failed).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(MOST_ASKED);
    expect(denied.length).toBeLessThanOrEqual(MOST_REFUSED);
    for (const line of denied) expect(line).toContain("The person can declassify the agent");
  },
);

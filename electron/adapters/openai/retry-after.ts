/** A server that names a later moment is taken to mean a day: longer waits are mistakes of units. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * The wall time in ms before which a retry is pointless, out of an answer's headers; null where they do not say.
 * Reads retry-after-ms, Retry-After (RFC 9110, 10.2.3: seconds or a date) and the x-ratelimit-reset family, which
 * holds a time of day, seconds, or durations such as `6m0s`.
 */
export function retryAtOf(headers: Headers, now: number): number | null {
  const wait = waitOf(headers, now);
  if (wait === null || Number.isNaN(wait)) return null;
  return Math.round(now + Math.min(Math.max(wait, 0), LONGEST_WAIT_MS));
}

function waitOf(headers: Headers, now: number): number | null {
  const milliseconds = numberOf(headers.get("retry-after-ms"));
  if (milliseconds !== null) return milliseconds;
  const after = headers.get("retry-after");
  if (after !== null) {
    const seconds = numberOf(after);
    if (seconds !== null) return seconds * 1_000;
    const date = Date.parse(after);
    if (!Number.isNaN(date)) return date - now;
  }
  const resets = ["requests", "tokens"]
    .filter((unit) => numberOf(headers.get(`x-ratelimit-remaining-${unit}`)) !== null)
    .filter((unit) => numberOf(headers.get(`x-ratelimit-remaining-${unit}`)) === 0);
  // Of two limits only the exhausted one counts; where neither says so, the longer wait is the safe one.
  const names = (resets.length > 0 ? resets : ["requests", "tokens"]).map(
    (unit) => `x-ratelimit-reset-${unit}`,
  );
  const waits = ["x-ratelimit-reset", ...names]
    .map((name) => resetOf(headers.get(name), now))
    .filter((wait) => wait !== null);
  return waits.length === 0 ? null : Math.max(...waits);
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null;
}

function resetOf(text: string | null, now: number): number | null {
  if (text === null) return null;
  const number = numberOf(text);
  if (number !== null) {
    if (number > 1e12) return number - now;
    return number > 1e9 ? number * 1_000 - now : number * 1_000;
  }
  return durationOf(text);
}

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function durationOf(text: string): number | null {
  if (!/^\s*(\d+(\.\d+)?(ms|s|m|h|d))+\s*$/.test(text)) return null;
  let total = 0;
  for (const part of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    const unit = part[2];
    if (unit === "ms" || unit === "s" || unit === "m" || unit === "h" || unit === "d") {
      total += Number(part[1]) * UNIT_MS[unit];
    }
  }
  return total;
}

/** How long a rule may hold, as a person chooses it. */
export type Expiry = "never" | "hour" | "today" | "week";

export const EXPIRY_CHOICES: readonly { readonly value: Expiry; readonly label: string }[] = [
  { value: "never", label: "No end" },
  { value: "hour", label: "For 1 hour" },
  { value: "today", label: "Until the end of today" },
  { value: "week", label: "For 7 days" },
];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 7 * 24 * HOUR_MS;

/**
 * The wall time in ms at which a rule chosen at `now` ends; null for none. On a whole minute, so that the words of a
 * rule, which name minutes, are exact.
 */
export function expiresAt(expiry: Expiry, now: number): number | null {
  switch (expiry) {
    case "never":
      return null;
    case "hour":
      return wholeMinute(now + HOUR_MS);
    case "today":
      // Midnight of this machine's zone.
      return new Date(now).setHours(24, 0, 0, 0);
    case "week":
      return wholeMinute(now + WEEK_MS);
  }
}

const wholeMinute = (at: number): number => Math.ceil(at / MINUTE_MS) * MINUTE_MS;

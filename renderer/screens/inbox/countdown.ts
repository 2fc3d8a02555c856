/** Less than this is left: the countdown warns, in ms. */
const WARNING_MS = 60_000;

export interface TimeLeft {
  /** `04:32`: minutes and seconds, always of one width below 100 minutes. */
  readonly text: string;
  readonly tone: "calm" | "warning";
}

/** What is left until a wall time, in whole seconds. Never negative. */
export function timeLeft(until: number, now: number): TimeLeft {
  const ms = Math.max(0, until - now);
  const seconds = Math.floor(ms / 1_000);
  const text = `${twoDigits(Math.floor(seconds / 60))}:${twoDigits(seconds % 60)}`;
  return { text, tone: ms < WARNING_MS ? "warning" : "calm" };
}

const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** Numbers as the screens show them. English forms; every function is pure and total. */

/** A number as text, apart from its unit so that a column can set the unit back. */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

const NONE: Quantity = { value: "–", unit: "" };
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

const fixed = (value: number, digits: number): string => value.toFixed(digits);

export const quantityText = ({ value, unit }: Quantity): string => (unit === "" ? value : `${value} ${unit}`);

/** A duration in ms: `12 ms`, `3.4 s`, `2m 05s`, `1h 02m`. */
export function durationQuantity(ms: number): Quantity {
  if (!Number.isFinite(ms)) return NONE;
  const positive = Math.max(0, ms);
  if (positive < 999.5) return { value: whole.format(positive), unit: "ms" };
  if (positive < 59_950) return { value: fixed(positive / 1_000, 1), unit: "s" };
  const seconds = Math.round(positive / 1_000);
  if (seconds < 3_600) return { value: `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`, unit: "" };
  const minutes = Math.round(seconds / 60);
  return { value: `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`, unit: "" };
}

const twoDigits = (value: number): string => String(value).padStart(2, "0");

export const formatDuration = (ms: number): string => quantityText(durationQuantity(ms));

/** How long ago, coarse enough not to flicker: `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Bytes in powers of 1,024: `512 B`, `1.5 KiB`, `12 MiB`. */
export function bytesQuantity(bytes: number): Quantity {
  if (!Number.isFinite(bytes)) return NONE;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1_023.5 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  const text = unit === 0 || value >= 9.95 ? whole.format(value) : fixed(value, 1);
  return { value: text, unit: units[unit] ?? "B" };
}

export const formatBytes = (bytes: number): string => quantityText(bytesQuantity(bytes));

/** A count with thousands marks: `12,345`. */
export const formatCount = (count: number): string => (Number.isFinite(count) ? whole.format(count) : "–");

/** A count in little room: `940`, `9.4k`, `94k`, `1.2M`. Used for tokens. */
export function formatTokens(count: number): string {
  if (!Number.isFinite(count)) return "–";
  const positive = Math.max(0, count);
  if (positive < 999.5) return whole.format(positive);
  if (positive < 9_950) return `${fixed(positive / 1_000, 1)}k`;
  if (positive < 999_500) return `${whole.format(positive / 1_000)}k`;
  return `${fixed(positive / 1_000_000, positive < 9_950_000 ? 1 : 0)}M`;
}

export const tokensQuantity = (count: number): Quantity => ({ value: formatTokens(count), unit: "tok" });

/** US dollars: `$0` for nothing, four places under a cent, else two. */
export function formatCost(usd: number): string {
  if (!Number.isFinite(usd)) return "–";
  if (usd <= 0) return "$0";
  if (usd < 0.00005) return "<$0.0001";
  return usd < 0.01 ? `$${fixed(usd, 4)}` : `$${fixed(usd, 2)}`;
}

/** A share of 1: `37%`; `<1%` for a little. */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const percent = Math.max(0, share) * 100;
  return percent > 0 && percent < 0.5 ? "<1%" : `${Math.round(percent)}%`;
}

/** A rate a second: `0`, `3.4`, `58`. */
export const formatRate = (perSecond: number): string =>
  !Number.isFinite(perSecond) || perSecond <= 0
    ? "0"
    : perSecond < 9.95
      ? fixed(perSecond, 1)
      : whole.format(perSecond);

/** The time of day of a wall time in ms, in this machine's zone: `19:41:05`. */
export const formatTime = (wallMs: number): string => {
  const date = new Date(wallMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
};

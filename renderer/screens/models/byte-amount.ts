export const BYTE_UNITS = ["MiB", "GiB"] as const;
export type ByteUnit = (typeof BYTE_UNITS)[number];

/** An amount of memory as a person types it. */
export interface ByteAmount {
  readonly amount: string;
  readonly unit: ByteUnit;
}

const SIZE: Record<ByteUnit, number> = { MiB: 2 ** 20, GiB: 2 ** 30 };

/** Bytes in the unit in which they read best, to two places. */
export function amountOf(bytes: number): ByteAmount {
  const unit = bytes >= SIZE.GiB ? "GiB" : "MiB";
  return { amount: String(Math.round((100 * bytes) / SIZE[unit]) / 100), unit };
}

/** Whole bytes, or null for what is no number of nought or more. */
export function bytesOf({ amount, unit }: ByteAmount): number | null {
  const text = amount.trim().replace(",", ".");
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? Math.round(value * SIZE[unit]) : null;
}

/** How many agents' key-value state of `each` bytes fits into so many bytes; null where the size of one is not known. */
export const agentsThatFit = (bytes: number, each: number): number | null =>
  each > 0 ? Math.floor(bytes / each) : null;

/** The same in words. `null` bytes: what was typed is no amount. */
export function fitText(bytes: number | null, each: number): string {
  const count = bytes === null ? null : agentsThatFit(bytes, each);
  if (count === null) return "";
  if (count === 0) return "less than one agent with a full window";
  return count === 1
    ? "one agent with a full window"
    : `${count.toLocaleString("en")} agents with a full window`;
}

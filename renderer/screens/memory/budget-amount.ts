export const BUDGET_UNITS = ["KiB", "MiB"] as const;
export type BudgetUnit = (typeof BUDGET_UNITS)[number];

/** An amount of RAM as a person types it. */
export interface BudgetAmount {
  readonly amount: string;
  readonly unit: BudgetUnit;
}

const SIZE: Readonly<Record<BudgetUnit, number>> = { KiB: 1_024, MiB: 1_048_576 };
/** As the contract has it. */
const MOST = 1_000_000_000;

/** Bytes in the unit in which they read best, to two places. */
export function budgetAmount(bytes: number): BudgetAmount {
  const unit = bytes >= SIZE.MiB ? "MiB" : "KiB";
  return { amount: String(Math.round((100 * bytes) / SIZE[unit]) / 100), unit };
}

/** Whole bytes; null for what is no amount of nought or more, and for more than may be. */
export function budgetBytes({ amount, unit }: BudgetAmount): number | null {
  const text = amount.trim().replace(",", ".");
  const bytes = text === "" ? Number.NaN : Math.round(Number(text) * SIZE[unit]);
  return Number.isFinite(bytes) && bytes >= 0 && bytes <= MOST ? bytes : null;
}

export const AMOUNT_EXPECTED = "Expected an amount up to 950 MiB";

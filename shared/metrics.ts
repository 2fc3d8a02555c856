/** Measures of scheduling, as the field defines them. Durations are in ms. */

/** How many times longer a call took than it would have alone: turnaround over service. 1 at best. */
export const slowdown = (turnaroundMs: number, serviceMs: number): number =>
  serviceMs <= 0 ? 1 : Math.max(1, turnaroundMs / serviceMs);

/**
 * Jain's fairness index of shares of service (Jain, Chiu and Hawe, 1984): 1 when all are equal, 1/n when one has
 * everything. 1 for no shares.
 */
export function fairness(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}

/** The value below which `q` of the values lie (nearest rank). NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

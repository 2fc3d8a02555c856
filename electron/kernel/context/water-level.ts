/**
 * The highest level to which sizes can be cut so that their sum is at most `total`: small ones stay whole and the
 * largest give most. Infinity when nothing needs to be cut; never below 0.
 */
export function waterLevel(sizes: readonly number[], total: number): number {
  const ascending = sizes.toSorted((a, b) => a - b);
  let left = total;
  for (const [index, size] of ascending.entries()) {
    const share = left / (ascending.length - index);
    if (size > share) return Math.max(0, Math.floor(share));
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}

import { createHash } from "node:crypto";

/** How many tokens both rows begin with alike. */
export function commonPrefix(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}

/** A name for a row of tokens: the same for the same tokens, and practically for no others. */
export function hashTokens(tokens: ArrayLike<number>): string {
  return createHash("sha256").update(Uint32Array.from(tokens)).digest("hex").slice(0, 32);
}

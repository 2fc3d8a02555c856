import type { Continuation } from "../../../../shared/context.ts";
import { assertNever } from "../../../../shared/errors.ts";
import { formatCost, formatCount } from "../../../format.ts";

/** How an answer that was broken off went on, as one sentence. */
export function continuationText({ from, how, resentTokens, costUsd }: Continuation): string {
  const sent =
    resentTokens === 0 ? "nothing was sent again" : `${formatCount(resentTokens)} tokens were sent again`;
  const cost = costUsd === null || costUsd === 0 ? "" : ` for ${formatCost(costUsd)}`;
  return `${beginning(from, how)}, ${sent}${cost}`;
}

function beginning(from: Continuation["from"], how: Continuation["how"]): string {
  const whence = from === null ? "" : ` from ${from}`;
  switch (how) {
    case "state":
      return `Goes on${whence} with its state kept`;
    case "prefill":
      return `Goes on${whence}`;
    case "again":
      return from === null ? "Starts again" : `Starts ${from} again`;
    default:
      return assertNever(how);
  }
}

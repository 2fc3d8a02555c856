import type { CoreInfo } from "../../../shared/cores.ts";
import type { CoreId } from "../../../shared/ids.ts";
import type { SystemState } from "../../../shared/state.ts";
import { callTimes } from "../../selectors.ts";

/** A speed is measured over at least this much service, in ms: less says nothing. */
const MEASURED_MS = 500;

/** Calls that run on a core now. */
export function busySlots(coreId: CoreId, system: SystemState): number {
  let count = 0;
  for (const call of system.syscalls.values()) {
    if (call.state === "running" && call.placement?.coreId === coreId) count += 1;
  }
  return count;
}

/** Output tokens a second that one call gets on a core, over the calls that run there now; null when none does. */
export function coreSpeed(coreId: CoreId, system: SystemState, now: number): number | null {
  let tokens = 0;
  let serviceMs = 0;
  for (const call of system.syscalls.values()) {
    if (call.state !== "running" || call.placement?.coreId !== coreId) continue;
    tokens += call.outputTokens;
    serviceMs += callTimes(call, now).serviceMs;
  }
  return serviceMs < MEASURED_MS ? null : (1_000 * tokens) / serviceMs;
}

/** The price as the card shows it. */
export function priceText(core: CoreInfo): string {
  const { price } = core.capabilities;
  if (price) return `$${price.prompt.toFixed(2)} in, $${price.output.toFixed(2)} out`;
  return core.kind === "offline" ? "free" : "not known";
}

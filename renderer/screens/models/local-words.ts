import type { MeasuredSpeeds } from "../../../shared/local-models.ts";
import { formatBytes, formatRate } from "../../format.ts";

/** The last part of a path, of either kind. */
export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** Speeds as the card shows them. A null value: there was nothing to measure yet. */
export const speedRows = (
  speeds: MeasuredSpeeds,
): readonly { readonly label: string; readonly value: string | null }[] => [
  { label: "Reads", value: tokens(speeds.prefillTokensPerSecond) },
  { label: "Writes", value: tokens(speeds.outputTokensPerSecond) },
  { label: "Saves state", value: bytes(speeds.saveBytesPerSecond) },
  { label: "Restores state", value: bytes(speeds.restoreBytesPerSecond) },
];

const tokens = (perSecond: number | null): string | null =>
  perSecond === null ? null : `${formatRate(perSecond)} tokens/s`;
const bytes = (perSecond: number | null): string | null =>
  perSecond === null ? null : `${formatBytes(perSecond)}/s`;

/** Whose key-value state it is. What is there without an agent is what the agents of one kind begin with. */
export function heldText(bytes: number, agents: number): string {
  if (agents === 0) return bytes > 0 ? "beginnings that agents share" : "no agent";
  return agents === 1 ? "one agent" : `${agents} agents`;
}

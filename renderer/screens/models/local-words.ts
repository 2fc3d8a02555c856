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

export const agentsText = (count: number): string => (count === 1 ? "one agent" : `${count} agents`);

import type {
  CompactionCause,
  ContextMessage,
  EvictionCosts,
  KeptState,
  SnapshotCause,
  Summariser,
  SwitchReport,
} from "../../../../shared/context.ts";
import { formatBytes, formatCount, formatDuration } from "../../../format.ts";

export const SNAPSHOT_CAUSE_WORDS: Record<SnapshotCause, string> = {
  "slice-end": "Slice ended",
  "tool-wait": "Before its tools",
  answer: "Answer",
  person: "Taken by you",
  "crash-point": "After a restart",
  cancelled: "Call cancelled",
  "before-compaction": "Before compaction",
  "before-rewind": "Before rewind",
  ended: "Ended",
};

export const COMPACTION_CAUSE_WORDS: Record<CompactionCause, string> = {
  window: "Its window was filling up",
  refused: "The server refused it as too long",
  person: "You asked",
};

export const SHAPE_WORDS: Record<Exclude<ContextMessage["shape"], "whole">, string> = {
  "result-removed": "Result removed",
  cut: "Cut",
  summary: "Summary",
};

const WHERE_WORDS: Record<KeptState["where"], string> = { ram: "in RAM", disk: "on disk" };

/** What a core keeps of a context: `in RAM, 1,203 tokens, 4.1 MiB`. */
export const keptText = ({ where, tokens, bytes }: KeptState): string =>
  `${WHERE_WORDS[where]}, ${formatCount(tokens)} tokens, ${formatBytes(bytes)}`;

/** Who shortened, but for a model, which is named by its syscall. */
export const SUMMARISER_WORDS: Record<Exclude<Summariser["type"], "model">, string> = {
  extraction: "by extraction",
  none: "without a summary",
};

export const SWITCH_WORDS: Record<SwitchReport["from"], string> = {
  "in-place": "Its state was still in place",
  ram: "Copied from RAM",
  disk: "Loaded from disk",
  prefix: "Shared beginning taken over",
  prompt: "Prompt read from its beginning",
};

/** A change in a count, with its sign: `+120`, `−40`, `0`. */
export const signedCount = (value: number): string =>
  value === 0 ? "0" : `${value > 0 ? "+" : "−"}${formatCount(Math.abs(value))}`;

/** What each choice would have cost: `keep 120 ms, save 40 ms, drop 900 ms`. */
export const costsText = ({ keepMs, saveMs, dropMs }: EvictionCosts): string =>
  `keep ${formatDuration(keepMs)}, save ${formatDuration(saveMs)}, drop ${formatDuration(dropMs)}`;

import type {
  FileAuthor,
  FileChange,
  FileHit,
  FileIndexStatus,
  FileRow,
  FileVersion,
} from "../../../shared/files.ts";
import type { SearchedBy } from "../../../shared/memory.ts";
import { formatCount, formatDuration } from "../../format.ts";
import { formatWhen } from "../access/when.ts";

/** Who wrote something, for a narrow column. */
export function authorText(author: FileAuthor): string {
  switch (author.type) {
    case "agent":
      return `${author.name} (${author.agentId})`;
    case "person":
      return "You";
    case "outside":
      return "Another program";
  }
}

/** The same where there is little room. */
export const shortAuthorText = (author: FileAuthor): string =>
  author.type === "outside" ? "Outside" : authorText(author);

/** What a version did to its file. */
export function changeText(change: FileChange): string {
  switch (change.type) {
    case "created":
      return "created";
    case "written":
      return "written";
    case "moved":
      return `moved here from ${change.from}`;
    case "moved-away":
      return `moved to ${change.to}`;
    case "deleted":
      return "deleted";
    case "rolled-back":
      return `rolled back to ${change.to}`;
    case "restored":
      return `restored from ${change.from}`;
  }
}

/** Why a hit was found: the parts of its score. */
export function matchText({ words, meaning }: FileHit["match"]): string {
  const parts = [
    ...(words ? [`its words (place ${words.rank})`] : []),
    ...(meaning ? [`its meaning (place ${meaning.rank}, distance ${meaning.distance.toFixed(2)})`] : []),
  ];
  return parts.length === 0 ? "Found by its name" : `Found by ${parts.join(" and ")}`;
}

export const searchedText = (by: SearchedBy): string =>
  by.type === "words-and-meaning"
    ? `Searched by words and by meaning (${by.model})`
    : `Searched by words only: ${by.reason}`;

/** How far the index is; null where nothing needs to be said. */
export function indexText({ phase, done, total, files, skipped }: FileIndexStatus): string {
  if (phase === "indexing") return `Reading ${formatCount(done)} of ${formatCount(total)} files`;
  const left = skipped === 0 ? "" : `, ${formatCount(skipped)} skipped`;
  return `${formatCount(files)} ${files === 1 ? "file" : "files"} indexed${left}`;
}

/** When something was done, for a column: the time of day for today, else the day. */
export const changedText = (row: Pick<FileRow, "modifiedAt" | "type">): string =>
  row.modifiedAt > 0 ? formatWhen(row.modifiedAt) : "–";

/** The time left of a share, in whole units that do not flicker: `6 d 23 h`, `2h 05m`, `1m 30s`. */
export function timeLeftText(until: number, now: number): string {
  const seconds = Math.floor(Math.max(0, until - now) / 1_000);
  if (seconds === 0) return "expired";
  const hours = Math.floor(seconds / 3_600);
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return formatDuration(1_000 * Math.max(seconds, 1));
}

/** One line about the newest version, said to the ear as the row's description. */
export const versionText = (version: FileVersion): string =>
  `${changeText(version.change)} by ${authorText(version.author)}`;

import type { JobKind, JobView } from "../../../shared/jobs.ts";
import { formatBytes, formatDuration } from "../../format.ts";

/** Whether a job's progress counts bytes. The installer counts steps, or nothing. */
export const inBytes = (kind: JobKind): boolean => kind !== "add-on";

/** What is done of a whole that nobody knows. */
export const countText = ({ kind, progress }: JobView): string =>
  progress !== null && inBytes(kind) ? formatBytes(progress.done) : "";

/** What goes on now: bytes, rate and time left, or the work's own words. */
export function progressText(job: JobView, perSecond: number | null): string {
  const { progress, kind } = job;
  if (progress === null) return "starting";
  if (!inBytes(kind)) return progress.message;
  const { done, total, message } = progress;
  const parts = total === null ? [] : [`${formatBytes(done)} of ${formatBytes(total)}`];
  if (perSecond !== null) {
    parts.push(perSecond > 0 ? `${formatBytes(perSecond)}/s` : "nothing comes now");
    if (total !== null && perSecond > 0)
      parts.push(`${formatDuration((1_000 * (total - done)) / perSecond)} left`);
  }
  if (message !== "") parts.push(message);
  return parts.join(" · ");
}

/** What a job that was cancelled leaves. */
export const CANCELLED_WORDS: Record<JobKind, string> = {
  "add-on": "Cancelled. Nothing was installed.",
  "model-download": "Cancelled. What came is kept: the next attempt for this address goes on there.",
};

/** How a job came to its end: where the file is, or the work's own words. */
export const doneText = (job: JobView, text: string): string =>
  job.kind === "model-download" ? `It is here: ${text}` : text === "" ? "Done." : text;

/** The button on a job that did not come to its end; null where there is nothing to do again. */
export function againWords({ kind, end }: JobView): "Go on" | "Try again" | null {
  if (end === null || end.status === "done") return null;
  return end.status === "cancelled" && kind === "model-download" ? "Go on" : "Try again";
}

export const ended = (job: JobView): boolean => job.end !== null;
export const runs = (job: JobView): boolean => job.end === null;

/** Running ones first, and of each the newest first. */
export const inOrder = (jobs: Iterable<JobView>): readonly JobView[] =>
  [...jobs].sort((a, b) => Number(ended(a)) - Number(ended(b)) || b.startedAt - a.startedAt);

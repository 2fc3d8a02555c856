import type { MethodInput } from "../../../shared/contract.ts";
import type { JobId, JobView } from "../../../shared/jobs.ts";

export type DownloadInput = MethodInput<"models.download">;

/** More than there are jobs on the screen. */
const KEPT = 64;
const asked = new Map<JobId, DownloadInput>();

/** Remembers what this page asked for, so that a download that broke off can go on with a press. */
export function rememberDownload(id: JobId, input: DownloadInput): void {
  asked.delete(id);
  asked.set(id, input);
  for (const oldest of asked.keys()) {
    if (asked.size <= KEPT) return;
    asked.delete(oldest);
  }
}

/** null where it was asked for by another page, or before this one was loaded. */
export const downloadOf = (job: Pick<JobView, "id">): DownloadInput | null => asked.get(job.id) ?? null;

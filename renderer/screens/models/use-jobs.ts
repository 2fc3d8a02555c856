import { useCallback, useEffect, useState } from "react";
import type { JobId, JobView } from "../../../shared/jobs.ts";
import { useNow } from "../../now.ts";
import { goTo, useRequest } from "../../store.tsx";
import { type DownloadInput, downloadOf, rememberDownload } from "./asked-downloads.ts";
import { type RateSample, rateOf, withSample } from "./transfer-rate.ts";

/** Progress a second of a running job, measured here; null until there is enough to measure. */
export function useJobRate(job: JobView): number | null {
  const now = useNow();
  const [samples, setSamples] = useState<readonly RateSample[]>([]);
  const done = job.end === null ? (job.progress?.done ?? null) : null;
  useEffect(() => {
    if (done !== null) setSamples((before) => withSample(before, { at: Date.now(), done }));
  }, [done]);
  return rateOf(samples, now);
}

export interface JobActions {
  /** The job, or null when it could not be started: the reason is then shown. */
  download(input: DownloadInput): Promise<JobId | null>;
  install(): Promise<JobId | null>;
  cancel(id: JobId): void;
  dismiss(id: JobId): void;
  /** Does again what did not come to its end, and takes the old one off the list. null: nothing was started. */
  again(job: JobView): Promise<JobId | null>;
}

/** What a person can do with long work. Failures are shown; nothing here rejects. */
export function useJobActions(): JobActions {
  const request = useRequest();
  const download = useCallback(
    async (input: DownloadInput): Promise<JobId | null> => {
      const started = await request("models.download", input);
      if (started) rememberDownload(started.jobId, input);
      return started?.jobId ?? null;
    },
    [request],
  );
  const install = useCallback(async () => (await request("addon.install", {}))?.jobId ?? null, [request]);
  const dismiss = useCallback((jobId: JobId) => void request("jobs.dismiss", { jobId }), [request]);
  const cancel = useCallback((jobId: JobId) => void request("jobs.cancel", { jobId }), [request]);
  const again = useCallback(
    async (job: JobView): Promise<JobId | null> => {
      const input = downloadOf(job);
      if (job.kind === "model-download" && input === null) {
        goTo({ screen: "models", shown: { type: "add-file", way: "address" } });
        return null;
      }
      const started = input === null ? await install() : await download(input);
      if (started !== null) dismiss(job.id);
      return started;
    },
    [download, install, dismiss],
  );
  return { download, install, cancel, dismiss, again };
}

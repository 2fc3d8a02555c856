import { Play, RotateCw, X } from "lucide-react";
import type { JobId, JobView } from "../../../shared/jobs.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button, IconButton } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { ProgressBar } from "../../components/ProgressBar.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { goTo, useSystem } from "../../store.tsx";
import styles from "./JobRow.module.css";
import { againWords, CANCELLED_WORDS, countText, doneText, progressText } from "./job-words.ts";
import { useJobActions, useJobRate } from "./use-jobs.ts";

export interface JobRowProps {
  readonly job: JobView;
  /** Called with the job that takes this one's place when the person has it done again. */
  readonly onAgain?: (next: JobId) => void;
}

/** One piece of long work: how far it is, or how it ended and what can be done then. */
export function JobRow({ job, onAgain }: JobRowProps) {
  const { cancel, dismiss, again } = useJobActions();
  const retry = againWords(job);
  const doAgain = async (): Promise<void> => {
    const next = await again(job);
    if (next !== null) onAgain?.(next);
  };
  return (
    <div className={styles.job}>
      <div className={styles.head}>
        <JobMark job={job} />
        <span className={styles.title}>{job.title}</span>
        {job.end === null && (
          <Button size="small" aria-label={`Cancel: ${job.title}`} onClick={() => cancel(job.id)}>
            Cancel
          </Button>
        )}
        {job.end?.status === "done" && job.kind === "model-download" && (
          <AddIt file={job.end.text} title={job.title} />
        )}
        {retry !== null && (
          <Button
            size="small"
            icon={retry === "Go on" ? Play : RotateCw}
            aria-label={`${retry}: ${job.title}`}
            onClick={() => void doAgain()}
          >
            {retry}
          </Button>
        )}
        {job.end !== null && (
          <IconButton
            size="small"
            icon={X}
            label={`Take off the list: ${job.title}`}
            onClick={() => dismiss(job.id)}
          />
        )}
      </div>
      <JobState job={job} />
    </div>
  );
}

function AddIt({ file, title }: { readonly file: string; readonly title: string }) {
  const added = useSystem((system) => [...system.cores.values()].some((core) => core.local?.file === file));
  if (added) return <Badge>Added</Badge>;
  return (
    <Button
      size="small"
      variant="primary"
      aria-label={`Add it: ${title}`}
      onClick={() => goTo({ screen: "models", shown: { type: "file", file } })}
    >
      Add it
    </Button>
  );
}

function JobMark({ job }: { readonly job: JobView }) {
  switch (job.end?.status) {
    case undefined:
      return <StateMark state="running" show="shape" word="Under way" />;
    case "done":
      return <StateMark state="done" show="shape" />;
    case "failed":
      return <StateMark state="failed" show="shape" />;
    case "cancelled":
      return <StateMark state="cancelled" show="shape" />;
  }
}

function JobState({ job }: { readonly job: JobView }) {
  switch (job.end?.status) {
    case undefined:
      return <JobProgress job={job} />;
    case "done":
      return <p className={styles.text}>{doneText(job, job.end.text)}</p>;
    case "failed":
      return <ErrorNote error={job.end.error} className={styles.error} />;
    case "cancelled":
      return <p className={styles.text}>{CANCELLED_WORDS[job.kind]}</p>;
  }
}

function JobProgress({ job }: { readonly job: JobView }) {
  const rate = useJobRate(job);
  return (
    <div className={styles.progress}>
      <ProgressBar
        label={`Progress: ${job.title}`}
        done={job.progress?.done ?? 0}
        total={job.progress?.total ?? null}
        count={countText(job)}
        message={progressText(job, rate)}
      />
    </div>
  );
}

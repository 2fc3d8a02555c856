import { useSystem } from "../../store.tsx";
import { JobRow } from "./JobRow.tsx";
import styles from "./JobsPanel.module.css";
import { inOrder } from "./job-words.ts";

/** Downloads and installs that run or have ended, until they are taken off. Nothing where there are none. */
export function JobsPanel() {
  const jobs = useSystem((system) => inOrder(system.jobs.values()));
  if (jobs.length === 0) return null;
  return (
    <section className={styles.panel} aria-labelledby="model-jobs">
      <h2 id="model-jobs" className={styles.title}>
        Downloads and installs
      </h2>
      <ul className={styles.jobs}>
        {jobs.map((job) => (
          <li key={job.id}>
            <JobRow job={job} />
          </li>
        ))}
      </ul>
    </section>
  );
}

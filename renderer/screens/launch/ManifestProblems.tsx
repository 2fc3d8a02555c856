import type { ManifestProblem } from "../../../shared/manifest.ts";
import styles from "./ManifestProblems.module.css";

/** Agents that could not be loaded, each with what is wrong in its file. */
export function ManifestProblems({ problems }: { readonly problems: readonly ManifestProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <section className={styles.problems} aria-label="Agents that could not be loaded">
      <h3>
        {problems.length === 1
          ? "1 file could not be loaded"
          : `${problems.length} files could not be loaded`}
      </h3>
      <ul>
        {problems.map((problem) => (
          <li key={`${problem.file} ${problem.message}`}>
            <code>{problem.file}</code>: {problem.message}
          </li>
        ))}
      </ul>
    </section>
  );
}

import { Eye } from "lucide-react";
import type { RuleDraft } from "../../../shared/access.ts";
import { ErrorNote } from "../../components/Feedback.tsx";
import { formatCount } from "../../format.ts";
import { useLoaded } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./RulePreview.module.css";
import { useSettled } from "./use-settled.ts";

/** How long a draft must stand still before the kernel is asked about it, in ms. */
const SETTLED_MS = 200;

/** Which of the latest calls a rule would have been about. Keeps its height while the answer is under way. */
export function RulePreview({ draft }: { readonly draft: RuleDraft }) {
  const settled = useSettled(draft, SETTLED_MS);
  const { loaded } = useLoaded("rules.preview", { draft: settled });
  return (
    <section className={styles.preview} aria-label="What it matches" aria-live="polite">
      {loaded.status === "failed" ? (
        <ErrorNote error={loaded.error} />
      ) : loaded.status === "loading" ? (
        <p className={styles.head}>
          <Eye size={13} aria-hidden /> Looking at recent calls…
        </p>
      ) : (
        <Matches {...loaded.output} />
      )}
    </section>
  );
}

function Matches({ matches, looked }: { readonly matches: readonly string[]; readonly looked: number }) {
  return (
    <>
      <p className={styles.head}>
        <Eye size={13} aria-hidden /> {headText(matches.length, looked)}
      </p>
      {matches.length > 0 && (
        <ul className={styles.matches}>
          {matches.map((match) => (
            <li key={match}>
              <code>
                <VisibleText text={match} />
              </code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function headText(matches: number, looked: number): string {
  if (looked === 0) return "There are no recent calls to compare it with.";
  const of = looked === 1 ? "the one recent call" : `the last ${formatCount(looked)} calls`;
  if (matches === 0) return `Matches none of ${of}.`;
  return `Of ${of} it would have matched:`;
}

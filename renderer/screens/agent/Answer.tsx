import type { TranscriptItem } from "../../../shared/agent-detail.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./Answer.module.css";
import { useFold } from "./folds.tsx";

type EndingItem = Extract<TranscriptItem, { readonly kind: "ending" }>;

/** The ending of the agent, when that is the last that happened. */
export function endingOf(items: readonly TranscriptItem[]): EndingItem | null {
  const last = items.at(-1);
  return last?.kind === "ending" ? last : null;
}

/** Lines and characters of the answer shown before it folds. */
const FOLDED_LINES = 4;
const FOLDED_CHARACTERS = 480;

/** How the agent ended, where it is seen first. */
export function Answer({ ending }: { readonly ending: EndingItem }) {
  return (
    <section className={styles.answer} aria-label="Answer">
      <div className={styles.mark}>
        <StateMark state={ending.status} word={ending.answer === null ? undefined : "Answer"} />
      </div>
      <div className={styles.text}>
        {ending.answer !== null && <AnswerText key={ending.seq} text={ending.answer} />}
        {ending.error && <ErrorNote error={ending.error} />}
        {ending.answer === null && !ending.error && <p className="soft">Ended without an answer.</p>}
      </div>
    </section>
  );
}

function AnswerText({ text }: { readonly text: string }) {
  const [fold, toggle] = useFold("answer", "folded");
  const start = text.split("\n", FOLDED_LINES).join("\n").slice(0, FOLDED_CHARACTERS);
  const isLong = start.length < text.length;
  return (
    <p>
      <VisibleText text={isLong && fold === "folded" ? `${start}…` : text} />
      {isLong && (
        <Button size="small" variant="quiet" aria-expanded={fold === "open"} onClick={toggle}>
          {fold === "open" ? "Fold" : "Show all"}
        </Button>
      )}
    </p>
  );
}

import { Button } from "../../components/Button.tsx";
import { formatCount } from "../../format.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./FoldedText.module.css";
import { useFold } from "./folds.tsx";

/** Lines and characters of a folded text. */
const FOLDED_LINES = 12;
const FOLDED_CHARACTERS = 1_600;

/** The start of a text as it stands folded: the text itself when it is short. */
export function foldedStart(text: string): string {
  const lines = text.split("\n", FOLDED_LINES + 1);
  const start = lines.length > FOLDED_LINES ? lines.slice(0, FOLDED_LINES).join("\n") : text;
  return start.slice(0, FOLDED_CHARACTERS);
}

export interface FoldedTextProps {
  /** Names the fold among others of the same list. */
  readonly name: string;
  readonly text: string;
  readonly font?: "text" | "mono";
}

/** A text that shows its start, and all of it on demand. */
export function FoldedText({ name, text, font = "text" }: FoldedTextProps) {
  const [fold, toggle] = useFold(name, "folded");
  const start = foldedStart(text);
  const rest = text.length - start.length;
  return (
    <div className={font === "mono" ? styles.mono : styles.text}>
      <VisibleText text={fold === "open" ? text : start} />
      {rest > 0 && (
        <div>
          <Button size="small" variant="quiet" aria-expanded={fold === "open"} onClick={toggle}>
            {fold === "open" ? "Fold" : `Show the other ${formatCount(rest)} characters`}
          </Button>
        </div>
      )}
    </div>
  );
}

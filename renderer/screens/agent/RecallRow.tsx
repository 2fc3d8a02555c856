import type { TranscriptItem } from "../../../shared/agent-detail.ts";
import { Button } from "../../components/Button.tsx";
import { useFold } from "./folds.tsx";
import { RecalledItems } from "./RecalledItems.tsx";
import { itemsWords } from "./recall-words.ts";
import { Line } from "./TranscriptLine.tsx";
import styles from "./TranscriptRow.module.css";

interface RecallRowProps {
  readonly item: Extract<TranscriptItem, { readonly kind: "recall" }>;
  readonly name: string;
}

/** What memory had about a turn, in one line that opens. */
export function RecallRow({ item: { at, recall }, name }: RecallRowProps) {
  const [fold, toggle] = useFold(`${name} recall`, "folded");
  return (
    <Line at={at} who="" tone="note">
      <Button
        size="small"
        variant="quiet"
        className={styles.fold}
        aria-expanded={fold === "open"}
        onClick={toggle}
      >
        Memory: {itemsWords(recall.items.length)} recalled
      </Button>
      {fold === "open" && <RecalledItems recall={recall} />}
    </Line>
  );
}

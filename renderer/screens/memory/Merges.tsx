import { Undo2 } from "lucide-react";
import type { MemoryItemDetail } from "../../../shared/memory.ts";
import { Button } from "../../components/Button.tsx";
import { formatPercent } from "../../format.ts";
import { formatWhen } from "../access/when.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "../tools/Part.tsx";
import styles from "./ItemPane.module.css";
import { useMemoryActions } from "./use-memory-actions.ts";

export interface MergesProps {
  readonly detail: MemoryItemDetail;
  readonly reload: () => void;
}

/** Near-duplicates that were taken into an item, each with the way to make two of them again. */
export function Merges({ detail: { item, merges }, reload }: MergesProps) {
  const { undoMerge } = useMemoryActions();
  return (
    <Part title="Merged into it" note="What says nearly the same is kept once">
      <ol className={styles.list}>
        {merges.map((merge) => (
          <li key={merge.id} className={styles.merge}>
            <div className={styles.mergeHead}>
              <span>
                {formatWhen(merge.at)}, {formatPercent(merge.similarity)} alike
              </span>
              <Button
                size="small"
                icon={Undo2}
                aria-label={`Undo the merge of ${formatWhen(merge.at)}`}
                onClick={() => void undoMerge(item, merge).then(reload)}
              >
                Undo
              </Button>
            </div>
            <dl className={styles.two}>
              <dt>Before</dt>
              <dd>
                <VisibleText text={merge.before} />
              </dd>
              <dt>Added</dt>
              <dd>
                <VisibleText text={merge.added} />
              </dd>
            </dl>
          </li>
        ))}
      </ol>
    </Part>
  );
}

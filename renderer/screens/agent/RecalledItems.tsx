import type { Recall } from "../../../shared/memory.ts";
import { Badge } from "../../components/Badge.tsx";
import { formatCount } from "../../format.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./RecalledItems.module.css";
import { itemsWords, ownerWords, searchedWords, whyFigures, whyWords } from "./recall-words.ts";

/** The items of one recall, whose they are, what they take and why they were found; then the budget. */
export function RecalledItems({ recall }: { readonly recall: Recall }) {
  const { items, tokens, budgetTokens, left, searchedBy } = recall;
  return (
    <div className={styles.recall}>
      <ol className={styles.items}>
        {items.map(({ id, owner, text, origin, match, tokens: own }) => (
          <li key={id} className={styles.item}>
            <p className={styles.facts}>
              <span className="mono">{id}</span>
              <span>{ownerWords(owner)}</span>
              <span className={styles.why} title={whyFigures(match)}>
                {whyWords(match)}
              </span>
              <span className={styles.tokens}>
                {formatCount(own)} {own === 1 ? "token" : "tokens"}
              </span>
            </p>
            <VisibleText text={text} />
            {origin !== null && (
              <p className={styles.origin}>
                <Badge tone="warning">Outside text</Badge> Written after reading {origin}
              </p>
            )}
          </li>
        ))}
      </ol>
      <p className={styles.foot}>
        {formatCount(tokens)} of {formatCount(budgetTokens)} tokens used
        {left > 0 && `; ${itemsWords(left)} more matched and had no room`}. Searched{" "}
        {searchedWords(searchedBy)}.
      </p>
    </div>
  );
}

import { ArrowDownToLine, ArrowUpFromLine } from "lucide-react";
import { classes } from "../../components/classes.ts";
import { scrollable } from "../../components/scrollable.ts";
import { Figure } from "../../components/Table.tsx";
import { bytesQuantity } from "../../format.ts";
import { useSystem } from "../../store.tsx";
import styles from "./Moves.module.css";
import { ownerLabel } from "./owners.ts";
import { directionText, itemsText, movedText } from "./words.ts";

const SHOWN = 50;
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Evictions and loads as they happen, newest first. */
export function Moves() {
  const moves = useSystem((system) => system.memoryMoves.slice(-SHOWN));
  return (
    <section className={styles.moves} aria-label="Evictions and loads">
      <h2 className={styles.title}>Between RAM and disk</h2>
      {moves.length === 0 ? (
        <p className={styles.none}>
          Nothing left RAM yet. Above 80 % of a budget, what was used least lately goes.
        </p>
      ) : (
        <ol className={styles.list} {...scrollable} aria-label="Moves, newest first">
          {moves.toReversed().map((move) => (
            <li key={`${move.at} ${move.owner} ${move.direction} ${move.ids.join()}`} className={styles.row}>
              <span className={styles.time}>{time.format(move.at)}</span>
              <span className={classes(styles.direction, move.direction === "evicted" && styles.evicted)}>
                {move.direction === "evicted" ? (
                  <ArrowDownToLine size={12} aria-hidden />
                ) : (
                  <ArrowUpFromLine size={12} aria-hidden />
                )}
                {directionText(move.direction)}
              </span>
              <span className={styles.owner}>{ownerLabel(move.owner)}</span>
              <span className={styles.ids} title={movedText(move)}>
                {itemsText(move.count)}: {movedText(move)}
              </span>
              <span className={styles.bytes}>
                <Figure {...bytesQuantity(move.bytes)} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

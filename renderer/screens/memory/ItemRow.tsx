import { Globe, Pin } from "lucide-react";
import type { MemoryItemView } from "../../../shared/memory.ts";
import { classes } from "../../components/classes.ts";
import { Figure } from "../../components/Table.tsx";
import { bytesQuantity, formatCount } from "../../format.ts";
import { formatWhen } from "../access/when.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./ItemList.module.css";
import { ownerLabel } from "./owners.ts";
import { PlaceMark } from "./PlaceMark.tsx";
import { matchText } from "./words.ts";

export const rowElementId = (index: number): string => `memory-row-${index}`;

/** Characters of an item that a row draws. */
const LINE = 300;

export interface ItemRowProps {
  /** null while its page is on the way. */
  readonly view: MemoryItemView | null;
  readonly index: number;
  /** Distance from the top of the rows and height, in px. */
  readonly top: number;
  readonly height: number;
  readonly mark: "active" | "plain";
  readonly choice: "chosen" | "other";
  readonly owners: "shown" | "hidden";
  readonly onChoose: (view: MemoryItemView) => void;
}

/** One item in a line, and for a hit a second one that says why it was found. */
export function ItemRow(props: ItemRowProps) {
  const { view, index, top, height, mark, choice, owners, onChoose } = props;
  return (
    <tr
      id={rowElementId(index)}
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={choice === "chosen"}
      className={classes(styles.row, mark === "active" && styles.active)}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={() => {
        if (view) onChoose(view);
      }}
    >
      {view ? (
        <Cells view={view} owners={owners} />
      ) : (
        <td className={styles.cell}>
          <span className="unseen">Loading</span>
        </td>
      )}
    </tr>
  );
}

function Cells({
  view: { item, place, match },
  owners,
}: {
  readonly view: MemoryItemView;
  readonly owners: ItemRowProps["owners"];
}) {
  return (
    <>
      <td className={classes(styles.cell, styles.text)}>
        <span className={styles.line}>
          {item.pinned === "yes" && (
            <span className={styles.pinned} title="Pinned: it stays in RAM">
              <Pin size={12} aria-hidden />
              <span className="unseen">pinned</span>
            </span>
          )}
          {item.provenance.origin !== null && (
            <span className={styles.origin} title={`From outside: ${item.provenance.origin}`}>
              <Globe size={12} aria-hidden />
              <span className="unseen">from outside</span>
            </span>
          )}
          <span className={styles.words} title={item.text.slice(0, LINE)}>
            <VisibleText text={item.text.slice(0, LINE).replaceAll("\n", " ")} />
          </span>
          {item.tags.length > 0 && (
            <span className={styles.tags} title={item.tags.join(", ")}>
              {item.tags.map((tag) => (
                <span key={tag} className={styles.tag}>
                  {tag}
                </span>
              ))}
            </span>
          )}
        </span>
      </td>
      {owners === "shown" && (
        <td className={classes(styles.cell, styles.soft)} data-column="Owner" title={item.owner}>
          {ownerLabel(item.owner)}
        </td>
      )}
      <td className={styles.cell} data-column="Held">
        <PlaceMark place={place} />
      </td>
      <td className={classes(styles.cell, styles.number)} data-column="Size">
        <Figure {...bytesQuantity(item.bytes)} />
      </td>
      <td className={classes(styles.cell, styles.number)} data-column="Uses">
        {formatCount(item.uses)}
      </td>
      <td className={classes(styles.cell, styles.soft)} data-column="Last used">
        {item.lastUsedAt === null ? "–" : formatWhen(item.lastUsedAt)}
      </td>
      {match && (
        <td className={styles.why} title={matchText(match)}>
          {matchText(match)}
        </td>
      )}
    </>
  );
}

import type { ApprovalId } from "../../../shared/ids.ts";
import type { Approval } from "../../../shared/permission.ts";
import { argumentsLine } from "../agent/syscall-rows.ts";
import styles from "./AlikeChoice.module.css";
import { VisibleText } from "./VisibleText.tsx";

/** Requests shown under the choice; all of them are in the list beside. */
const FIRST_SHOWN = 6;
/** Longest arguments shown of each, in characters. */
const ARGUMENTS_CHARACTERS = 200;

export interface AlikeChoiceProps {
  readonly alike: readonly Approval[];
  /** The requests to be answered together, as they stood when that was chosen; null for one at a time. */
  readonly together: ReadonlySet<ApprovalId> | null;
  readonly onChange: (together: ReadonlySet<ApprovalId> | null) => void;
}

/** Offers to answer requests that are alike at once, and shows each of them before it counts. */
export function AlikeChoice({ alike, together, onChange }: AlikeChoiceProps) {
  const subjects = together ? alike.filter(({ id }) => together.has(id)) : alike;
  return (
    <div className={styles.alike}>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={together !== null}
          onChange={(event) => onChange(event.target.checked ? new Set(alike.map(({ id }) => id)) : null)}
        />
        {subjects.length} alike: answer each of them at once
      </label>
      {together && (
        <ul className={styles.list}>
          {subjects.slice(0, FIRST_SHOWN).map((approval) => (
            <li key={approval.id}>
              <span className="mono faint">{approval.syscallId}</span>{" "}
              <code>
                <VisibleText text={argumentsLine(approval.arguments, ARGUMENTS_CHARACTERS)} />
              </code>
            </li>
          ))}
          {subjects.length > FIRST_SHOWN && (
            <li className="soft">and {subjects.length - FIRST_SHOWN} more, in the list of requests</li>
          )}
        </ul>
      )}
    </div>
  );
}

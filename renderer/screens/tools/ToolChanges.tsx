import type { ToolChange } from "../../../shared/servers.ts";
import { Badge } from "../../components/Badge.tsx";
import { formatCount } from "../../format.ts";
import { DiffView } from "../inbox/DiffView.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "./Part.tsx";
import { ToolText } from "./ServerTools.tsx";
import { definitionText } from "./server-words.ts";
import styles from "./ToolChanges.module.css";

/** What is not as it was trusted, tool by tool, before and after. */
export function ToolChanges({ changes }: { readonly changes: readonly ToolChange[] }) {
  return (
    <Part title="What changed since you trusted it" note={changes.length > 0 && countText(changes.length)}>
      {changes.length === 0 ? (
        <p>
          Its tools are as you trusted them. How it is reached is not: read below what is run now, word by
          word.
        </p>
      ) : (
        <ul className={styles.changes} aria-label="Changes of tools">
          {changes.map((change) => (
            <li key={change.name}>
              <Change change={change} />
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

const countText = (count: number): string => (count === 1 ? "one tool" : `${formatCount(count)} tools`);

function Change({ change: { name, before, after } }: { readonly change: ToolChange }) {
  if (before && after) {
    return (
      <DiffView
        change={{
          type: "file-change",
          path: name,
          before: definitionText(before),
          after: definitionText(after),
          cut: "whole",
        }}
      />
    );
  }
  const tool = after ?? before;
  return (
    <div className={styles.whole}>
      <p className={styles.head}>
        <code>
          <VisibleText text={name} />
        </code>
        <Badge tone={after ? "good" : "danger"}>{after ? "New tool" : "Removed tool"}</Badge>
      </p>
      {tool && <ToolText tool={tool} />}
    </div>
  );
}

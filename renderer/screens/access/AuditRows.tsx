import { FileSearch } from "lucide-react";
import { memo } from "react";
import type { AuditRow } from "../../../shared/contract-access.ts";
import type { Effect } from "../../../shared/permission.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { classes } from "../../components/classes.ts";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { Table } from "../../components/Table.tsx";
import { formatCount, formatTime } from "../../format.ts";
import { routeHash } from "../../routes.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./AuditRows.module.css";
import { auditLine } from "./audit-text.ts";
import { type Audit, type AuditFilter, NO_FILTER } from "./use-audit.ts";

interface AuditRowsProps {
  readonly audit: Audit;
  /** Number of the row that the verifier named; null for none. */
  readonly marked: number | null;
  readonly filter: AuditFilter;
}

/** The rows as a table, and the way to older ones. */
export function AuditRows({ audit, marked, filter }: AuditRowsProps) {
  const { rows, more, work, error } = audit;
  if (error) {
    return <ErrorNote error={error} actions={<Button onClick={audit.reload}>Try again</Button>} />;
  }
  if (rows === null) return <Skeleton lines={8} />;
  if (rows.length === 0) {
    const filtered = JSON.stringify(filter) !== JSON.stringify(NO_FILTER);
    return (
      <Empty icon={FileSearch} actions={filtered ? undefined : <a href="#/overview">See what runs</a>}>
        {filtered
          ? "No row of the audit fits this filter."
          : "Nothing was decided yet. Each decision is written here before the call runs."}
      </Empty>
    );
  }
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a section with a name is what it is */}
      <div className={styles.scroll} role="region" aria-label="Audit rows" {...scrollable}>
        <Table
          label="Audit"
          columns={[
            { id: "row", label: "Row", align: "number" },
            { id: "time", label: "Time" },
            { id: "agent", label: "Agent" },
            { id: "tool", label: "Tool" },
            { id: "what", label: "Decision" },
            { id: "detail", label: "Reason and targets" },
          ]}
        >
          {rows.map((row) => (
            <Row key={row.event.seq} row={row} look={row.row === marked ? "marked" : "plain"} />
          ))}
        </Table>
      </div>
      {more === "yes" && (
        <div>
          <Button disabled={work === "loading"} onClick={audit.loadMore}>
            {work === "loading" ? "Loading…" : "Load more"}
          </Button>
        </div>
      )}
    </>
  );
}

interface RowProps {
  readonly row: AuditRow;
  readonly look: "plain" | "marked";
}

/** A row never changes: thousands of them are drawn once. */
const Row = memo(function Row({ row, look }: RowProps) {
  const { agentId, tool, what, tone, detail, effects } = auditLine(row);
  return (
    <tr id={`audit-row-${row.row}`} className={classes(look === "marked" && styles.marked)}>
      <td className={classes(styles.number, "figures")}>
        {look === "marked" && <span className="unseen">First row that is not as it was written: </span>}
        {formatCount(row.row)}
      </td>
      <td className={classes(styles.short, "figures")} title={new Date(row.event.at).toLocaleString("en-GB")}>
        {formatTime(row.event.at)}
      </td>
      <td className={classes(styles.short, "mono")}>
        {agentId === null ? (
          <span className="faint">–</span>
        ) : (
          <a href={routeHash({ screen: "agent", agentId })}>{agentId}</a>
        )}
      </td>
      <td className={classes(styles.tool, "mono")}>{tool ?? <span className="faint">–</span>}</td>
      <td className={styles.short}>
        <Badge tone={tone}>{what}</Badge>
      </td>
      <td className={styles.detail}>
        <VisibleText text={detail} />
        {effects.length > 0 && <Targets effects={effects} />}
      </td>
    </tr>
  );
});

/** Effects of one row shown; a call has few. */
const FIRST_SHOWN = 6;

const Targets = ({ effects }: { readonly effects: readonly Effect[] }) => (
  <ul className={styles.targets}>
    {effects.slice(0, FIRST_SHOWN).map(({ type, target }) => (
      <li key={`${type} ${target}`}>
        {type}{" "}
        <code>
          <VisibleText text={target} />
        </code>
      </li>
    ))}
    {effects.length > FIRST_SHOWN && <li>and {effects.length - FIRST_SHOWN} more</li>}
  </ul>
);

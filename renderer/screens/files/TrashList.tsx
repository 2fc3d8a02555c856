import { Trash2 } from "lucide-react";
import type { MethodOutput } from "../../../shared/contract.ts";
import { Button } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { NumberCell, Table } from "../../components/Table.tsx";
import { bytesQuantity, formatCount } from "../../format.ts";
import { useLiveRequest } from "../../use-live-request.ts";
import { formatWhen } from "../access/when.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { useFilesScreen } from "./files-context.tsx";
import styles from "./Lists.module.css";
import { useFileActions } from "./use-file-actions.ts";
import { VersionAuthor } from "./VersionAuthor.tsx";

type TrashRow = MethodOutput<"files.trash">["rows"][number];

const COLUMNS = [
  { id: "path", label: "File" },
  { id: "size", label: "Size", align: "number" },
  { id: "when", label: "Deleted" },
  { id: "by", label: "By" },
  { id: "restore", label: <span className="unseen">Restore</span> },
] as const;

/** What was deleted and can be brought back. */
export function TrashList() {
  const { output, error, reload } = useLiveRequest(
    "files.trash",
    {},
    (event) => event.type === "file.changed",
  );
  return (
    <section className={styles.list} aria-label="Trash" {...scrollable}>
      <header className={styles.head}>
        <h2>Trash</h2>
        <p>What was deleted, newest first, for as long as its last version is kept.</p>
      </header>
      {error && (
        <ErrorNote
          className={styles.note}
          error={error}
          actions={
            <Button size="small" onClick={reload}>
              Try again
            </Button>
          }
        />
      )}
      {!output && !error && <Skeleton lines={5} />}
      {output?.rows.length === 0 && <Empty icon={Trash2}>The trash is empty.</Empty>}
      {output && output.rows.length > 0 && (
        <div className={styles.wide}>
          <Table label="Deleted files" columns={COLUMNS}>
            {output.rows.map((row) => (
              <Row key={row.deleted.id} row={row} onRestored={reload} />
            ))}
          </Table>
          {output.more > 0 && <p className={styles.more}>{formatCount(output.more)} older ones.</p>}
        </div>
      )}
    </section>
  );
}

function Row({ row, onRestored }: { readonly row: TrashRow; readonly onRestored: () => void }) {
  const { access } = useFilesScreen();
  const { restore } = useFileActions();
  return (
    <tr>
      <td className={styles.path}>
        <VisibleText text={row.path} />
      </td>
      <NumberCell quantity={bytesQuantity(row.last.bytes)} />
      <td className={styles.when}>{formatWhen(row.deleted.at)}</td>
      <td className={styles.when}>
        <VersionAuthor version={row.deleted} />
      </td>
      <td className={styles.end}>
        <Button
          size="small"
          disabled={access === "read-only"}
          aria-label={`Restore ${row.path}`}
          onClick={() => void restore(row.path, row.last.id).then(onRestored)}
        >
          Restore
        </Button>
      </td>
    </tr>
  );
}

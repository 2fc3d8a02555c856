import type { JsonObject } from "../../../shared/messages.ts";
import { Table } from "../../components/Table.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { schemaRows } from "./json-schema.ts";
import styles from "./SchemaTable.module.css";

const COLUMNS = [
  { id: "name", label: "Name" },
  { id: "type", label: "Type" },
  { id: "need", label: "Required" },
  { id: "description", label: "Description" },
] as const;

/** The input of a tool as a table. Nothing in it hides: characters that cannot be seen stand there by name. */
export function SchemaTable({ schema }: { readonly schema: JsonObject }) {
  const rows = schemaRows(schema);
  if (rows.length === 0) return <p className="soft">It takes no arguments.</p>;
  return (
    <Table label="Input" columns={COLUMNS} className={styles.table}>
      {rows.map((row) => (
        <tr key={row.path}>
          <td>
            <code>
              <VisibleText text={row.path} />
            </code>
          </td>
          <td className={styles.type}>
            <VisibleText text={row.type} />
          </td>
          <td>{row.need === "required" ? "required" : <span className="faint">optional</span>}</td>
          <td>
            <VisibleText text={row.description} />
            {row.standard !== null && (
              <span className="soft">
                {row.description === "" ? "" : " "}
                Default <code>{row.standard}</code>
              </span>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

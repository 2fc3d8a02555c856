import { Brain } from "lucide-react";
import { Empty } from "../../components/Feedback.tsx";
import { NumberCell, Table } from "../../components/Table.tsx";
import { bytesQuantity, formatCount } from "../../format.ts";
import { useSystem } from "../../store.tsx";

const COLUMNS = [
  { id: "owner", label: "Owner" },
  { id: "items", label: "Items", align: "number" },
  { id: "bytes", label: "Bytes", align: "number" },
  { id: "ram", label: "In RAM", align: "number" },
  { id: "budget", label: "Budget", align: "number" },
] as const;

/** Who holds which memories. */
export function MemoryScreen() {
  const owners = useSystem((system) => [...system.memories.values()]);
  return (
    <section aria-label="Memory">
      <h1 className="unseen">Memory</h1>
      {owners.length === 0 ? (
        <Empty icon={Brain}>Nothing was remembered yet.</Empty>
      ) : (
        <Table label="Memories" columns={COLUMNS}>
          {owners.map(({ owner, usage }) => (
            <tr key={owner}>
              <td className="mono">{owner}</td>
              <NumberCell quantity={{ value: formatCount(usage.items), unit: "" }} />
              <NumberCell quantity={bytesQuantity(usage.bytes)} />
              <NumberCell quantity={bytesQuantity(usage.ramBytes)} />
              <NumberCell quantity={bytesQuantity(usage.budgetBytes)} />
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

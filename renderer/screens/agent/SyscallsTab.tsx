import { ListTree } from "lucide-react";
import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import type { SyscallId } from "../../../shared/ids.ts";
import { Empty } from "../../components/Feedback.tsx";
import { SyscallDetails } from "./SyscallDetails.tsx";
import styles from "./SyscallsTab.module.css";
import { SyscallTable } from "./SyscallTable.tsx";

interface SyscallsTabProps {
  readonly calls: readonly SyscallDetail[];
  readonly selected: SyscallId | null;
  readonly onSelect: (id: SyscallId | null) => void;
}

/** The syscalls as a table, and the chosen one in full under it. */
export function SyscallsTab({ calls, selected, onSelect }: SyscallsTabProps) {
  const call = calls.find(({ id }) => id === selected);
  if (calls.length === 0) return <Empty icon={ListTree}>It has made no syscall yet.</Empty>;
  return (
    <div className={styles.tab} data-drawer={call ? "open" : "closed"}>
      <SyscallTable
        calls={calls}
        selected={selected}
        onSelect={(id) => onSelect(id === selected ? null : id)}
      />
      {call && <SyscallDetails key={call.id} call={call} onClose={() => onSelect(null)} />}
    </div>
  );
}

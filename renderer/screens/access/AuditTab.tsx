import { RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import type { AuditReport } from "../../../shared/contract-access.ts";
import { toErrorData } from "../../../shared/errors.ts";
import type { Seq } from "../../../shared/ids.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { useTransport } from "../../store.tsx";
import { AuditFilterBar } from "./AuditFilterBar.tsx";
import { AuditRows } from "./AuditRows.tsx";
import styles from "./AuditTab.module.css";
import { NO_FILTER, placeOfRow, rowInQuestion, useAudit } from "./use-audit.ts";
import { type Verification, VerifyAudit } from "./VerifyAudit.tsx";

/** What was decided and done, newest first, and whether these rows are as they were written. */
export function AuditTab() {
  const transport = useTransport();
  const [filter, setFilter] = useState(NO_FILTER);
  const [before, setBefore] = useState<Seq | null>(null);
  const [verification, setVerification] = useState<Verification>({ type: "not-yet" });
  const audit = useAudit(filter, before);
  const report: AuditReport | null = verification.type === "done" ? verification.report : null;
  const broken = report?.type === "broken" ? report : null;
  const marked = broken && audit.rows ? (rowInQuestion(audit.rows, broken.row)?.row ?? null) : null;

  const verify = async (): Promise<void> => {
    setVerification({ type: "running" });
    try {
      const found = await transport.request("audit.verify", {});
      if (found.type === "broken") {
        const place = await placeOfRow(transport, found);
        // The row must be seen whatever the filter was.
        setFilter(NO_FILTER);
        setBefore(place);
      }
      setVerification({ type: "done", report: found });
    } catch (thrown) {
      setVerification({ type: "failed", error: toErrorData(thrown) });
    }
  };
  useEffect(() => {
    if (marked !== null) document.getElementById(`audit-row-${marked}`)?.scrollIntoView({ block: "center" });
  }, [marked]);

  return (
    <div className={styles.tab}>
      <VerifyAudit verification={verification} onVerify={() => void verify()} />
      <div className={styles.bar}>
        <AuditFilterBar
          filter={filter}
          onChange={(next) => {
            setFilter(next);
            setBefore(null);
          }}
        />
        {before === null ? (
          <IconButton icon={RefreshCw} label="Read again" onClick={audit.reload} />
        ) : (
          <Button onClick={() => setBefore(null)}>Back to the newest rows</Button>
        )}
      </div>
      <AuditRows audit={audit} marked={marked} filter={filter} />
    </div>
  );
}

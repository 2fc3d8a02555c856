import { ShieldAlert, ShieldCheck } from "lucide-react";
import type { AuditReport } from "../../../shared/contract-access.ts";
import type { KernelErrorData } from "../../../shared/errors.ts";
import { Button } from "../../components/Button.tsx";
import { classes } from "../../components/classes.ts";
import { ErrorNote } from "../../components/Feedback.tsx";
import { useSystem } from "../../store.tsx";
import { reportWords } from "./audit-text.ts";
import styles from "./VerifyAudit.module.css";

export type Verification =
  | { readonly type: "not-yet" }
  | { readonly type: "running" }
  | { readonly type: "done"; readonly report: AuditReport }
  | { readonly type: "failed"; readonly error: KernelErrorData };

interface VerifyAuditProps {
  readonly verification: Verification;
  readonly onVerify: () => void;
}

/** Checks the chain of rows, and says what that can show and what it cannot. */
export function VerifyAudit({ verification, onVerify }: VerifyAuditProps) {
  const host = useSystem((system) => system.kernel?.host ?? "headless");
  return (
    <section className={styles.verify} aria-label="Verify the audit">
      <div className={styles.head}>
        <Button
          icon={ShieldCheck}
          variant="primary"
          disabled={verification.type === "running"}
          onClick={onVerify}
        >
          {verification.type === "running" ? "Verifying…" : "Verify"}
        </Button>
        <p className={styles.about}>
          The rows are chained with a key from{" "}
          {host === "desktop" ? "the system's keychain" : "a file that only this account can read"}. That
          makes tampering evident, and no more: it prevents none, and who holds the key can write another
          chain.
        </p>
      </div>
      <div role="status">{verification.type === "done" && <Report report={verification.report} />}</div>
      {verification.type === "failed" && <ErrorNote error={verification.error} />}
    </section>
  );
}

function Report({ report }: { readonly report: AuditReport }) {
  const { tone, head, detail } = reportWords(report);
  const Icon = tone === "good" ? ShieldCheck : ShieldAlert;
  return (
    <div className={classes(styles.report, tone === "bad" && styles.bad)}>
      <Icon size={16} aria-hidden />
      <p>
        <strong>{head}.</strong> {detail}
      </p>
    </div>
  );
}

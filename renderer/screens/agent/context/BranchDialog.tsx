import { type FormEvent, type ReactNode, useId, useState } from "react";
import { type KernelErrorData, toErrorData } from "../../../../shared/errors.ts";
import { Button } from "../../../components/Button.tsx";
import { Dialog } from "../../../components/Dialog.tsx";
import { ErrorNote } from "../../../components/Feedback.tsx";
import styles from "./BranchFields.module.css";
import { type Branch, BranchFields, FIRST_BRANCH } from "./BranchFields.tsx";

interface BranchDialogProps {
  readonly title: string;
  readonly description: string;
  /** On the button that does it. */
  readonly verb: "Fork" | "Rewind";
  /** Does it and closes the dialog. What it rejects with is shown, and the dialog stays. */
  readonly onSubmit: (branch: Branch) => Promise<void>;
  readonly onClose: () => void;
  /** What should be known before, above the fields, and after. */
  readonly before?: ReactNode;
  readonly after?: ReactNode;
}

/** Asks how an agent goes on from a snapshot. */
export function BranchDialog({
  title,
  description,
  verb,
  onSubmit,
  onClose,
  before,
  after,
}: BranchDialogProps) {
  const form = useId();
  const [branch, setBranch] = useState(FIRST_BRANCH);
  const [state, setState] = useState<"idle" | "submitting">("idle");
  const [error, setError] = useState<KernelErrorData | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (state === "submitting") return;
    setState("submitting");
    try {
      await onSubmit(branch);
    } catch (thrown) {
      setError(toErrorData(thrown));
      setState("idle");
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" disabled={state === "submitting"}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(event) => void submit(event)}>
        {error && <ErrorNote error={error} />}
        {before}
        <BranchFields branch={branch} onChange={setBranch} />
        {after}
      </form>
    </Dialog>
  );
}

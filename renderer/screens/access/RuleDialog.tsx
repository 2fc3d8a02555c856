import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { ruleText } from "../../../shared/access.ts";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { useTransport } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./RuleDialog.module.css";
import { RuleFields } from "./RuleFields.tsx";
import { RulePreview } from "./RulePreview.tsx";
import { checkRule, EMPTY_RULE, fieldNamed, type RuleForm } from "./rule-form.ts";
import { useChoices } from "./use-choices.ts";

interface RuleDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** A new rule, with its words and what it would have matched while it is written. */
export function RuleDialog({ open, onClose }: RuleDialogProps) {
  const formId = useId();
  const [work, setWork] = useState<"idle" | "saving">("idle");
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="New rule"
      description="It holds from the next call on, until it ends or you revoke it."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} disabled={work === "saving"}>
            Save rule
          </Button>
        </>
      }
    >
      <RuleEditor formId={formId} onWork={setWork} onSaved={onClose} />
    </Dialog>
  );
}

interface RuleEditorProps {
  readonly formId: string;
  readonly onWork: (work: "idle" | "saving") => void;
  readonly onSaved: () => void;
}

/** Mounted anew with each opening. */
function RuleEditor({ formId, onWork, onSaved }: RuleEditorProps) {
  const transport = useTransport();
  const choices = useChoices();
  const [form, setForm] = useState<RuleForm>(EMPTY_RULE);
  const [shownErrors, setShownErrors] = useState<"not-yet" | "shown">("not-yet");
  const [refused, setRefused] = useState<KernelErrorData | null>(null);
  const checked = checkRule(form, choices.workspace);

  const change = (part: Partial<RuleForm>): void => {
    setForm((before) => ({ ...before, ...part }));
    setRefused(null);
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setShownErrors("shown");
    if (checked.type === "wrong") return;
    onWork("saving");
    try {
      const rule = await transport.request("rules.add", { draft: checked.draft });
      toast.success(`Saved ${rule.id}`, { description: rule.text });
      onSaved();
    } catch (thrown) {
      setRefused(toErrorData(thrown));
    }
    onWork("idle");
  };
  const errorOf = (field: keyof RuleForm): string | null => {
    if (refused?.field !== undefined && fieldNamed(refused.field) === field) return refused.message;
    return shownErrors === "shown" && checked.type === "wrong" && checked.field === field
      ? checked.message
      : null;
  };
  return (
    <form id={formId} className={styles.form} noValidate onSubmit={(event) => void save(event)}>
      <RuleFields form={form} choices={choices} errorOf={errorOf} onChange={change} />
      <div className={styles.words} role="status" aria-label="The rule in words">
        {checked.type === "ready" ? (
          <VisibleText text={ruleText(checked.draft)} />
        ) : (
          <span className="soft">Not a rule yet: {checked.message}</span>
        )}
      </div>
      {checked.type === "ready" && <RulePreview draft={checked.draft} />}
      {refused && refused.field === undefined && <ErrorNote error={refused} />}
    </form>
  );
}

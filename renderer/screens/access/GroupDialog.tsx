import { type FormEvent, useId, useState } from "react";
import type { PrivilegeGroup } from "../../../shared/access.ts";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { useTransport } from "../../store.tsx";
import { GroupFields } from "./GroupFields.tsx";
import { checkGroup, EMPTY_GROUP, fieldNamed, type GroupForm, groupForm } from "./group-form.ts";
import styles from "./RuleDialog.module.css";

interface GroupDialogProps {
  /** null: closed. */
  readonly edited: PrivilegeGroup | "new" | null;
  /** Names of the groups that there are. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

/** A group to be made or changed. */
export function GroupDialog({ edited, taken, onClose }: GroupDialogProps) {
  const formId = useId();
  const [work, setWork] = useState<"idle" | "saving">("idle");
  return (
    <Dialog
      open={edited !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={edited === "new" || edited === null ? "New group" : `Edit ${edited.title}`}
      description="What members may do at most. Rules and the permission mode narrow it further."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} disabled={work === "saving"}>
            Save group
          </Button>
        </>
      }
    >
      {edited !== null && (
        <GroupEditor formId={formId} edited={edited} taken={taken} onWork={setWork} onSaved={onClose} />
      )}
    </Dialog>
  );
}

interface GroupEditorProps {
  readonly formId: string;
  readonly edited: PrivilegeGroup | "new";
  readonly taken: readonly string[];
  readonly onWork: (work: "idle" | "saving") => void;
  readonly onSaved: () => void;
}

function GroupEditor({ formId, edited, taken, onWork, onSaved }: GroupEditorProps) {
  const transport = useTransport();
  const [form, setForm] = useState<GroupForm>(() => (edited === "new" ? EMPTY_GROUP : groupForm(edited)));
  const [shownErrors, setShownErrors] = useState<"not-yet" | "shown">("not-yet");
  const [refused, setRefused] = useState<KernelErrorData | null>(null);
  const checked = checkGroup(form);
  const isTaken = edited === "new" && taken.includes(form.name.trim());

  const change = (part: Partial<GroupForm>): void => {
    setForm((before) => ({ ...before, ...part }));
    setRefused(null);
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setShownErrors("shown");
    if (checked.type === "wrong" || isTaken) return;
    onWork("saving");
    try {
      await transport.request("groups.save", { group: checked.group });
      onSaved();
    } catch (thrown) {
      setRefused(toErrorData(thrown));
    }
    onWork("idle");
  };
  const errorOf = (field: keyof GroupForm): string | null => {
    if (refused?.field !== undefined && fieldNamed(refused.field) === field) return refused.message;
    if (shownErrors === "not-yet") return null;
    if (field === "name" && isTaken) return "There is a group of this name";
    return checked.type === "wrong" && checked.field === field ? checked.message : null;
  };
  return (
    <form id={formId} className={styles.form} noValidate onSubmit={(event) => void save(event)}>
      <GroupFields
        form={form}
        naming={edited === "new" ? "free" : "fixed"}
        errorOf={errorOf}
        onChange={change}
      />
      {refused && refused.field === undefined && <ErrorNote error={refused} />}
    </form>
  );
}

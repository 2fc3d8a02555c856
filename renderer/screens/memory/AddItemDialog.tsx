import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import type { MemoryOwner } from "../../../shared/memory.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { Select } from "../../components/inputs.tsx";
import styles from "../files/Dialogs.module.css";
import { useSubmit } from "../files/use-submit.ts";
import { EMPTY_DRAFT, editOf } from "./edit-item.ts";
import { ItemFields } from "./ItemFields.tsx";
import { useMemoryScreen } from "./memory-context.tsx";
import { ownerText } from "./owners.ts";

export interface AddItemDialogProps {
  /** Whose memory it starts with. */
  readonly owner: MemoryOwner;
  readonly onClose: () => void;
}

/** A new item. What is nearly the same as one that is there joins it, and is shown there. */
export function AddItemDialog({ owner: first, onClose }: AddItemDialogProps) {
  const { owners, choose, reload } = useMemoryScreen();
  const formId = useId();
  const [owner, setOwner] = useState(first);
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const { send, work, refused } = useSubmit("memory.add");
  const checked = editOf(draft, EMPTY_DRAFT);
  const problems = checked.type === "wrong" ? checked.problems : {};
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (checked.type !== "ok" || checked.edit.text === undefined) return;
    const { text, tags = [], metadata = {} } = checked.edit;
    const added = await send({ owner, text, tags, metadata });
    if (!added) return;
    if (added.merged === "yes") toast(`${added.id} says nearly the same: it was merged into it`);
    onClose();
    choose({ owner, id: added.id });
    reload();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Add to memory"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={checked.type !== "ok" || work === "busy"}
          >
            Add
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        {refused && <ErrorNote error={refused} />}
        <ItemFields
          draft={draft}
          // An empty text is no fault before anything was typed.
          problems={{ ...problems, ...(draft.text === "" ? { text: "" } : {}) }}
          fields={["text", "tags", "metadata"]}
          onChange={setDraft}
        />
        <Field label="Memory of">
          <Select
            value={owner}
            choices={owners.map((value) => ({ value, label: ownerText(value) }))}
            onChoose={setOwner}
          />
        </Field>
      </form>
    </Dialog>
  );
}

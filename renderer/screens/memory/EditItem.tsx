import { type KeyboardEvent, useId, useState } from "react";
import type { MemoryItem } from "../../../shared/memory.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { useSubmit } from "../files/use-submit.ts";
import { draftOf, editOf } from "./edit-item.ts";
import { ItemFields } from "./ItemFields.tsx";
import styles from "./ItemPane.module.css";
import { refOf } from "./use-memory-actions.ts";

export interface EditItemProps {
  /** As it is now, while it is edited too. */
  readonly item: MemoryItem;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** An item to be edited in place. Only what the person changed is written: the rest may change meanwhile. */
export function EditItem({ item, onClose, onSaved }: EditItemProps) {
  const formId = useId();
  const [base, setBase] = useState(item);
  const [draft, setDraft] = useState(() => draftOf(item));
  const { send, work, refused } = useSubmit("memory.update");
  const checked = editOf(draft, draftOf(base));
  const isChanged = checked.type === "ok" && Object.keys(checked.edit).length > 0;
  const save = async (): Promise<void> => {
    if (checked.type !== "ok" || !isChanged) return;
    if (await send({ ...refOf(item), ...checked.edit })) onSaved();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key.toLowerCase() === "s")) {
      event.preventDefault();
      void save();
    }
  };
  return (
    <>
      <form
        id={formId}
        className={styles.form}
        aria-label={`Edit ${item.id}`}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
        onKeyDown={onKeyDown}
      >
        {item.updatedAt !== base.updatedAt && (
          <div className={styles.changed} role="alert">
            <p>
              {item.id} was changed elsewhere while you edited it. What you save replaces only what you
              changed.
            </p>
            <Button
              size="small"
              onClick={() => {
                setBase(item);
                setDraft(draftOf(item));
              }}
            >
              Take what is there
            </Button>
          </div>
        )}
        {refused && <ErrorNote error={refused} />}
        <ItemFields
          draft={draft}
          problems={checked.type === "wrong" ? checked.problems : {}}
          fields={["text", "tags", "keywords", "metadata"]}
          onChange={setDraft}
        />
      </form>
      <footer className={styles.foot}>
        <Button size="small" onClick={onClose}>
          {isChanged || checked.type === "wrong" ? "Discard" : "Close"}
        </Button>
        <Button
          size="small"
          variant="primary"
          type="submit"
          form={formId}
          aria-keyshortcuts="Control+S"
          disabled={!isChanged || work === "busy"}
        >
          Save
        </Button>
      </footer>
    </>
  );
}

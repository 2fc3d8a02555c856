import { MEMORY_CHARACTERS } from "../../../shared/contract-memory.ts";
import { Field } from "../../components/Field.tsx";
import { TextArea, TextInput } from "../../components/inputs.tsx";
import type { ItemDraft, ItemField } from "./edit-item.ts";
import styles from "./ItemPane.module.css";

export interface ItemFieldsProps {
  readonly draft: ItemDraft;
  readonly problems: Readonly<Partial<Record<ItemField, string>>>;
  readonly fields: readonly ItemField[];
  readonly onChange: (draft: ItemDraft) => void;
}

/** The fields of an item; the focus starts in the text. */
export function ItemFields({ draft, problems, fields, onChange }: ItemFieldsProps) {
  const has = (field: ItemField): boolean => fields.includes(field);
  return (
    <>
      <Field label="Text" error={problems.text}>
        <TextArea
          autoFocus
          className={styles.textField}
          maxLength={MEMORY_CHARACTERS}
          value={draft.text}
          onChange={(event) => onChange({ ...draft, text: event.target.value })}
        />
      </Field>
      {has("tags") && (
        <Field label="Tags" hint="Parted by commas." error={problems.tags}>
          <TextInput
            value={draft.tags}
            onChange={(event) => onChange({ ...draft, tags: event.target.value })}
          />
        </Field>
      )}
      {has("keywords") && (
        <Field label="Keywords" hint="More words that it is found by." error={problems.keywords}>
          <TextInput
            value={draft.keywords}
            onChange={(event) => onChange({ ...draft, keywords: event.target.value })}
          />
        </Field>
      )}
      {has("metadata") && (
        <Field label="Metadata" hint="A line for each, such as source: letter." error={problems.metadata}>
          <TextArea
            value={draft.metadata}
            onChange={(event) => onChange({ ...draft, metadata: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}

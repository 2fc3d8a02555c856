import { useState } from "react";
import { type MemoryId, type MemoryItem, memoryIdSchema } from "../../../shared/memory.ts";
import { Field } from "../../components/Field.tsx";
import { TextInput } from "../../components/inputs.tsx";
import { WhenLoaded } from "../../components/WhenLoaded.tsx";
import { useLoaded } from "../../store.tsx";
import { useSettled } from "../access/use-settled.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./ItemPane.module.css";
import { ownerText } from "./owners.ts";

const TYPING_MS = 250;
const OFFERED = 8;

export interface AddLinkProps {
  readonly item: MemoryItem;
  readonly onChoose: (to: MemoryId) => void;
}

/** Finds the item to link to, by its id or by words; the newest before anything is typed. */
export function AddLink({ item, onChoose }: AddLinkProps) {
  const [typed, setTyped] = useState("");
  const query = useSettled(typed.trim(), TYPING_MS);
  const id = memoryIdSchema.safeParse(typed.trim());
  const { loaded, reload } = useLoaded("memory.items", {
    owner: null,
    query: id.success ? "" : query,
    tag: null,
    sort: "newest",
    offset: 0,
    limit: OFFERED,
  });
  return (
    <div className={styles.list}>
      <Field label="Link to" hint="An id such as m12, or words of the item. Enter takes the id.">
        <TextInput
          autoFocus
          size="small"
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && id.success) onChoose(id.data);
          }}
        />
      </Field>
      <WhenLoaded loaded={loaded} reload={reload} lines={2}>
        {({ items }) => {
          const others = items.filter(
            (view) => view.item.id !== item.id && !item.links.includes(view.item.id),
          );
          return others.length === 0 ? (
            <p className="soft">No other item holds this.</p>
          ) : (
            <ul className={styles.hits} aria-label="Items to link to">
              {others.map(({ item: other }) => (
                <li key={other.id}>
                  <button type="button" className={styles.hit} onClick={() => onChoose(other.id)}>
                    <span className="mono">{other.id}</span>
                    <span className={styles.rowText}>
                      <VisibleText text={other.text} />
                    </span>
                    <span className={styles.rowOwner}>{ownerText(other.owner)}</span>
                  </button>
                </li>
              ))}
            </ul>
          );
        }}
      </WhenLoaded>
    </div>
  );
}

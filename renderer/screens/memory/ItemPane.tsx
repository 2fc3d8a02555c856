import { ArrowRightLeft, Pin, PinOff, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";
import type { KernelEvent } from "../../../shared/events.ts";
import type { MemoryItemDetail } from "../../../shared/memory.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { formatBytes } from "../../format.ts";
import { useLiveRequest } from "../../use-live-request.ts";
import { formatWhen } from "../access/when.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "../tools/Part.tsx";
import { EditItem } from "./EditItem.tsx";
import { ItemLinks } from "./ItemLinks.tsx";
import styles from "./ItemPane.module.css";
import { Merges } from "./Merges.tsx";
import { useMemoryScreen } from "./memory-context.tsx";
import { ownerText } from "./owners.ts";
import { PlaceMark } from "./PlaceMark.tsx";
import { Provenance } from "./Provenance.tsx";
import { type ItemRef, useMemoryActions } from "./use-memory-actions.ts";
import { usesText } from "./words.ts";

/** One item in full, with all that can be done with it. Mount it anew for another item. */
export function ItemPane({ owner, id }: ItemRef) {
  const bearsOn = (event: KernelEvent): boolean =>
    (event.type === "memory.changed" &&
      (event.id === id || event.change === "linked" || event.change === "unlinked")) ||
    ((event.type === "memory.evicted" || event.type === "memory.loaded") && event.owner === owner);
  const { output, error, reload } = useLiveRequest("memory.item", { owner, id }, bearsOn);
  if (error)
    return (
      <ErrorNote
        className={styles.note}
        error={error}
        actions={
          <Button size="small" onClick={reload}>
            Try again
          </Button>
        }
      />
    );
  if (!output) return <Skeleton lines={6} />;
  return <Item detail={output} reload={reload} />;
}

interface ItemProps {
  readonly detail: MemoryItemDetail;
  readonly reload: () => void;
}

function Item({ detail, reload }: ItemProps) {
  const { item, place } = detail;
  const [mode, setMode] = useState<"read" | "edit">("read");
  return (
    <>
      <header className={styles.head}>
        <div className={styles.title}>
          <h2 className={styles.id}>{item.id}</h2>
          <PlaceMark place={place} />
          {item.pinned === "yes" && <Badge tone="accent">Pinned</Badge>}
          {item.provenance.origin !== null && (
            <Badge tone="asking">From outside: {item.provenance.origin}</Badge>
          )}
        </div>
        <p className={styles.facts}>
          Memory of {ownerText(item.owner)}; {formatBytes(item.bytes)}; {usesText(item.uses)}
          {item.lastUsedAt !== null && `, last ${formatWhen(item.lastUsedAt)}`}
        </p>
      </header>
      <Actions detail={detail} mode={mode} onEdit={() => setMode("edit")} />
      {mode === "edit" ? (
        <EditItem
          item={item}
          onClose={() => setMode("read")}
          onSaved={() => {
            reload();
            setMode("read");
          }}
        />
      ) : (
        <section className={styles.body} {...scrollable} aria-label={`What ${item.id} holds`}>
          <div className={styles.text}>
            <VisibleText text={item.text} />
          </div>
          <Words detail={detail} />
          <ItemLinks detail={detail} reload={reload} />
          <Part title="Where it came from">
            <Provenance item={item} />
          </Part>
          {detail.merges.length > 0 && <Merges detail={detail} reload={reload} />}
        </section>
      )}
    </>
  );
}

interface ActionsProps {
  readonly detail: MemoryItemDetail;
  readonly mode: "read" | "edit";
  readonly onEdit: () => void;
}

function Actions({ detail: { item }, mode, onEdit }: ActionsProps) {
  const { openDialog } = useMemoryScreen();
  const { pin, remove } = useMemoryActions();
  return (
    <div className={styles.actions} role="toolbar" aria-label="With the item">
      <Button size="small" icon={SquarePen} disabled={mode === "edit"} onClick={onEdit}>
        Edit
      </Button>
      <Button
        size="small"
        className={styles.pin}
        icon={item.pinned === "yes" ? PinOff : Pin}
        title={item.pinned === "yes" ? "It may leave RAM again" : "It stays in RAM"}
        onClick={() => void pin(item)}
      >
        {item.pinned === "yes" ? "Unpin" : "Pin"}
      </Button>
      <Button
        size="small"
        icon={ArrowRightLeft}
        onClick={() => openDialog({ type: "move", owner: item.owner, id: item.id })}
      >
        Move
      </Button>
      <Button size="small" icon={Trash2} onClick={() => void remove(item)}>
        Delete
      </Button>
    </div>
  );
}

function Words({ detail: { item } }: { readonly detail: MemoryItemDetail }) {
  const metadata = Object.entries(item.metadata);
  return (
    <dl className={styles.words}>
      <dt>Tags</dt>
      <dd>{item.tags.length === 0 ? <span className="faint">none</span> : <Chips words={item.tags} />}</dd>
      <dt>Keywords</dt>
      <dd>
        {item.keywords.length === 0 ? <span className="faint">none</span> : <Chips words={item.keywords} />}
      </dd>
      {metadata.map(([name, value]) => (
        <div key={name} className={styles.entry}>
          <dt>
            <VisibleText text={name} />
          </dt>
          <dd>
            <VisibleText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const Chips = ({ words }: { readonly words: readonly string[] }) => (
  <ul className={styles.chips}>
    {words.map((word) => (
      <li key={word}>
        <Badge>{word}</Badge>
      </li>
    ))}
  </ul>
);

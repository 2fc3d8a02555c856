import { Link2, Unlink } from "lucide-react";
import { useState } from "react";
import type { MemoryItemDetail } from "../../../shared/memory.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "../tools/Part.tsx";
import { AddLink } from "./AddLink.tsx";
import styles from "./ItemPane.module.css";
import { useMemoryScreen } from "./memory-context.tsx";
import { ownerText } from "./owners.ts";
import { useMemoryActions } from "./use-memory-actions.ts";

type Linked = MemoryItemDetail["links"][number];

export interface ItemLinksProps {
  readonly detail: MemoryItemDetail;
  readonly reload: () => void;
}

/** What an item has to do with, both ways, and the way to say so. */
export function ItemLinks({ detail: { item, links, linkedFrom }, reload }: ItemLinksProps) {
  const { link } = useMemoryActions();
  const [adding, setAdding] = useState<"no" | "yes">("no");
  const change = async (work: Promise<void>): Promise<void> => {
    await work;
    reload();
  };
  return (
    <Part
      title="Links"
      note={
        <Button
          size="small"
          variant="quiet"
          icon={Link2}
          onClick={() => setAdding(adding === "no" ? "yes" : "no")}
        >
          {adding === "no" ? "Add a link" : "Cancel"}
        </Button>
      }
    >
      {adding === "yes" && (
        <AddLink
          item={item}
          onChoose={(to) => {
            setAdding("no");
            void change(link(item, to, "yes"));
          }}
        />
      )}
      {links.length === 0 && linkedFrom.length === 0 && <p className="soft">It is linked to nothing.</p>}
      {links.length > 0 && (
        <LinkList
          label="To"
          linked={links}
          unlinkText={(other) => `Remove the link to ${other.id}`}
          onUnlink={(other) => void change(link(item, other.id, "no"))}
        />
      )}
      {linkedFrom.length > 0 && (
        <LinkList
          label="From"
          linked={linkedFrom}
          unlinkText={(other) => `Remove the link from ${other.id}`}
          onUnlink={(other) => void change(link(other, item.id, "no"))}
        />
      )}
    </Part>
  );
}

interface LinkListProps {
  readonly label: string;
  readonly linked: readonly Linked[];
  readonly unlinkText: (other: Linked) => string;
  readonly onUnlink: (other: Linked) => void;
}

function LinkList({ label, linked, unlinkText, onUnlink }: LinkListProps) {
  const { choose } = useMemoryScreen();
  return (
    <ul className={styles.list} aria-label={`Links ${label.toLowerCase()}`}>
      {linked.map((other) => (
        <li key={other.id} className={styles.row}>
          <span className={styles.rowOwner}>{label}</span>
          <button type="button" className={styles.linkId} onClick={() => choose(other)}>
            {other.id}
          </button>
          <span className={styles.rowText} title={other.text}>
            <VisibleText text={other.text} />
          </span>
          <span className={styles.rowOwner}>{ownerText(other.owner)}</span>
          <IconButton size="small" icon={Unlink} label={unlinkText(other)} onClick={() => onUnlink(other)} />
        </li>
      ))}
    </ul>
  );
}

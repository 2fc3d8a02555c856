import { useMemo } from "react";
import { toast } from "sonner";
import type { MemoryId, MemoryItem, MemoryMerge, MemoryOwner } from "../../../shared/memory.ts";
import { useRequest } from "../../store.tsx";
import { useMemoryScreen } from "./memory-context.tsx";
import { ownerText } from "./owners.ts";

/** One item, by whose it is. */
export interface ItemRef {
  readonly owner: MemoryOwner;
  readonly id: MemoryId;
}

/** What the person does with items. Each says what it did, with the way to take it back; failures are shown. */
export interface MemoryActions {
  remove(item: ItemRef): Promise<void>;
  pin(item: Pick<MemoryItem, "owner" | "id" | "pinned">): Promise<void>;
  move(item: ItemRef, to: MemoryOwner): Promise<"done" | "failed">;
  link(item: ItemRef, to: MemoryId, linked: "yes" | "no"): Promise<void>;
  undoMerge(item: ItemRef, merge: MemoryMerge): Promise<void>;
}

export const refOf = ({ owner, id }: ItemRef): ItemRef => ({ owner, id });

export function useMemoryActions(): MemoryActions {
  const request = useRequest();
  const { choose, forget, reload } = useMemoryScreen();
  return useMemo((): MemoryActions => {
    const moveTo = async (item: ItemRef, to: MemoryOwner): Promise<"done" | "failed"> => {
      if (!(await request("memory.move", { ...refOf(item), to }))) return "failed";
      choose({ owner: to, id: item.id });
      reload();
      return "done";
    };
    return {
      async remove(item) {
        if (!(await request("memory.remove", refOf(item)))) return;
        forget(item.id);
        reload();
        const restore = async (): Promise<void> => {
          if (!(await request("memory.restore", refOf(item)))) return;
          choose(item);
          reload();
        };
        toast(`Deleted ${item.id}`, { action: { label: "Undo", onClick: () => void restore() } });
      },
      async pin(item) {
        const pinned = item.pinned === "yes" ? "no" : "yes";
        if (!(await request("memory.pin", { ...refOf(item), pinned }))) return;
        reload();
        toast(pinned === "yes" ? `Pinned ${item.id}: it stays in RAM` : `Unpinned ${item.id}`);
      },
      async move(item, to) {
        if ((await moveTo(item, to)) === "failed") return "failed";
        toast(`Moved ${item.id} to ${ownerText(to)}`, {
          action: {
            label: "Undo",
            onClick: () => void moveTo({ owner: to, id: item.id }, item.owner),
          },
        });
        return "done";
      },
      async link(item, to, linked) {
        if (!(await request("memory.link", { ...refOf(item), to, linked }))) return;
        toast(linked === "yes" ? `Linked ${item.id} to ${to}` : `Unlinked ${item.id} from ${to}`);
      },
      async undoMerge(item, merge) {
        if (!(await request("memory.undoMerge", { ...refOf(item), merge: merge.id }))) return;
        reload();
        toast(`${item.id} is two items again`);
      },
    };
  }, [request, choose, forget, reload]);
}

import { KernelError } from "../../../shared/errors.ts";
import type {
  MemoryChange,
  MemoryId,
  MemoryItem,
  MemoryItemDetail,
  MemoryItemView,
  MemoryMatch,
  MemoryOwner,
} from "../../../shared/memory.ts";
import { MEMORY_LINKS } from "../limits.ts";
import type { MemoryListQuery } from "../ports.ts";
import { measured } from "./held-form.ts";
import { ItemAdding } from "./item-adding.ts";
import { ItemKeeper, type ItemKeeperParts, unlessGone } from "./item-keeper.ts";
import type { MemoryCaller, MemoryEdit, MemoryManager, MemoryNotes, MemorySearch } from "./memory-manager.ts";
import { MOST_TAGS, union, unmerged } from "./merging.ts";

/** The memory manager over a disk. */
export function createMemoryManager(parts: ItemKeeperParts): MemoryManager {
  const keeper = new ItemKeeper(parts);
  const { disk, holdings, uses, locks, clock, listeners } = keeper;
  const adding = new ItemAdding(keeper);

  /** Changes an item under its lock; `edit` returns the same object to change nothing. */
  const change = (
    owner: MemoryOwner,
    id: MemoryId,
    why: { readonly change: MemoryChange; readonly by: MemoryCaller },
    edit: (item: MemoryItem) => MemoryItem | Promise<MemoryItem>,
  ): Promise<MemoryItem> =>
    locks.run(id, async () => {
      const before = await keeper.look(owner, id);
      const edited = await edit(before);
      if (edited === before) return before;
      const after = measured(edited);
      return keeper.put(before, after, [{ type: "put", item: after }], why);
    });

  async function use(owner: MemoryOwner, id: MemoryId): Promise<MemoryItem> {
    const item = await keeper.use(owner, id);
    holdings.settle(owner);
    return item;
  }

  async function detail(owner: MemoryOwner, id: MemoryId): Promise<MemoryItemDetail> {
    const item = await keeper.look(owner, id);
    const [links, linkedFrom, merges] = await Promise.all([
      disk.find(item.links),
      disk.linkedFrom(id),
      disk.merges(owner, id),
    ]);
    return { ...viewOf(item, null), links: links.map(named), linkedFrom: linkedFrom.map(named), merges };
  }

  const update = (
    owner: MemoryOwner,
    id: MemoryId,
    edit: MemoryEdit,
    by: MemoryCaller,
  ): Promise<MemoryItem> =>
    change(owner, id, { change: "updated", by }, (item) => ({
      ...item,
      text: edit.text ?? item.text,
      tags: edit.tags ? union(edit.tags, []) : item.tags,
      keywords: edit.keywords ? union(edit.keywords, []) : item.keywords,
      metadata: edit.metadata ?? item.metadata,
      provenance: { ...item.provenance, origin: edit.origin ?? item.provenance.origin },
      updatedAt: clock.wall(),
    }));

  const note = (
    owner: MemoryOwner,
    id: MemoryId,
    notes: MemoryNotes,
    by: MemoryCaller,
  ): Promise<MemoryItem> =>
    change(owner, id, { change: "noted", by }, async (item) => {
      const there = await disk.find(notes.links);
      const links = there.map((each) => each.id).filter((each) => each !== id);
      return {
        ...item,
        keywords: union(item.keywords, notes.keywords).slice(0, MOST_TAGS),
        tags: union(item.tags, notes.tags).slice(0, MOST_TAGS),
        links: (union(item.links, links) as readonly MemoryId[]).slice(0, MEMORY_LINKS),
      };
    });

  const remove = (owner: MemoryOwner, id: MemoryId, by: MemoryCaller): Promise<void> =>
    locks.run(id, async () => {
      const item = await keeper.look(owner, id);
      await disk.write([{ type: "remove", owner, id, at: clock.wall() }]);
      left(item);
      keeper.tell(owner, item, "removed", by);
    });

  /** An item is no longer this owner's. */
  function left({ owner, id, bytes }: MemoryItem): void {
    uses.forget(id);
    holdings.drop(owner, id);
    holdings.count(owner, -1, -bytes);
  }

  const restore = (owner: MemoryOwner, id: MemoryId, by: MemoryCaller): Promise<MemoryItem> =>
    locks.run(id, async () => {
      const item = await disk.removed(owner, id);
      if (!item) {
        throw new KernelError("not-found", `${id} cannot be brought back: nothing of it is kept`, {
          hint: "Only the latest that were removed are kept",
        });
      }
      const changes = [{ type: "restore", owner, id }] as const;
      return keeper.adding(owner, () => keeper.put(null, item, changes, { change: "restored", by }));
    });

  const pin = (
    owner: MemoryOwner,
    id: MemoryId,
    pinned: "yes" | "no",
    by: MemoryCaller,
  ): Promise<MemoryItem> =>
    change(owner, id, { change: pinned === "yes" ? "pinned" : "unpinned", by }, (item) => {
      if (item.pinned === pinned) return item;
      const { budgetBytes } = holdings.usage(owner);
      // The person may pin what they want; an agent must not hold more RAM than it was given.
      if (pinned === "yes" && by.agentId !== null && holdings.pinnedBytes(owner) + item.bytes > budgetBytes) {
        throw new KernelError("limit-reached", `What is pinned fills the ${budgetBytes} bytes of ${owner}`, {
          hint: "Let go of others first",
        });
      }
      return { ...item, pinned };
    });

  const move = (owner: MemoryOwner, id: MemoryId, to: MemoryOwner, by: MemoryCaller): Promise<MemoryItem> =>
    locks.run(id, async () => {
      const before = await keeper.look(owner, id);
      if (to === owner) return before;
      const item = { ...before, owner: to };
      return keeper.adding(to, async () => {
        await disk.write([{ type: "move", item, from: owner }]);
        left(before);
        holdings.count(to, 1, item.bytes);
        holdings.hold(item);
        keeper.tell(owner, before, "moved", by);
        keeper.tell(to, item, "moved", by);
        return item;
      });
    });

  const link = (
    owner: MemoryOwner,
    id: MemoryId,
    to: MemoryId,
    linked: "yes" | "no",
    by: MemoryCaller,
  ): Promise<MemoryItem> =>
    change(owner, id, { change: linked === "yes" ? "linked" : "unlinked", by }, async (item) => {
      const others = item.links.filter((each) => each !== to);
      if (linked === "no") return others.length === item.links.length ? item : { ...item, links: others };
      if (others.length < item.links.length) return item;
      if (to === id) throw new KernelError("conflict", `${id} cannot be linked to itself`);
      if ((await disk.find([to])).length === 0)
        throw new KernelError("not-found", `There is no memory ${to}`);
      if (others.length >= MEMORY_LINKS) {
        throw new KernelError("limit-reached", `${id} has ${MEMORY_LINKS} links`, {
          hint: "Remove one first",
        });
      }
      return { ...item, links: [...item.links, to] };
    });

  const undoMerge = (
    owner: MemoryOwner,
    id: MemoryId,
    merge: number,
    by: MemoryCaller,
  ): Promise<MemoryItem> =>
    locks.run(id, async () => {
      const current = await keeper.look(owner, id);
      const [record, merges] = await Promise.all([disk.merge(owner, id, merge), disk.merges(owner, id)]);
      if (!record) throw new KernelError("not-found", `The merge ${merge} of ${id} can no longer be undone`);
      const added = { ...record.added, owner };
      if ((await disk.find([added.id])).length > 0) {
        throw new KernelError("conflict", `There is a memory ${added.id} already`);
      }
      const newest = merges[0]?.id === merge ? "yes" : "no";
      const item = unmerged(current, { ...record, newest }, clock.wall());
      return keeper.adding(owner, async () => {
        const why = { change: "unmerged", by } as const;
        await keeper.put(current, item, [{ type: "unmerge", merge, item, added }], why);
        holdings.count(owner, 1, added.bytes);
        holdings.hold(added);
        keeper.tell(owner, added, "added", by);
        return item;
      });
    });

  async function search({ as, ...query }: MemorySearch): ReturnType<MemoryManager["search"]> {
    const { hits, searchedBy } = await disk.search(query);
    if (as === "look")
      return { items: hits.map(({ item, match }) => viewOf(uses.applied(item), match)), searchedBy };
    const used = await Promise.all(
      // One that was removed or moved meanwhile is not found.
      hits.map(({ item: { owner, id } }) => unlessGone(keeper.use(owner, id))),
    );
    for (const owner of new Set(hits.map(({ item }) => item.owner))) holdings.settle(owner);
    const items = used.flatMap((item, at) => (item ? [viewOf(item, hits[at]?.match ?? null)] : []));
    return { items, searchedBy };
  }

  async function list(query: MemoryListQuery): ReturnType<MemoryManager["list"]> {
    if (query.sort === "last-used" || query.sort === "most-used") await uses.flush();
    const { items, total } = await disk.list(query);
    return { items: items.map((item) => viewOf(uses.applied(item), null)), total };
  }

  const viewOf = (item: MemoryItem, match: MemoryMatch | null): MemoryItemView => ({
    item,
    place: holdings.has(item.owner, item.id) ? "ram" : "disk",
    match,
  });

  return {
    open: async () => holdings.open(await disk.totals()),
    add: (draft, by) => adding.add(draft, by),
    use,
    ownersOf: async (ids) => new Map((await disk.find(ids)).map(({ id, owner }) => [id, owner])),
    detail,
    update,
    note,
    remove,
    restore,
    pin,
    move,
    link,
    undoMerge,
    search,
    list,
    tags: (owner) => disk.tags(owner),
    usage: (owner) => holdings.usage(owner),
    owners: () => holdings.owners(),
    setBudgets: (budgets) => holdings.setBudgets(budgets),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => uses.flush(),
  };
}

const named = ({ id, owner, text }: MemoryItem) => ({ id, owner, text });

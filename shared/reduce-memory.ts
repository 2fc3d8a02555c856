import type { EventOf } from "./events.ts";
import { FILE_CHANGES_KEPT, MEMORY_MOVES_KEPT, MEMORY_OWNERS_KEPT, SHARES_KEPT } from "./limits.ts";
import type { MemoryMove, MemoryOwner, MemoryOwnerView, MemoryUsage } from "./memory.ts";
import type { SystemState } from "./state.ts";

export type MemoryEvent = EventOf<
  | "memory.changed"
  | "memory.evicted"
  | "memory.loaded"
  | "memory.budgeted"
  | "memory.meaning"
  | "file.changed"
  | "files.indexed"
  | "share.added"
  | "share.used"
  | "share.ended"
  | "mount.added"
  | "mount.removed"
  | "storage.changed"
  | "storage.measured"
>;

/** The part of the reducer about memories and files. Changes `state` in place. */
export function reduceMemory(state: SystemState, event: MemoryEvent): void {
  switch (event.type) {
    case "memory.changed":
    case "memory.budgeted":
      use(state, event.owner, event.usage, {});
      return;
    case "memory.evicted":
      move(state, { ...event, direction: "evicted" }, event.usage);
      return;
    case "memory.loaded":
      move(state, { ...event, direction: "loaded" }, event.usage);
      return;
    case "memory.meaning":
      state.meaning = event.status;
      return;
    case "file.changed":
      state.fileChanges.push(event.version);
      if (state.fileChanges.length > FILE_CHANGES_KEPT) state.fileChanges.shift();
      return;
    case "files.indexed":
      state.fileIndex = event.index;
      return;
    case "share.added":
      state.shares.set(event.share.id, event.share);
      forgetOldest(state.shares, SHARES_KEPT);
      return;
    case "share.used": {
      const share = state.shares.get(event.shareId);
      if (share) state.shares.set(share.id, { ...share, downloads: event.downloads });
      return;
    }
    case "share.ended":
      state.shares.delete(event.shareId);
      return;
    case "mount.added":
      state.mounts.set(event.mount.name, event.mount);
      return;
    case "mount.removed":
      state.mounts.delete(event.name);
      return;
    case "storage.changed":
      state.storage = event.status;
      return;
    case "storage.measured":
      state.disk = event.disk;
      return;
  }
}

const UNSEEN = { evictions: 0, evictedBytes: 0, loads: 0, loadedBytes: 0 } as const;

function use(
  state: SystemState,
  owner: MemoryOwner,
  usage: MemoryUsage,
  more: Partial<Omit<MemoryOwnerView, "owner" | "usage">>,
): void {
  state.memories.set(owner, { ...UNSEEN, ...state.memories.get(owner), ...more, owner, usage });
  forgetOldest(state.memories, MEMORY_OWNERS_KEPT);
}

function move(state: SystemState, moved: MemoryMove, usage: MemoryUsage): void {
  const { at, owner, direction, ids, count, bytes } = moved;
  const before = state.memories.get(owner) ?? UNSEEN;
  use(
    state,
    owner,
    usage,
    direction === "evicted"
      ? { evictions: before.evictions + count, evictedBytes: before.evictedBytes + bytes }
      : { loads: before.loads + count, loadedBytes: before.loadedBytes + bytes },
  );
  state.memoryMoves.push({ at, owner, direction, ids, count, bytes });
  if (state.memoryMoves.length > MEMORY_MOVES_KEPT) state.memoryMoves.shift();
}

/** Maps keep the order of insertion. */
function forgetOldest(map: Map<string, unknown>, limit: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}

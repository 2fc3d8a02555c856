import type {
  DiskUse,
  FileIndexStatus,
  FileVersion,
  MountName,
  MountView,
  ShareId,
  ShareView,
  StorageStatus,
} from "./files.ts";
import type { AgentId, SyscallId } from "./ids.ts";
import type { MeaningStatus, MemoryChange, MemoryId, MemoryOwner, MemoryUsage } from "./memory.ts";

/** What can happen to memories and files: a part of the one union in events.ts. */
export type MemoryEventBody =
  /** `usage` is that of the owner afterwards. `agentId` and `by` are null for the kernel's own doing. */
  | {
      readonly type: "memory.changed";
      readonly agentId: AgentId | null;
      /** The call that did it. */
      readonly by: SyscallId | null;
      readonly owner: MemoryOwner;
      readonly id: MemoryId;
      readonly change: MemoryChange;
      readonly usage: MemoryUsage;
    }
  /** Items left RAM for the disk: the first few of them; `count` and `bytes` are of all. */
  | {
      readonly type: "memory.evicted";
      readonly owner: MemoryOwner;
      readonly ids: readonly MemoryId[];
      readonly count: number;
      readonly bytes: number;
      readonly usage: MemoryUsage;
    }
  /** Items came back to RAM by use. */
  | {
      readonly type: "memory.loaded";
      readonly owner: MemoryOwner;
      readonly ids: readonly MemoryId[];
      readonly count: number;
      readonly bytes: number;
      readonly usage: MemoryUsage;
    }
  | { readonly type: "memory.budgeted"; readonly owner: MemoryOwner; readonly usage: MemoryUsage }
  | { readonly type: "memory.meaning"; readonly status: MeaningStatus }
  | { readonly type: "file.changed"; readonly agentId: AgentId | null; readonly version: FileVersion }
  | { readonly type: "files.indexed"; readonly index: FileIndexStatus }
  | { readonly type: "share.added"; readonly share: ShareView }
  | { readonly type: "share.used"; readonly shareId: ShareId; readonly downloads: number }
  | { readonly type: "share.ended"; readonly shareId: ShareId; readonly reason: "revoked" | "expired" }
  | { readonly type: "mount.added"; readonly mount: MountView }
  | { readonly type: "mount.removed"; readonly name: MountName }
  | { readonly type: "storage.changed"; readonly status: StorageStatus }
  | { readonly type: "storage.measured"; readonly disk: DiskUse };

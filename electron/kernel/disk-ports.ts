import type { DiskUse } from "../../shared/files.ts";

/**
 * The disks that the data folder and its parts lie on. A reserve is kept there: room that is given away when the disk
 * is full, so that the log can still say so.
 */
export interface DiskProbe {
  /** Takes the reserve where there is room for it. Never rejects. */
  reserve(): Promise<void>;
  /** Gives the reserve away. Never rejects. */
  release(): Promise<void>;
  /**
   * Writes and syncs a small file wherever changes go, with the reserve in place. Throws `storage-failed`, naming the
   * folder, where the disk is full or refuses.
   */
  probe(): Promise<void>;
  /** Sizes are looked up in the background, in pieces, and may be as old as 30 s. Throws `storage-failed`. */
  measure(): Promise<DiskUse>;
}

import type { ShareId } from "../../shared/files.ts";

/** A file of a shared folder, as it is when it is read. */
export interface SharedFile {
  /** Within the archive, with `/`. */
  readonly path: string;
  readonly modifiedAt: number;
  readonly content: Uint8Array;
}

/** What an address gives. */
export type SharedContent =
  /** The bytes that were handed over when it was shared. */
  | { readonly type: "file" }
  /** A zip that is made while it is sent. A failure on the way breaks the download off. */
  | { readonly type: "zip"; readonly files: AsyncIterable<SharedFile> };

/** Who knows what is shared. */
export interface ShareSource {
  /** null for one that has expired or is gone. */
  contentOf(id: ShareId): SharedContent | null;
  /** A download has begun. */
  used(id: ShareId): void;
}

/**
 * Read-only addresses on this machine alone: `http://127.0.0.1:<port>/s/<token>/<name>`. Tokens are 256 random bits;
 * they are kept on the disk of the server, for this user alone, and nowhere else. The server runs while there are
 * shares. Methods may reject with `storage-failed`.
 */
export interface ShareServer {
  /** Once, before anything else: shares of these ids are served again, all others are let go of. */
  open(ids: readonly ShareId[], source: ShareSource): Promise<void>;
  /** Durable when it resolves to the address. `content`: what the address gives, null where it is a zip. */
  add(share: {
    readonly id: ShareId;
    /** What the download is called. */
    readonly name: string;
    readonly content: Uint8Array | null;
  }): Promise<string>;
  /** Throws `not-found`. */
  address(id: ShareId): Promise<string>;
  /** The address leads nowhere when it resolves, and downloads under way are broken off. Does nothing for one that is gone. */
  remove(id: ShareId): Promise<void>;
  close(): Promise<void>;
}

import { KernelError } from "../../../shared/errors.ts";
import type { ShareId, ShareView } from "../../../shared/files.ts";
import { SHARES_KEPT } from "../../../shared/limits.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import type { EventLog } from "../events/event-log.ts";
import { SHARE_USED_MS, SHARED_FILE_BYTES, SHARED_FOLDER_BYTES, SHARED_FOLDER_FILES } from "../limits.ts";
import type { Clock, FileTree, SharedContent, SharedFile, ShareServer } from "../ports.ts";
import { isIn } from "./file-paths.ts";

export interface SharesParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly files: Pick<FileTree, "walk" | "stat" | "readBytes">;
  readonly server: ShareServer;
}

export interface ShareRequest {
  /** Canonical. */
  readonly path: string;
  readonly type: ShareView["type"];
  readonly minutes: number;
}

/**
 * What the person shares by an address: a file as it then is, or a folder as a zip that is made with each download.
 * Shares outlive a restart, until they expire or are revoked. Their addresses are in no event.
 */
export class Shares {
  readonly #parts: SharesParts;
  readonly #live = new Map<ShareId, ShareView>();
  readonly #timers = new Map<ShareId, () => void>();
  readonly #untold = new Map<ShareId, () => void>();

  constructor(parts: SharesParts) {
    this.#parts = parts;
  }

  /** After a start: serves what is still shared. Throws what the server throws. */
  async open(): Promise<void> {
    const { log, clock, server } = this.#parts;
    for (const share of [...log.state().shares.values()]) {
      if (share.expiresAt <= clock.wall()) {
        log.append({ type: "share.ended", shareId: share.id, reason: "expired" });
        continue;
      }
      this.#keep(share);
    }
    await server.open([...this.#live.keys()], {
      contentOf: (id) => this.#contentOf(id),
      used: (id) => this.#used(id),
    });
  }

  /** Throws `not-found`, `conflict` (a folder as a file), `limit-reached`, `not-allowed` (key material). */
  async share({ path, type, minutes }: ShareRequest): Promise<ShareView> {
    const { log, clock, server } = this.#parts;
    if (this.#live.size >= SHARES_KEPT) {
      throw new KernelError("limit-reached", `${SHARES_KEPT} files and folders are shared already`, {
        hint: "Revoke one that is not needed any more",
      });
    }
    if (sensitivity(path) === "secret") {
      throw new KernelError("not-allowed", `"${path}" holds key material, which is not shared`);
    }
    const content = await this.#handOver(path, type);
    const createdAt = clock.wall();
    const expiresAt = createdAt + minutes * 60_000;
    const share: ShareView = { id: log.ids.nextShare(), path, type, createdAt, expiresAt, downloads: 0 };
    await server.add({ id: share.id, name: nameOf(share), content });
    log.append({ type: "share.added", share });
    this.#keep(share);
    return share;
  }

  /** Throws `not-found` for one that has ended. */
  async revoke(id: ShareId): Promise<void> {
    this.#need(id);
    await this.#end(id, "revoked");
  }

  /** Throws `not-found` for one that has ended. */
  async address(id: ShareId): Promise<string> {
    this.#need(id);
    return this.#parts.server.address(id);
  }

  need(id: ShareId): ShareView {
    return this.#need(id);
  }

  /** Timers that are left would keep the program from ending. */
  close(): void {
    for (const stopTimer of [...this.#timers.values(), ...this.#untold.values()]) stopTimer();
  }

  #keep(share: ShareView): void {
    const { clock } = this.#parts;
    this.#live.set(share.id, share);
    const left = Math.max(0, share.expiresAt - clock.wall());
    this.#timers.set(
      share.id,
      clock.after(left, () => void this.#end(share.id, "expired").catch(() => {})),
    );
  }

  async #end(id: ShareId, reason: "revoked" | "expired"): Promise<void> {
    const { log, server } = this.#parts;
    this.#untold.get(id)?.();
    this.#untold.delete(id);
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    if (this.#live.delete(id)) log.append({ type: "share.ended", shareId: id, reason });
    await server.remove(id);
  }

  #need(id: ShareId): ShareView {
    const share = this.#live.get(id);
    if (share && share.expiresAt > this.#parts.clock.wall()) return share;
    throw new KernelError("not-found", `There is no share ${id}`, { hint: "It has expired or was revoked" });
  }

  /** The content of a file that is shared; null for a zip, which is made later. */
  async #handOver(path: string, type: ShareView["type"]): Promise<Uint8Array | null> {
    const { files } = this.#parts;
    const facts = await files.stat(path);
    if (facts === null) throw new KernelError("not-found", `There is no "${path}" in the workspace`);
    if (type === "file") {
      if (facts.type !== "file") {
        throw new KernelError("conflict", `"${path}" is a folder`, { hint: "Share it as a zip" });
      }
      return (await files.readBytes(path, SHARED_FILE_BYTES)).content;
    }
    let bytes = 0;
    let count = 0;
    for await (const page of files.walk(path)) {
      for (const each of page) {
        if (each.type !== "file") continue;
        bytes += each.bytes;
        count += 1;
      }
      if (bytes > SHARED_FOLDER_BYTES || count > SHARED_FOLDER_FILES) {
        throw new KernelError("limit-reached", `"${path}" is too big to be shared as a zip`, {
          hint: `At most ${SHARED_FOLDER_FILES} files of ${SHARED_FOLDER_BYTES} bytes; share a part of it`,
        });
      }
    }
    return null;
  }

  #contentOf(id: ShareId): SharedContent | null {
    const share = this.#live.get(id);
    // A machine that slept wakes with timers that are late.
    if (!share || share.expiresAt <= this.#parts.clock.wall()) return null;
    return share.type === "file" ? { type: "file" } : { type: "zip", files: this.#filesIn(share.path) };
  }

  /** Links are not followed, and key material is left out. Throws where it has become too big meanwhile. */
  async *#filesIn(folder: string): AsyncGenerator<SharedFile> {
    const { files } = this.#parts;
    const above = folder === "." || !folder.includes("/") ? "" : folder.slice(0, folder.lastIndexOf("/") + 1);
    let bytes = 0;
    for await (const page of files.walk(folder)) {
      for (const { path, type, modifiedAt } of page) {
        if (type !== "file" || sensitivity(path) === "secret" || !isIn(folder, path)) continue;
        const { content } = await files.readBytes(path, SHARED_FILE_BYTES);
        bytes += content.length;
        if (bytes > SHARED_FOLDER_BYTES) throw new Error("the folder has grown too big");
        yield { path: path.slice(above.length), modifiedAt, content };
      }
    }
  }

  #used(id: ShareId): void {
    const share = this.#live.get(id);
    if (!share) return;
    this.#live.set(id, { ...share, downloads: share.downloads + 1 });
    if (this.#untold.has(id)) return;
    const { log, clock } = this.#parts;
    const tell = (): void => {
      const now = this.#live.get(id);
      this.#untold.delete(id);
      if (now) log.append({ type: "share.used", shareId: id, downloads: now.downloads });
    };
    this.#untold.set(id, clock.after(SHARE_USED_MS, tell));
  }
}

/** The download's name: that of the file, or of the folder as a zip. */
function nameOf({ path, type }: ShareView): string {
  const name = path === "." ? "workspace" : path.slice(path.lastIndexOf("/") + 1);
  return type === "zip" ? `${name}.zip` : name;
}

import { realpath } from "node:fs/promises";
import { KernelError, toErrorData } from "../../../shared/errors.ts";
import type { MountView } from "../../../shared/files.ts";
import { MOUNTS } from "../../../shared/workspaces.ts";
import type { FileTree } from "../../kernel/ports.ts";
import { createFileTree, type PathGuard } from "../file-tree.ts";

/** Full, written to by nobody, over its quota or broken: the folder's own disk, which need not be this program's. */
const OF_ITS_DISK = /no space left|\b(?:ENOSPC|EDQUOT|EROFS|EIO)\b/i;

/** One folder of this machine in the tree. Its files are opened as link-safe as the workspace's own. */
export class Mount {
  readonly view: MountView;
  /** In the tree. */
  readonly path: string;
  readonly #guard: PathGuard;
  #files: FileTree | null = null;
  #presence: "here" | "away" = "here";

  constructor(view: MountView, guard: PathGuard) {
    this.view = view;
    this.path = `${MOUNTS}/${view.name}`;
    this.#guard = (inner, use) => {
      if (use === "write" && view.access === "read-only") {
        throw new KernelError("not-allowed", `"${this.path}" is mounted for reading only`, {
          hint: "Write into the workspace, or have it mounted for writing in Files.",
        });
      }
      guard(this.outer(inner), use);
    };
  }

  /** As it was with the last use. */
  get presence(): "here" | "away" {
    return this.#presence;
  }

  /** Of a path inside, in the tree. */
  outer(inner: string): string {
    return inner === "." ? this.path : `${this.path}/${inner}`;
  }

  /**
   * Its folder, as a tree of its own. What `use` throws names this mount. Throws `storage-failed` while the folder is
   * not there.
   */
  async run<T>(use: (files: FileTree) => Promise<T>): Promise<T> {
    const files = await this.open();
    try {
      return await use(files);
    } catch (error) {
      throw this.named(error);
    }
  }

  async open(): Promise<FileTree> {
    // Where a link has come to be in its place, it is not what the person has mounted.
    const real = await realpath(this.view.folder).catch(() => null);
    this.#presence = real === this.view.folder ? "here" : "away";
    if (this.#presence === "here") {
      this.#files ??= createFileTree(this.view.folder, this.#guard);
      return this.#files;
    }
    this.#files = null;
    throw new KernelError(
      "storage-failed",
      `"${this.path}" is not there: its folder was ${this.view.folder}`,
      {
        hint: "Put it back, or plug in its disk; or unmount it in Files.",
      },
    );
  }

  named(error: unknown): KernelError {
    const { code, message, ...more } = toErrorData(error);
    if (code === "storage-failed" && OF_ITS_DISK.test(message)) {
      return new KernelError(code, `The disk of "${this.path}" is full, or takes no changes`, {
        hint: `Make room on the disk of ${this.view.folder}.`,
      });
    }
    return new KernelError(code, message.includes(this.path) ? message : `In ${this.path}: ${message}`, more);
  }
}

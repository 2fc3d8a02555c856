import { KernelError } from "../../../shared/errors.ts";
import type { MountName, MountView } from "../../../shared/files.ts";
import { MOUNTS_AT_MOST } from "../../../shared/limits.ts";
import { MOUNTS } from "../../../shared/workspaces.ts";
import type { MountPoints } from "../../kernel/ports.ts";
import type { PathGuard } from "../file-tree.ts";
import { Mount } from "./mount.ts";
import { isWithin, type MountRules, mountableFolder } from "./mount-refusals.ts";

export type MountChange =
  | { readonly type: "added"; readonly mount: Mount }
  | { readonly type: "removed"; readonly mount: Mount };

export interface MountTableRules extends MountRules {
  /** Whether the workspace itself has something at a path: it would be hidden. */
  readonly isTaken: (path: string) => Promise<boolean>;
}

/** What is mounted now. Owned by the kernel that it is given to. */
export class MountTable implements MountPoints {
  readonly #rules: MountTableRules;
  readonly #guard: PathGuard;
  readonly #mounts = new Map<string, Mount>();
  readonly #listeners = new Set<(change: MountChange) => void>();

  constructor(rules: MountTableRules, guard: PathGuard) {
    this.#rules = rules;
    this.#guard = guard;
  }

  async add(view: MountView): Promise<MountView> {
    this.#checkName(view.name);
    if (await this.#rules.isTaken(`${MOUNTS}/${view.name}`)) {
      throw new KernelError("conflict", `The workspace has a folder ${MOUNTS}/${view.name} of its own`, {
        field: "name",
        hint: "Choose another name",
      });
    }
    const folder = await mountableFolder(view.folder, this.#rules);
    const overlapping = this.all().find(
      (each) => isWithin(each.view.folder, folder) || isWithin(folder, each.view.folder),
    );
    if (overlapping) {
      throw new KernelError(
        "conflict",
        `"${folder}" overlaps with ${overlapping.view.folder}, mounted as ${overlapping.view.name}`,
        { field: "folder", hint: "Use that one, or unmount it first" },
      );
    }
    // Another may have come while the folder was looked at.
    this.#checkName(view.name);
    const mounted = { ...view, folder };
    this.restore(mounted);
    return mounted;
  }

  restore(view: MountView): void {
    const mount = new Mount(view, this.#guard);
    this.#mounts.set(view.name, mount);
    this.#tell({ type: "added", mount });
  }

  remove(name: MountName): "removed" | "absent" {
    const mount = this.#mounts.get(name);
    if (!mount) return "absent";
    this.#mounts.delete(name);
    this.#tell({ type: "removed", mount });
    return "removed";
  }

  all(): readonly Mount[] {
    return [...this.#mounts.values()];
  }

  /** The mount that a path of the tree leads into, and the path in it. */
  at(parts: readonly string[]): { readonly mount: Mount; readonly inner: string } | null {
    const [first, name = "", ...inner] = parts;
    const mount = first === MOUNTS ? this.#mounts.get(name) : undefined;
    return mount ? { mount, inner: inner.join("/") || "." } : null;
  }

  /** Tells of those there are, and of every change. Returns what ends it. */
  follow(listener: (change: MountChange) => void): () => void {
    this.#listeners.add(listener);
    for (const mount of this.all()) listener({ type: "added", mount });
    return () => this.#listeners.delete(listener);
  }

  #checkName(name: MountName): void {
    if (this.#mounts.has(name)) {
      throw new KernelError("conflict", `A folder is mounted as ${name} already`, {
        field: "name",
        hint: "Choose another name, or unmount it first",
      });
    }
    if (this.#mounts.size >= MOUNTS_AT_MOST) {
      throw new KernelError("limit-reached", `${MOUNTS_AT_MOST} folders are mounted already`, {
        hint: "Unmount one that is not needed any more",
      });
    }
  }

  #tell(change: MountChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

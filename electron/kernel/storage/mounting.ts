import { KernelError } from "../../../shared/errors.ts";
import type { MountName, MountView } from "../../../shared/files.ts";
import type { EventLog } from "../events/event-log.ts";
import type { MountPoints } from "../ports.ts";

/** Folders of this machine in the tree. The log is what remembers them. */
export class Mounting {
  readonly #log: EventLog;
  readonly #points: MountPoints | null;

  constructor(log: EventLog, points: MountPoints | null) {
    this.#log = log;
    this.#points = points;
  }

  /** After a start, before the tree is used. */
  open(): void {
    for (const mount of this.#log.state().mounts.values()) this.#points?.restore(mount);
  }

  /** Throws what MountPoints.add throws, and `not-allowed` where this host mounts nothing. */
  async mount(wanted: MountView): Promise<MountView> {
    if (this.#points === null) {
      throw new KernelError("not-allowed", "Folders of this machine cannot be mounted here");
    }
    const mount = await this.#points.add(wanted);
    this.#log.append({ type: "mount.added", mount });
    return mount;
  }

  /** Throws `not-found`. The folder itself is not touched. */
  unmount(name: MountName): void {
    if (this.#points?.remove(name) !== "removed") {
      throw new KernelError("not-found", `No folder is mounted as ${name}`, { field: "name" });
    }
    this.#log.append({ type: "mount.removed", name });
  }
}

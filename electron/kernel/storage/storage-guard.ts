import { KernelError, type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { StorageStatus } from "../../../shared/files.ts";
import type { EventLog } from "../events/event-log.ts";
import { DISK_RETRY_MS } from "../limits.ts";
import type { Clock, DiskProbe } from "../ports.ts";

export interface StorageGuardOptions {
  readonly log: Pick<EventLog, "append" | "problem" | "onProblem">;
  readonly clock: Clock;
  /** null: nobody can tell when there is room again, so that nothing is ever refused. */
  readonly disk: DiskProbe | null;
}

/**
 * Whether storage takes changes. A full or refusing disk turns it read-only: what would change anything is refused at
 * once, before it has begun, and reading goes on. The disk is tried again every DISK_RETRY_MS; once it takes writes,
 * and the log is on it, storage is ready by itself.
 */
export class StorageGuard {
  readonly #options: StorageGuardOptions;
  #status: StorageStatus = { mode: "ready" };
  #settle: () => Promise<void> = async () => {};
  #stopTimer: () => void = () => {};
  #state: "open" | "closed" = "open";

  constructor(options: StorageGuardOptions) {
    this.#options = options;
    // What the log cannot write, whatever the reason, must not be followed by more.
    options.log.onProblem((problem) => this.#turnReadOnly(problem));
  }

  get disk(): DiskProbe | null {
    return this.#options.disk;
  }

  status(): StorageStatus {
    return this.#status;
  }

  /**
   * Once the log may be written to: what an earlier kernel said last is put right. `settle`: brings to an end what was
   * cut short, each time there is room again.
   */
  open(last: StorageStatus, settle: () => Promise<void>): void {
    this.#settle = settle;
    if (this.#status.mode === "ready" && last.mode !== "ready") this.#tell();
    void this.#options.disk?.reserve();
  }

  /** Throws `storage-failed` while storage is read-only. */
  check(): void {
    const status = this.#status;
    if (status.mode === "ready") return;
    throw new KernelError("storage-failed", `Storage is read-only: ${status.reason}`, {
      hint: "Free some space on the disk of the data folder: changes are taken again by themselves. Reading goes on.",
    });
  }

  /** Is told of every failure of what is on disk, and acts on those of the disk itself. Never throws. */
  readonly failed = (thrown: unknown): void => {
    const error = toErrorData(thrown);
    if (isOfDisk(error)) this.#turnReadOnly(error);
  };

  close(): void {
    this.#state = "closed";
    this.#stopTimer();
  }

  #turnReadOnly({ message }: KernelErrorData): void {
    const { clock, disk } = this.#options;
    if (disk === null || this.#state === "closed" || this.#status.mode === "read-only") return;
    this.#status = { mode: "read-only", reason: message, since: clock.wall() };
    this.#tell();
    void disk.release();
    this.#tryLater(disk);
  }

  #tryLater(disk: DiskProbe): void {
    if (this.#state === "closed") return;
    this.#stopTimer = this.#options.clock.after(DISK_RETRY_MS, () => void this.#try(disk));
  }

  async #try(disk: DiskProbe): Promise<void> {
    try {
      await disk.probe();
      const problem = this.#options.log.problem();
      if (problem !== null) throw KernelError.from(problem);
      await this.#settle();
    } catch {
      // The room that a try took is the log's.
      await disk.release();
      this.#tryLater(disk);
      return;
    }
    if (this.#state === "closed") return;
    this.#status = { mode: "ready" };
    this.#tell();
  }

  #tell(): void {
    this.#options.log.append({ type: "storage.changed", status: this.#status });
  }
}

/** Full, mounted read-only, over its quota or broken: in the words of the file system's and of SQLite's errors. */
const OF_DISK =
  /no space left|no room left|\b(?:ENOSPC|EDQUOT|EROFS|EIO)\b|\bSQLITE_(?:FULL|READONLY|IOERR)(?:_|\b)/i;

/** Whether the disk refused, and not one file of it, as one with too long a name. */
export const isOfDisk = ({ code, message }: KernelErrorData): boolean =>
  code === "storage-failed" && OF_DISK.test(message);

import { KernelError, type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { LoadStatus, LocalModelConfig } from "../../../shared/local-models.ts";
import type { Clock } from "../../kernel/ports.ts";
import { Mutex } from "./mutex.ts";
import { type CoreFolders, openResident, type Resident } from "./resident.ts";
import type { SlotQueue } from "./slot-queue.ts";
import type { Speeds } from "./speeds.ts";
import type { StateFiles } from "./state-files.ts";

export interface ModelLifeOptions {
  readonly config: LocalModelConfig;
  readonly clock: Clock;
  readonly entry: () => string | null;
  readonly folders: CoreFolders;
  readonly queue: SlotQueue;
  readonly speeds: Speeds;
  readonly changed: () => void;
}

/** When a model is in memory: loaded by the first call, freed on demand, loaded anew when its memory is to change. */
export class ModelLife {
  readonly #options: ModelLifeOptions;
  readonly #mutex = new Mutex();
  #status: LoadStatus = { status: "unloaded" };
  #resident: Resident | null = null;
  #files: StateFiles | null = null;
  #slots: number;
  #kvRamBytes: number;
  #kvDiskBytes: number;
  /** The context in memory has another number of sequences than is wanted by now. */
  #outgrown = false;
  #closed = false;

  constructor(options: ModelLifeOptions) {
    this.#options = options;
    this.#slots = options.config.slots;
    this.#kvRamBytes = options.config.kvRamBytes;
    this.#kvDiskBytes = options.config.kvDiskBytes;
  }

  get status(): LoadStatus {
    return this.#status;
  }

  get resident(): Resident | null {
    return this.#resident;
  }

  /** States on disk, also of a model that was freed; null while none was loaded. */
  get files(): StateFiles | null {
    return this.#files;
  }

  get budgets(): { readonly ramBytes: number; readonly diskBytes: number } {
    return { ramBytes: this.#kvRamBytes, diskBytes: this.#kvDiskBytes };
  }

  /**
   * The loaded model, for a call that holds a slot or for somebody without one. Throws `addon-missing`,
   * `model-file-unusable`, `cancelled`.
   */
  get(caller: "slot" | "no-slot"): Promise<Resident> {
    const own = caller === "slot" ? 1 : 0;
    return this.#mutex.run(async () => {
      if (this.#closed) throw new KernelError("cancelled", "The program is stopping.");
      if (this.#resident && this.#outgrown && this.#options.queue.running <= own) await this.#free();
      return this.#resident ?? (await this.#load());
    });
  }

  /** Throws `conflict` while calls run. */
  async unload(): Promise<void> {
    const { queue, config } = this.#options;
    if (queue.running + queue.waiting > 0) {
      throw new KernelError("conflict", `Calls run on ${config.title}`, {
        hint: "Wait until they have ended, or cancel them.",
      });
    }
    await this.#mutex.run(() => this.#free());
  }

  /** Never rejects. Nothing is loaded afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#mutex.run(() => this.#free());
  }

  setSlots(slots: number): void {
    this.#slots = slots;
    if (this.#resident && slots > this.#resident.loaded.sequences) this.#outgrown = true;
    this.#resizeQueue();
  }

  setKvBudget(ramBytes: number, diskBytes: number): void {
    if (ramBytes !== this.#kvRamBytes && this.#resident) this.#outgrown = true;
    this.#kvRamBytes = ramBytes;
    this.#kvDiskBytes = diskBytes;
    void this.#resident?.pool.setDiskBudget(diskBytes).then(this.#options.changed);
    this.#options.changed();
  }

  async #load(): Promise<Resident> {
    const { config, clock, entry, folders, speeds } = this.#options;
    const start = clock.mono();
    this.#become({ status: "loading", percent: 0 });
    try {
      const resident = await openResident(config, {
        clock,
        entry: entry(),
        slots: this.#slots,
        kvRamBytes: this.#kvRamBytes,
        kvDiskBytes: this.#kvDiskBytes,
        folders,
        speeds,
        onPercent: (percent) => this.#become({ status: "loading", percent }),
      });
      this.#resident = resident;
      this.#files = resident.files;
      this.#outgrown = false;
      this.#resizeQueue();
      this.#become({ status: "loaded", loadMs: clock.mono() - start });
      return resident;
    } catch (thrown) {
      const error: KernelErrorData = toErrorData(thrown);
      this.#become({ status: "failed", error });
      throw thrown;
    }
  }

  async #free(): Promise<void> {
    const resident = this.#resident;
    this.#resident = null;
    this.#outgrown = false;
    await resident?.free();
    if (resident) this.#become({ status: "unloaded" });
  }

  /** Never more calls at once than there are sequences. */
  #resizeQueue(): void {
    const sequences = this.#resident?.loaded.sequences ?? this.#slots;
    this.#options.queue.resize(Math.min(this.#slots, sequences));
    this.#options.changed();
  }

  #become(status: LoadStatus): void {
    this.#status = status;
    this.#options.changed();
  }
}

import type { CoreInfo } from "../../../shared/cores.ts";
import { KernelError, type KernelErrorData } from "../../../shared/errors.ts";
import { localCoreInfo } from "../../../shared/local-core-info.ts";
import type { LocalModelConfig, LocalModelView } from "../../../shared/local-models.ts";
import type { LlmCore, LocalModelControl } from "../ports.ts";

/** Stands for a model file that could not be opened at all: it is listed with the reason, and fails each call with it. */
export class BrokenLocalCore implements LlmCore {
  readonly info: CoreInfo;
  readonly local: LocalModelControl;
  readonly #error: KernelErrorData;

  constructor(config: LocalModelConfig, error: KernelErrorData, since: number) {
    this.#error = error;
    const view: LocalModelView = {
      file: config.file,
      bytes: 0,
      load: { status: "failed", error },
      threads: config.threads,
      sequences: 0,
      kv: {
        ramBytes: 0,
        ramBudget: config.kvRamBytes,
        diskBytes: 0,
        diskBudget: config.kvDiskBytes,
        inRam: 0,
        onDisk: 0,
      },
      speeds: {
        prefillTokensPerSecond: null,
        outputTokensPerSecond: null,
        saveBytesPerSecond: null,
        restoreBytesPerSecond: null,
      },
    };
    this.info = { ...localCoreInfo(config, { status: "failing", error, since }), local: view };
    this.local = {
      load: () => this.complete(),
      unload: async () => {},
      setSlots: () => {},
      setKvBudget: () => {},
      view: () => view,
      watch: () => {},
    };
  }

  async complete(): Promise<never> {
    throw KernelError.from(this.#error);
  }

  async close(): Promise<void> {}
}

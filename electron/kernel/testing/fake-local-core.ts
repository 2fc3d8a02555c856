import type { CoreInfo } from "../../../shared/cores.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { LoadStatus, LocalModelConfig, LocalModelView } from "../../../shared/local-models.ts";
import type { CompletionRequest, CompletionRun, LlmCore, LocalModelControl } from "../ports.ts";
import { ScriptedCore, says } from "./scripted-core.ts";

/** Fake: a model file that answers "local" without an engine, and whose loading a test decides. */
export class FakeLocalCore implements LlmCore {
  readonly info: CoreInfo;
  readonly local: LocalModelControl;
  readonly forgotten: AgentId[] = [];
  slots: number;
  #kv: { readonly ram: number; readonly disk: number };
  #load: LoadStatus = { status: "unloaded" };
  #listener: (view: LocalModelView) => void = () => {};
  readonly #config: LocalModelConfig;
  readonly #answers: ScriptedCore;

  constructor(config: LocalModelConfig) {
    const { id, title, model, slots, contextTokens } = config;
    this.#answers = new ScriptedCore(() => says("local"), {
      id,
      model,
      slots,
      preemption: "kv",
      contextTokens,
    });
    this.#config = config;
    this.slots = slots;
    this.#kv = { ram: config.kvRamBytes, disk: config.kvDiskBytes };
    this.info = { ...this.#answers.info, title, kind: "local", source: "added" };
    this.local = {
      load: async () => this.becomes({ status: "loaded", loadMs: 30 }),
      unload: async () => {
        if (this.#answers.running > 0) throw new KernelError("conflict", "calls run");
        this.becomes({ status: "unloaded" });
      },
      setSlots: (next) => {
        this.slots = next;
      },
      setKvBudget: (ram, disk) => {
        this.#kv = { ram, disk };
        this.#listener(this.#view());
      },
      view: () => this.#view(),
      watch: (listener) => {
        this.#listener = listener;
      },
    };
  }

  get state(): ScriptedCore["state"] {
    return this.#answers.state;
  }

  complete(request: CompletionRequest, run: CompletionRun) {
    return this.#answers.complete(request, run);
  }

  close(): Promise<void> {
    return this.#answers.close();
  }

  becomes(load: LoadStatus): void {
    this.#load = load;
    this.#listener(this.#view());
  }

  async forget(owner: AgentId): Promise<void> {
    this.forgotten.push(owner);
  }

  #view(): LocalModelView {
    return {
      file: this.#config.file,
      bytes: 1_000_000,
      load: this.#load,
      threads: this.#config.threads,
      sequences: this.slots,
      kv: {
        ramBytes: 0,
        ramBudget: this.#kv.ram,
        diskBytes: 0,
        diskBudget: this.#kv.disk,
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
  }
}

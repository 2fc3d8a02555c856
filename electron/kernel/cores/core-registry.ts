import {
  type CoreConfig,
  type CoreHealth,
  type CoreInfo,
  type SavedCore,
  savedCoreSchema,
} from "../../../shared/cores.ts";
import { KernelError, type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { AgentId, CoreId } from "../../../shared/ids.ts";
import type { LocalModelConfig, LocalModelView } from "../../../shared/local-models.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock, CoreFactory, LlmCore, LocalModelControl, Secrets } from "../ports.ts";
import type { Admission, Verdict } from "../scheduler/admission.ts";
import type { CorePool } from "../scheduler/core-pool.ts";
import { BrokenLocalCore } from "./broken-local-core.ts";
import { isCoreFault, isLasting, mended, rankOf, withProblem, withSuccess, withView } from "./core-health.ts";

export interface CoreRegistryOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly factory: CoreFactory;
  readonly secrets: Secrets;
  readonly pool: CorePool;
  readonly admission: Admission;
  readonly defaultModel: () => string | null;
  /** Called when a core has become able to take calls, or has gone. */
  readonly changed: (model: string) => void;
  readonly block: (coreId: CoreId, lane: string, until: number) => void;
  /** What keeps a model file from running now, or null. Never rejects. */
  readonly localProblem: (config: LocalModelConfig) => Promise<KernelErrorData | null>;
}

interface Member {
  readonly core: LlmCore;
  info: CoreInfo;
  config: SavedCore | null;
  /** Held here alone: that of the environment is kept nowhere else. */
  readonly apiKey: string | null;
}

/** The cores there are, their health, and which model serves a call. Their slots are the pool's. */
export class CoreRegistry {
  readonly #options: CoreRegistryOptions;
  readonly #members = new Map<CoreId, Member>();

  constructor(options: CoreRegistryOptions) {
    this.#options = options;
  }

  /** Adds the embedded cores and those that the person added, with their keys. */
  async open(saved: readonly JsonObject[]): Promise<void> {
    const { factory, secrets } = this.#options;
    for (const core of factory.builtIn()) this.#add(core, null, null);
    for (const each of saved) {
      const config = savedCoreSchema.safeParse(each).data;
      if (!config || this.#members.has(config.id)) continue;
      if ("type" in config) {
        await this.#addLocal(config);
        continue;
      }
      const apiKey = await secrets.get(config.id);
      this.#add(factory.open(config, apiKey), config, apiKey);
    }
  }

  /** Looks for model servers; adds the new ones and removes those of an earlier search that are gone. */
  async discover(signal: AbortSignal): Promise<readonly CoreId[]> {
    const found = await this.#options.factory.discover(signal);
    const ids = new Set(found.map(({ config }) => config.id));
    for (const { info } of [...this.#members.values()]) {
      const searched = info.source === "found" || info.source === "environment";
      // Another search may have removed it meanwhile.
      if (searched && !ids.has(info.id) && this.#members.has(info.id)) await this.remove(info.id);
    }
    for (const { config, apiKey } of found) {
      if (!this.#members.has(config.id)) {
        this.#add(this.#options.factory.open(config, apiKey), config, apiKey);
      }
    }
    return [...ids];
  }

  /** Adds a core that a person described. Throws `conflict`. */
  async add(config: CoreConfig, apiKey: string): Promise<CoreInfo> {
    if (this.#members.has(config.id)) {
      throw new KernelError("conflict", `${config.model} at ${config.baseUrl} is there already`, {
        field: "model",
      });
    }
    const key = apiKey === "" ? null : apiKey;
    if (key !== null) await this.#options.secrets.set(config.id, key);
    return this.#add(this.#options.factory.open(config, key), config, key);
  }

  /** Adds a model file. One that cannot run now is listed with the reason. Throws `conflict`. */
  async addLocal(config: LocalModelConfig): Promise<CoreInfo> {
    const same = this.localConfigs().find(({ file }) => file === config.file);
    if (same || this.#members.has(config.id)) {
      throw new KernelError("conflict", `${config.file} is there already, as ${same?.title ?? config.id}`, {
        field: "file",
        hint: "See Models",
      });
    }
    return this.#addLocal(config);
  }

  /** Looks again at what kept model files from running: the engine may have come, a file may have gone. */
  async checkLocal(): Promise<void> {
    await Promise.all(this.localConfigs().map((config) => this.#checkLocal(config)));
  }

  localConfigs(): readonly LocalModelConfig[] {
    return [...this.#members.values()].flatMap(({ config }) => (config && "type" in config ? [config] : []));
  }

  hasCore(id: CoreId): boolean {
    return this.#members.has(id);
  }

  /** The control of a model file. Throws `model-not-found`, and `not-allowed` for any other core. */
  local(id: CoreId): LocalModelControl {
    const { core, info } = this.#need(id);
    if (core.local) return core.local;
    throw new KernelError("not-allowed", `${info.title} does not run in the program itself`);
  }

  setKvBudget(id: CoreId, kvRamBytes: number, kvDiskBytes: number): void {
    const member = this.#need(id);
    this.local(id).setKvBudget(kvRamBytes, kvDiskBytes);
    if (member.config && "type" in member.config) {
      member.config = { ...member.config, kvRamBytes, kvDiskBytes };
    }
  }

  /** Throws `not-found`, and `not-allowed` for an embedded core. */
  async remove(id: CoreId): Promise<void> {
    const { pool, log, secrets, admission, changed } = this.#options;
    const { core, info } = this.#need(id);
    if (info.source === "built-in")
      throw new KernelError("not-allowed", `${info.title} is part of the program`);
    this.#members.delete(id);
    pool.remove(id);
    admission.forget(id);
    log.append({ type: "core.removed", coreId: id });
    if (info.source === "added") await secrets.delete(id);
    await core.close();
    // A model file's states on the disk are of use to nobody now.
    if (core.local) await Promise.all([...log.state().agents.keys()].map((id) => core.forget?.(id)));
    changed(info.model);
  }

  setSlots(id: CoreId, slots: number): void {
    const member = this.#need(id);
    this.#options.pool.setSlots(id, slots);
    member.core.local?.setSlots(slots);
    this.#update(member, { ...member.info, capabilities: { ...member.info.capabilities, slots } });
    this.#options.changed(member.info.model);
  }

  /** The core on which a placed call runs. Throws `model-not-found` when it was removed meanwhile. */
  get(id: CoreId): LlmCore {
    return this.#need(id).core;
  }

  /** The cores that serve a model, or all for null, with what is known of each now. */
  serving(model: string | null): readonly { readonly core: LlmCore; readonly info: CoreInfo }[] {
    return [...this.#members.values()].filter(({ info }) => model === null || info.model === model);
  }

  /** An agent has ended: what cores keep of its context is of no more use. */
  forget(agentId: AgentId): void {
    for (const { core } of this.#members.values()) void core.forget?.(agentId);
  }

  info(id: CoreId): CoreInfo {
    return this.#need(id).info;
  }

  apiKey(id: CoreId): string | null {
    return this.#need(id).apiKey;
  }

  has(model: string): boolean {
    return this.#options.pool.hasLane(model);
  }

  /** The model for a call that asks for `model`, or for none. Throws `model-not-found`. */
  resolve(model: string | null): string {
    const wished = model ?? this.#options.defaultModel();
    if (wished !== null && this.has(wished)) return wished;
    if (model !== null) {
      throw new KernelError("model-not-found", `No core serves the model ${model}`, {
        hint: "Choose another model, or add a core in Models",
      });
    }
    const best = [...this.#members.values()].sort((a, b) => rankOf(a.info) - rankOf(b.info))[0];
    if (!best) throw new KernelError("model-not-found", "There is no core", { hint: "Add one in Models" });
    return best.info.model;
  }

  /** What is kept on disk: the cores that a person added, and model files. */
  saved(): JsonObject[] {
    return [...this.#members.values()].flatMap(({ config, info }) =>
      config && ("type" in config || config.source === "added")
        ? [{ ...config, slots: info.capabilities.slots }]
        : [],
    );
  }

  succeeded(id: CoreId): void {
    this.#options.pool.adapt(id, "success");
    this.#options.admission.succeeded(id);
    const member = this.#members.get(id);
    const proven = member && withSuccess(member.info, member.core.verifiedWindow ?? null);
    if (member && proven && proven !== member.info) this.#update(member, proven);
  }

  /** Judges a failed call, and keeps the core from starting others where that helps. */
  failed(id: CoreId, error: KernelErrorData, attempt: number): Verdict {
    const { admission, clock, pool, block } = this.#options;
    const wall = clock.wall();
    const verdict = admission.failed(id, error, attempt, wall);
    const member = this.#members.get(id);
    if (verdict.type === "wait-for-core" && member) {
      pool.adapt(id, "refused");
      block(id, member.info.model, clock.mono() + verdict.delayMs);
    }
    if (error.code === "model-rate-limited" && verdict.type === "wait-for-core") {
      this.#health(id, { status: "rate-limited", until: wall + verdict.delayMs });
    } else if (isCoreFault(error)) this.#health(id, { status: "failing", error, since: wall });
    return verdict;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#members.values()].map(({ core }) => core.close()));
  }

  async #addLocal(config: LocalModelConfig): Promise<CoreInfo> {
    const problem = await this.#options.localProblem(config);
    let core: LlmCore;
    try {
      core = this.#options.factory.openLocal(config);
    } catch (thrown) {
      // Listed with the reason all the same: the person added it, and nobody else takes it away.
      core = new BrokenLocalCore(config, toErrorData(thrown), this.#options.clock.wall());
    }
    this.#add(core, config, null);
    core.local?.watch((view) => this.#localChanged(core, view));
    if (problem) this.#localFailed(config.id, problem);
    return this.#need(config.id).info;
  }

  async #checkLocal(config: LocalModelConfig): Promise<void> {
    const problem = await this.#options.localProblem(config);
    const member = this.#members.get(config.id);
    if (!member) return;
    if (problem) this.#localFailed(config.id, problem);
    else if (isLasting(member.info.health)) {
      this.#update(member, mended(member.info, member.core.local?.view()));
    }
  }

  #localFailed(id: CoreId, error: KernelErrorData): void {
    const member = this.#members.get(id);
    if (member) this.#update(member, withProblem(member.info, error, this.#options.clock.wall()));
  }

  #localChanged(core: LlmCore, view: LocalModelView): void {
    const member = this.#members.get(core.info.id);
    if (member?.core === core) this.#update(member, withView(member.info, view, this.#options.clock.wall()));
  }

  #add(core: LlmCore, config: SavedCore | null, apiKey: string | null): CoreInfo {
    const info = core.local ? { ...core.info, local: core.local.view() } : core.info;
    this.#members.set(info.id, { core, info, config, apiKey });
    this.#options.pool.add({ id: info.id, lane: info.model, slots: info.capabilities.slots });
    this.#options.log.append({ type: "core.added", core: info });
    this.#options.changed(info.model);
    return info;
  }

  #need(id: CoreId): Member {
    const member = this.#members.get(id);
    if (!member) throw new KernelError("model-not-found", `There is no core ${id}`, { hint: "See Models" });
    return member;
  }

  #health(id: CoreId, health: CoreHealth): void {
    const member = this.#members.get(id);
    if (!member || (health.status === "ready" && member.info.health.status === "ready")) return;
    this.#update(member, { ...member.info, health });
  }

  #update(member: Member, info: CoreInfo): void {
    member.info = info;
    this.#options.log.append({ type: "core.changed", core: info });
  }
}

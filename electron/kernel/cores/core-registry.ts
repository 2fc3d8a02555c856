import { z } from "zod";
import { type CoreConfig, type CoreHealth, type CoreInfo, coreConfigSchema } from "../../../shared/cores.ts";
import { KernelError, type KernelErrorData } from "../../../shared/errors.ts";
import type { CoreId } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock, CoreFactory, LlmCore, Secrets } from "../ports.ts";
import type { Admission, Verdict } from "../scheduler/admission.ts";
import type { CorePool } from "../scheduler/core-pool.ts";

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
}

interface Member {
  readonly core: LlmCore;
  info: CoreInfo;
  readonly config: CoreConfig | null;
  /** Held here alone: that of the environment is kept nowhere else. */
  readonly apiKey: string | null;
}

/** Sources in the order in which they serve agents that name no model: what a person added comes first. */
const PREFERENCE = { added: 0, environment: 1, found: 2, "built-in": 3 } as const;

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
      const config = coreConfigSchema.safeParse(each);
      if (!config.success || this.#members.has(config.data.id)) continue;
      const apiKey = await secrets.get(config.data.id);
      this.#add(factory.open(config.data, apiKey), config.data, apiKey);
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
    changed(info.model);
  }

  setSlots(id: CoreId, slots: number): void {
    const member = this.#need(id);
    this.#options.pool.setSlots(id, slots);
    this.#update(member, { ...member.info, capabilities: { ...member.info.capabilities, slots } });
    this.#options.changed(member.info.model);
  }

  /** The core on which a placed call runs. Throws `model-not-found` when it was removed meanwhile. */
  get(id: CoreId): LlmCore {
    return this.#need(id).core;
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
    const best = [...this.#members.values()].sort(
      (a, b) => PREFERENCE[a.info.source] - PREFERENCE[b.info.source],
    )[0];
    if (!best) throw new KernelError("model-not-found", "There is no core", { hint: "Add one in Models" });
    return best.info.model;
  }

  /** What is kept on disk: the cores that a person added. */
  saved(): JsonObject[] {
    return [...this.#members.values()].flatMap(({ config, info }) =>
      config?.source === "added" ? [{ ...config, slots: info.capabilities.slots }] : [],
    );
  }

  succeeded(id: CoreId): void {
    this.#options.pool.adapt(id, "success");
    this.#options.admission.succeeded(id);
    this.#health(id, { status: "ready" });
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
    } else if (isServerFault(error)) this.#health(id, { status: "failing", error, since: wall });
    return verdict;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#members.values()].map(({ core }) => core.close()));
  }

  #add(core: LlmCore, config: CoreConfig | null, apiKey: string | null): CoreInfo {
    const { info } = core;
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

const isServerFault = (error: KernelErrorData): boolean =>
  error.code.startsWith("model-") &&
  error.code !== "model-bad-request" &&
  error.code !== "model-tool-call-malformed";

/** Id of a core that a person adds: the same address and model are the same core. */
export const addedCoreId = (baseUrl: string, model: string): string =>
  `${z
    .url()
    .parse(baseUrl)
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "")}/${model}`;

import type { CoreHealth, CoreInfo } from "../../../shared/cores.ts";
import type { KernelErrorData } from "../../../shared/errors.ts";
import type { LocalModelView } from "../../../shared/local-models.ts";

/** Sources in the order in which they serve agents that name no model: what a person added comes first. */
const PREFERENCE = { added: 0, environment: 1, found: 2, "built-in": 3 } as const;

/** The lower, the sooner a core serves agents that name no model. One that cannot run or talk at all comes last. */
export const rankOf = ({ source, health, capabilities }: CoreInfo): number =>
  PREFERENCE[source] +
  (isLasting(health) || capabilities.chat === "none" ? Object.keys(PREFERENCE).length : 0);

/** A failure that no further call can mend: the engine or the file is missing. */
export const isLasting = (health: CoreHealth): boolean =>
  health.status === "failing" &&
  ["addon-missing", "model-file-unusable", "not-found"].includes(health.error.code);

/** A failure of a call that tells something about its core. */
export const isCoreFault = ({ code }: KernelErrorData): boolean =>
  code === "addon-missing" ||
  (code.startsWith("model-") && code !== "model-bad-request" && code !== "model-tool-call-malformed");

/** A model file that cannot be used, as screens see it. */
export function withProblem(info: CoreInfo, error: KernelErrorData, now: number): CoreInfo {
  const health = { status: "failing", error, since: sinceOf(info.health, now) } as const;
  if (!info.local) return { ...info, health };
  return { ...info, health, local: { ...info.local, load: { status: "failed", error } } };
}

/** The core with what its model file says of itself now: a load that failed or succeeded tells of its health too. */
export function withView(info: CoreInfo, local: LocalModelView, now: number): CoreInfo {
  const { load } = local;
  if (load.status === "failed") return withProblem({ ...info, local }, load.error, now);
  const isMended = load.status === "loaded" && isLasting(info.health);
  return { ...info, local, ...(isMended ? { health: { status: "ready" } as const } : {}) };
}

/** What kept it from running is gone; its next call will tell the rest. */
export function mended(info: CoreInfo, local: LocalModelView | undefined): CoreInfo {
  const health = { status: "untested" } as const;
  if (!local) return { ...info, health };
  const load = local.load.status === "failed" ? ({ status: "unloaded" } as const) : local.load;
  return { ...info, health, local: { ...local, load } };
}

const sinceOf = (health: CoreHealth, now: number): number =>
  health.status === "failing" ? health.since : now;

/** A call went well: it is ready, and its window is the one that was seen. The same object where nothing is new. */
export function withSuccess(info: CoreInfo, seenWindow: number | null): CoreInfo {
  const contextTokens = seenWindow ?? info.capabilities.contextTokens;
  const isNew = info.health.status !== "ready" || contextTokens !== info.capabilities.contextTokens;
  if (!isNew) return info;
  return { ...info, health: { status: "ready" }, capabilities: { ...info.capabilities, contextTokens } };
}

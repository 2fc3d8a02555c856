import { PERSON } from "../../../shared/memory-owners.ts";
import type { Decision, Effect, PermissionMode, Risk } from "../../../shared/permission.ts";
import type { AccessRequest } from "./request.ts";
import { privateElsewhere } from "./taint-check.ts";
import { GROUP, memoryOwnerOf } from "./targets.ts";

const RISK_RANK: Readonly<Record<Risk, number>> = { none: 0, low: 1, medium: 2, high: 3 };

/** Whether a mode asks about a risk. */
export function isAsked(risk: Risk, mode: PermissionMode): boolean {
  switch (mode) {
    case "ask":
      return RISK_RANK[risk] >= RISK_RANK.low;
    case "ask-on-risk":
      return RISK_RANK[risk] >= RISK_RANK.medium;
    case "run-freely":
      return false;
  }
}

/** The highest risk of the effects; none without any. */
export const riskOfAll = (effects: readonly Effect[], request: AccessRequest): Risk =>
  effects
    .map((effect) => riskOf(effect, request))
    .reduce<Risk>((worst, risk) => (RISK_RANK[risk] > RISK_RANK[worst] ? risk : worst), "none");

export function riskOf(effect: Effect, request: AccessRequest): Risk {
  if (effect.reversible === "no" || effect.opaque !== undefined) return "high";
  switch (effect.type) {
    case "read":
      return "low";
    case "write":
    case "delete":
      // An agent's own memory is its notebook, as a group's is its members'; everything else is the person's.
      return isNotebook(memoryOwnerOf(effect), request.memoryOwner) ? "low" : "medium";
    case "net":
      // An address can carry out what the agent has read.
      return privateElsewhere(effect, request.marks).length > 0 ? "medium" : "low";
    case "exec":
      return "medium";
    case "send":
    case "config":
    case "secret":
      return "high";
  }
}

const isNotebook = (owner: string | null, own: string): boolean =>
  owner !== null && (owner === own || owner.startsWith(GROUP));

/** Whether a mode asks about an effect. What the person's memory says all agents read: writing it is asked about in each. */
export const isAskedAbout = (effect: Effect, request: AccessRequest): boolean =>
  isAsked(riskOf(effect, request), request.mode) || isForAll(effect, request);

/** Whether an effect changes what every agent reads. */
export const isForAll = (effect: Effect, { memoryOwner }: AccessRequest): boolean =>
  effect.type !== "read" && memoryOwner !== PERSON && memoryOwnerOf(effect) === PERSON;

/** Whether a decision is about more than another one that the person has seen. */
export const isRiskier = (now: Decision, seen: Decision): boolean =>
  RISK_RANK[now.risk] > RISK_RANK[seen.risk];

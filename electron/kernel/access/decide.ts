import type { Decision, Effect, Grant, PermissionMode, Risk, RuleOffer } from "../../../shared/permission.ts";
import type { AccessRequest, Principal } from "./request.ts";

const RANK: Readonly<Record<Risk, number>> = { none: 0, low: 1, medium: 2, high: 3 };

/**
 * The access decision: a pure function, strictest step first. No effect, then the floor that nothing lifts, then
 * earlier grants, then the mode's default; where nobody can be asked, ask means deny.
 */
export function decide(request: AccessRequest): Decision {
  const { effects, tool, mode } = request;
  const risk = highest(
    effects.map((effect) => riskOf(effect, request.marks.private.length > 0 ? "read" : "none")),
  );
  const common = { risk, effects };
  const floor = effects.find((effect) => effect.type === "secret" || effect.type === "config");
  if (floor) {
    const reason = `No agent may touch ${floor.target}`;
    return { ...common, verdict: "deny", by: "floor", reason };
  }
  if (effects.length === 0) {
    return {
      ...common,
      verdict: "allow",
      by: "no-effect",
      reason: `${tool} changes nothing outside the agent`,
    };
  }
  const grant = risk === "high" ? undefined : request.grants.find((each) => grants(each, request));
  if (grant) {
    return {
      ...common,
      verdict: "allow",
      by: "grant",
      reason: `Allowed before: ${grant.text}`,
      grantId: grant.id,
    };
  }
  const threshold: Risk | null = mode === "run-freely" ? null : mode === "ask" ? "low" : "medium";
  if (threshold === null || RANK[risk] < RANK[threshold]) {
    return {
      ...common,
      verdict: "allow",
      by: "mode",
      reason: `Risk ${risk} needs no asking in mode ${words(mode)}`,
    };
  }
  if (request.person === "absent") {
    const reason = `${tool} needs a person's approval and nobody is there to give it`;
    return { ...common, verdict: "deny", by: "nobody-to-ask", reason };
  }
  return {
    ...common,
    verdict: "ask",
    by: "mode",
    reason: `${describe(effects)}: ${risk} risk, in mode ${words(mode)}`,
  };
}

/** The words of a "for this run" grant, shown before it is given; null where none is offered. */
export function runGrantText(request: AccessRequest, decision: Decision): string | null {
  if (decision.risk === "high" || request.agentId === null) return null;
  return `${request.agentId} may use ${request.tool} until it ends`;
}

/** Wider answers that the person may give, narrowest first. */
export const ruleOffers = (_request: AccessRequest, _decision: Decision): readonly RuleOffer[] => [];

/** Whether the groups of each principal include a model by one of its names. */
export const mayUseModel = (lineage: readonly Principal[], names: readonly string[]): "yes" | "no" =>
  lineage.every(({ groups }) =>
    groups.some(({ cores }) => cores === null || names.some((name) => cores.includes(name))),
  )
    ? "yes"
    : "no";

/** Most tokens in one run that the groups leave; null: no bound. */
export const tokenCeiling = (lineage: readonly Principal[]): number | null => {
  const bounds = lineage.flatMap(({ groups }) =>
    groups.length === 0 || groups.some(({ tokens }) => tokens === null)
      ? []
      : [Math.max(...groups.map(({ tokens }) => tokens ?? 0))],
  );
  return bounds.length === 0 ? null : Math.min(...bounds);
};

/** Whether a pattern covers a target. */
export const matchesTarget = (pattern: string, target: string): boolean =>
  pattern === "**" || pattern === target;

function grants(grant: Grant, request: AccessRequest): boolean {
  return grant.agentId === request.agentId && grant.tool === request.tool;
}

function riskOf(effect: Effect, privateData: "read" | "none"): Risk {
  switch (effect.type) {
    case "read":
      return "low";
    case "write":
    case "delete":
      // An agent's own memory is its notebook; a file is the person's.
      if (effect.reversible === "no") return "high";
      return effect.target.startsWith("memory:") ? "low" : "medium";
    case "net":
      // An address can carry out what the agent has read.
      return privateData === "read" ? "medium" : "low";
    case "exec":
    case "send":
    case "config":
    case "secret":
      return "high";
  }
}

const highest = (risks: readonly Risk[]): Risk =>
  risks.reduce<Risk>((worst, risk) => (RANK[risk] > RANK[worst] ? risk : worst), "none");

const words = (mode: PermissionMode): string => mode.replaceAll("-", " ");

const describe = (effects: readonly Effect[]): string =>
  effects.map((effect) => `${effect.type} ${effect.target}`).join(", ");

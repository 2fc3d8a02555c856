import type { AgentId } from "../../../shared/ids.ts";
import type { Decision, Effect, Grant, PermissionMode, Risk } from "../../../shared/permission.ts";

export interface AccessRequest {
  readonly agentId: AgentId | null;
  readonly tool: string;
  /** On canonical targets. */
  readonly effects: readonly Effect[];
  readonly mode: PermissionMode;
  readonly grants: readonly Grant[];
  /** Whether the agent has read files or memory in this run, and could carry them out. */
  readonly privateData: "read" | "none";
  /** Whether anybody can be asked. */
  readonly person: "present" | "absent";
}

const RANK: Readonly<Record<Risk, number>> = { none: 0, low: 1, medium: 2, high: 3 };

/**
 * The access decision: a pure function, strictest step first. No effect, then the floor that nothing lifts, then
 * earlier grants, then the mode's default; where nobody can be asked, ask means deny.
 */
export function decide(request: AccessRequest): Decision {
  const { effects, tool, mode } = request;
  const risk = highest(effects.map((effect) => riskOf(effect, request.privateData)));
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

function grants(grant: Grant, request: AccessRequest): boolean {
  return grant.agentId === request.agentId && grant.tool === request.tool;
}

function riskOf(effect: Effect, privateData: AccessRequest["privateData"]): Risk {
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

import type { Decision, Effect, PermissionMode } from "../../../shared/permission.ts";
import { exceededCeiling } from "./ceiling.ts";
import { cut, describeEffects } from "./reasons.ts";
import type { AccessRequest } from "./request.ts";
import { isAskedAbout, isForAll, riskOfAll } from "./risk.ts";
import { allowingRule, strictRule } from "./rule-match.ts";
import { checkTaint } from "./taint-check.ts";

export { mayUseModel, tokenCeiling } from "./ceiling.ts";
export { matchesTarget } from "./glob.ts";
export { ruleOffers, runGrantText } from "./offers.ts";

type Settled = Pick<Decision, "verdict" | "by" | "reason" | "grantId" | "ruleId">;
type Step = (request: AccessRequest) => Settled | null;

/**
 * The access decision: a pure function, and never throws. Every step that can tighten is looked at, and the strictest
 * verdict wins, of equal ones the first; only where none has anything to say may rules, grants and the mode allow.
 * Where nobody can be asked, ask means deny; a person who makes the call has answered by making it.
 */
export function decide(request: AccessRequest): Decision {
  const { effects } = request;
  return { ...answered(settle(request), request), risk: riskOfAll(effects, request), effects };
}

function settle(request: AccessRequest): Settled {
  const strict = STEPS.flatMap((step) => step(request) ?? []);
  return strict.find(({ verdict }) => verdict === "deny") ?? strict[0] ?? permit(request);
}

function answered(settled: Settled, { caller, agentId, person, tool }: AccessRequest): Settled {
  if (settled.verdict !== "ask") return settled;
  if (caller === "person") return { verdict: "allow", by: "person", reason: "The person made this call" };
  if (agentId !== null && person === "present") return settled;
  const reason = `${tool} needs a person's approval and nobody is there to give it`;
  return { verdict: "deny", by: "nobody-to-ask", reason };
}

/** Nothing lifts it. */
const floor: Step = ({ effects }) => {
  const found = effects.find(({ type }) => type === "secret" || type === "config");
  return found ? { verdict: "deny", by: "floor", reason: `No agent may touch ${cut(found.target)}` } : null;
};

const ceiling: Step = (request) => {
  const reason = exceededCeiling(request);
  return reason === null ? null : { verdict: "deny", by: "ceiling", reason };
};

const rules: Step = (request) => {
  const deny = strictRule("deny", request);
  if (deny)
    return { verdict: "deny", by: "rule", reason: `A rule forbids it: ${deny.text}`, ruleId: deny.id };
  const ask = strictRule("ask", request);
  return ask && { verdict: "ask", by: "rule", reason: `A rule says to ask: ${ask.text}`, ruleId: ask.id };
};

const taint: Step = ({ effects, marks }) => {
  const finding = checkTaint(effects, marks);
  return finding && { ...finding, by: "taint" };
};

const opaque: Step = ({ effects }) => {
  const found = effects.find((effect) => effect.opaque !== undefined);
  if (!found) return null;
  const why = `nobody can tell what it does before it runs: ${found.opaque}`;
  return { verdict: "ask", by: "opaque", reason: `${describeEffects([found])}: ${why}` };
};

const irreversible: Step = ({ effects }) => {
  const found = effects.filter(({ reversible }) => reversible === "no");
  if (found.length === 0) return null;
  return { verdict: "ask", by: "irreversible", reason: `${describeEffects(found)}: it cannot be taken back` };
};

const STEPS: readonly Step[] = [floor, ceiling, rules, taint, opaque, irreversible];

/** What no step has anything against: allowed by a rule, a grant or the mode, else asked about. */
function permit(request: AccessRequest): Settled {
  const { effects, tool, mode } = request;
  if (effects.length === 0) {
    return { verdict: "allow", by: "no-effect", reason: `${tool} changes nothing outside the agent` };
  }
  const risk = riskOfAll(effects, request);
  const allowing = effects.map((effect) => allowingRule(effect, request));
  const rest = effects.filter((_, n) => allowing[n] === null);
  const restRisk = riskOfAll(rest, request);
  const covered = allowing.find((rule) => rule !== null);
  const isAsked = (some: readonly Effect[]): boolean => some.some((effect) => isAskedAbout(effect, request));
  if (covered && !isAsked(rest) && (rest.length === 0 || isAsked(effects))) {
    return {
      verdict: "allow",
      by: "rule",
      reason: `A rule allows it: ${covered.text}`,
      ruleId: covered.id,
    };
  }
  const grant = request.grants.find((each) => each.agentId === request.agentId && each.tool === tool);
  if (grant && restRisk !== "high") {
    return { verdict: "allow", by: "grant", reason: `Allowed before: ${grant.text}`, grantId: grant.id };
  }
  if (!isAsked(rest)) {
    return { verdict: "allow", by: "mode", reason: `Risk ${risk} needs no asking in mode ${words(mode)}` };
  }
  const forAll = rest.filter((effect) => isForAll(effect, request));
  const reason =
    forAll.length > 0
      ? `${describeEffects(forAll)}: every agent reads what the person's memory says`
      : `${describeEffects(effects)}: ${risk} risk, in mode ${words(mode)}`;
  return { verdict: "ask", by: "mode", reason };
}

const words = (mode: PermissionMode): string => mode.replaceAll("-", " ");

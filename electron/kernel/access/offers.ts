import { type Rule, type RuleDraft, ruleText } from "../../../shared/access.ts";
import { ruleId } from "../../../shared/ids.ts";
import type { Decision, Effect, RuleOffer } from "../../../shared/permission.ts";
import type { AccessRequest } from "./request.ts";
import { isAskedAbout } from "./risk.ts";
import { allowingRule } from "./rule-match.ts";
import { isOnWorkspace, parseHost, serverOf } from "./targets.ts";

/** Longest pattern and tool name that a rule takes (`ruleDraftSchema`). */
const PATTERN_CHARACTERS = 500;
const TOOL_CHARACTERS = 128;

/** The words of a "for this run" grant, shown before it is given; null where none is offered. */
export function runGrantText(request: AccessRequest, decision: Decision): string | null {
  if (!mayBeWidened(decision) || request.agentId === null) return null;
  return `${request.agentId} may use ${request.tool} until it ends`;
}

/**
 * The rules that would have allowed a call, narrowest first: its very target, then the folder or the host. Empty
 * where nothing wider than once may be given, and where one rule cannot cover all that the call was asked about: an
 * offer that would not work is a lie.
 */
export function ruleOffers(request: AccessRequest, decision: Decision): readonly RuleOffer[] {
  const agent = request.lineage[0]?.agent;
  if (!mayBeWidened(decision) || agent === undefined || request.tool.length > TOOL_CHARACTERS) return [];
  const asked = request.effects.filter(
    (effect) => isAskedAbout(effect, request) && !allowingRule(effect, request),
  );
  const [first] = asked;
  if (!first || asked.some(({ type }) => type !== first.type)) return [];
  const common = { verdict: "allow", agent, tool: request.tool, effect: first.type } as const;
  return [exact, wider].flatMap((patternOf) => {
    const pattern = patternOf(first);
    if (pattern === null || pattern.length > PATTERN_CHARACTERS) return [];
    const draft: RuleDraft = { ...common, pattern, workspace: request.workspace, expiresAt: null };
    const rules = [...request.rules, kept(draft)];
    const works = asked.every((effect) => allowingRule(effect, { ...request, rules }) !== null);
    return works ? [{ draft, text: ruleText(draft) }] : [];
  });
}

/** Only what the mode asks about: every other question stands however often it was answered. */
const mayBeWidened = ({ verdict, by, risk }: Decision): boolean =>
  verdict === "ask" && by === "mode" && risk !== "high";

/** A `*` in a target would stand for more than itself. */
const exact = ({ target }: Effect): string | null => (target.includes("*") ? null : target);

function wider(effect: Effect): string | null {
  const { type, target } = effect;
  if (target.includes("*") || serverOf(effect) !== null) return null;
  if (type === "net") {
    const { host, port } = parseHost(target);
    return port === null ? null : host;
  }
  const slash = target.lastIndexOf("/");
  return isOnWorkspace(effect) && slash > 0 ? `${target.slice(0, slash)}/**` : null;
}

const kept = (draft: RuleDraft): Rule => ({
  ...draft,
  id: ruleId(0),
  text: "",
  createdAt: 0,
  source: "person",
});

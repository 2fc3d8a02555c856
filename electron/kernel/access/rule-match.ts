import type { Rule } from "../../../shared/access.ts";
import type { Effect } from "../../../shared/permission.ts";
import { fixedStart, matchesTarget } from "./glob.ts";
import type { AccessRequest } from "./request.ts";
import { isOnWorkspace, parseHost } from "./targets.ts";

/**
 * The first rule of a strict verdict that a call falls under. One effect is enough, and one of those in whose name
 * the call is made.
 */
export const strictRule = (verdict: "ask" | "deny", request: AccessRequest): Rule | null =>
  request.rules.find(
    (rule) =>
      rule.verdict === verdict &&
      holds(rule, request) &&
      (rule.agent === null || request.lineage.some(({ agent }) => agent === rule.agent)) &&
      request.effects.some((effect) => isOfType(rule, effect) && touches(rule.pattern, effect)),
  ) ?? null;

/**
 * The person's rule that allows an effect; null when there is none. Each ancestor must be allowed it too, or a child
 * would get more than its parent. What cannot be taken back or foreseen is never covered, nor is a program: rules
 * speak of agents.
 */
export function allowingRule(effect: Effect, request: AccessRequest): Rule | null {
  if (effect.reversible === "no" || effect.opaque !== undefined) return null;
  const rules = request.rules.filter(
    (rule) =>
      rule.verdict === "allow" &&
      rule.source === "person" &&
      holds(rule, request) &&
      isOfType(rule, effect) &&
      covers(rule.pattern, effect),
  );
  const found = request.lineage.map(({ agent }) =>
    rules.find((rule) => rule.agent === null || rule.agent === agent),
  );
  return found.includes(undefined) ? null : (found[0] ?? null);
}

/** Whether a rule is in force here and now, for this tool. */
const holds = (rule: Rule, { tool, server, workspace, now }: AccessRequest): boolean =>
  (rule.tool === null || isOfTool(rule.tool, tool, server)) &&
  (rule.expiresAt === null || rule.expiresAt > now) &&
  (rule.workspace === null || rule.workspace === workspace || folder(rule.workspace) === folder(workspace));

/** A long name of a server's tool may be cut, so the server's own name counts as well. */
const isOfTool = (pattern: string, tool: string, server: string | null): boolean =>
  pattern.endsWith("*")
    ? tool.startsWith(pattern.slice(0, -1)) || (server !== null && pattern === `${server}__*`)
    : tool === pattern;

const isOfType = (rule: Rule, effect: Effect): boolean => rule.effect === null || rule.effect === effect.type;

const folder = (path: string): string => path.replace(/[/\\]+$/, "");

/** Whether a pattern names an effect. For the network a host alone names every port of it. */
function covers(pattern: string, effect: Effect): boolean {
  if (effect.type !== "net" && effect.type !== "send") return matchesTarget(pattern, effect.target);
  const { host, port } = parseHost(effect.target);
  const place = pattern.toLowerCase();
  return matchesTarget(place, host) || (port !== null && matchesTarget(place, `${host}:${port}`));
}

/**
 * Whether a pattern names an effect, or something that the effect takes along: a deleted folder takes what is in it,
 * and one that is read, by a search or `grep -r`, shows it. Whatever the case: some systems do not tell `Private`
 * from `private`. Below a folder other than the workspace only the fixed start of a pattern is looked at: a target
 * may as well be a file, and a pattern such as `**`+`/keys` would stand against every one.
 */
function touches(pattern: string, effect: Effect): boolean {
  if (!isOnWorkspace(effect)) return covers(pattern, effect);
  const wanted = pattern.toLowerCase();
  const target = effect.target.toLowerCase();
  if (matchesTarget(wanted, target)) return true;
  if (effect.type === "write") return false;
  // A pattern with a colon in its first part names a server, a memory or a port.
  return target === "." ? !/^[^/]*:/.test(wanted) : fixedStart(wanted).startsWith(`${target}/`);
}

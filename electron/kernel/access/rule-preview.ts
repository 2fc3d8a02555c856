import { type RuleDraft, ruleText } from "../../../shared/access.ts";
import type { AuditRow } from "../../../shared/contract-access.ts";
import { type AgentId, ruleId } from "../../../shared/ids.ts";
import type { AgentView } from "../../../shared/state.ts";
import { NO_MARKS } from "../../../shared/taint.ts";
import type { AccessRequest } from "./request.ts";
import { allowingRule, strictRule } from "./rule-match.ts";

/** Matches shown; more say nothing new. */
const SHOWN = 20;

/**
 * Which of the latest decisions a rule would have been about, newest first, each in a line: by the engine's own
 * matching, so that the preview and the rule cannot differ.
 */
export function previewRule(
  draft: RuleDraft,
  rows: readonly AuditRow[],
  agents: ReadonlyMap<AgentId, Pick<AgentView, "name">>,
  here: Pick<AccessRequest, "workspace" | "now">,
): { readonly matches: readonly string[]; readonly looked: number } {
  const rule = {
    ...draft,
    id: ruleId(0),
    text: ruleText(draft),
    createdAt: here.now,
    source: "person",
  } as const;
  const matches = new Set<string>();
  let looked = 0;
  for (const { event, tool } of rows) {
    if (event.type !== "syscall.gated" || event.agentId === null) continue;
    looked += 1;
    const agent = agents.get(event.agentId)?.name ?? "unknown";
    const request: AccessRequest = {
      ...here,
      caller: "agent",
      agentId: event.agentId,
      lineage: [{ agent, groups: [] }],
      tool: tool ?? "",
      server: null,
      effects: event.decision.effects,
      mode: "ask",
      rules: [rule],
      grants: [],
      marks: NO_MARKS,
      memoryOwner: "",
      ownerGroups: new Map(),
      scope: { type: "tree" },
      person: "present",
    };
    for (const effect of matched(draft, request)) {
      matches.add(`${agent} ${request.tool}: ${effect.type} ${effect.target}`);
    }
  }
  return { matches: [...matches].slice(0, SHOWN), looked };
}

function matched({ verdict }: RuleDraft, request: AccessRequest): AccessRequest["effects"] {
  return request.effects.filter((effect) =>
    verdict === "allow"
      ? allowingRule(effect, request) !== null
      : strictRule(verdict, { ...request, effects: [effect] }) !== null,
  );
}

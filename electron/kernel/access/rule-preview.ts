import type { RuleDraft } from "../../../shared/access.ts";
import type { AuditRow } from "../../../shared/contract-access.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { AgentView } from "../../../shared/state.ts";
import { matchesTarget } from "./decide.ts";

/** Matches shown; more say nothing new. */
const SHOWN = 20;

/** Which of the latest decisions a rule would have been about, newest first, each in a line. */
export function previewRule(
  draft: RuleDraft,
  rows: readonly AuditRow[],
  agents: ReadonlyMap<AgentId, Pick<AgentView, "name">>,
): { readonly matches: readonly string[]; readonly looked: number } {
  const matches = new Set<string>();
  let looked = 0;
  for (const { event, tool } of rows) {
    if (event.type !== "syscall.gated") continue;
    looked += 1;
    const name = event.agentId === null ? null : (agents.get(event.agentId)?.name ?? null);
    if (draft.agent !== null && draft.agent !== name) continue;
    if (draft.tool !== null && !coversTool(draft.tool, tool ?? "")) continue;
    for (const { type, target } of event.decision.effects) {
      if (draft.effect !== null && draft.effect !== type) continue;
      if (matchesTarget(draft.pattern, target)) {
        matches.add(`${name ?? "a program"} ${tool ?? ""}: ${type} ${target}`);
      }
    }
  }
  return { matches: [...matches].slice(0, SHOWN), looked };
}

const coversTool = (pattern: string, tool: string): boolean =>
  pattern.endsWith("*") ? tool.startsWith(pattern.slice(0, -1)) : tool === pattern;

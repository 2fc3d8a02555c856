import { type PrivilegeGroup, type Rule, type RuleDraft, ruleText } from "../../../shared/access.ts";
import { agentId, type RuleId, ruleId, type ServerName } from "../../../shared/ids.ts";
import type { Effect, EffectType } from "../../../shared/permission.ts";
import { STANDARD_GROUP } from "../../../shared/standard-group.ts";
import { NO_MARKS } from "../../../shared/taint.ts";
import type { AccessRequest } from "../access/request.ts";

export const FILES_SERVER = "files" as ServerName;

export const anEffect = (
  type: EffectType,
  target = "notes/a.txt",
  fields: Partial<Pick<Effect, "reversible" | "opaque">> = {},
): Effect => ({ type, target, reversible: "yes", ...fields });

/** A rule of the person for every agent, tool and effect, unless the fields say otherwise. */
export function aRule(
  verdict: Rule["verdict"],
  fields: Partial<RuleDraft> & { readonly source?: Rule["source"]; readonly id?: RuleId } = {},
): Rule {
  const { source = "person", id = ruleId(1), ...rest } = fields;
  const draft: RuleDraft = {
    verdict,
    agent: null,
    tool: null,
    effect: null,
    pattern: "**",
    workspace: null,
    expiresAt: null,
    ...rest,
  };
  return { ...draft, id, text: ruleText(draft), createdAt: 0, source };
}

/** The standard group, narrowed by the fields. */
export const aGroup = (name: string, fields: Partial<PrivilegeGroup> = {}): PrivilegeGroup => ({
  ...STANDARD_GROUP,
  name,
  ...fields,
});

/** The agent clerk, of the standard group, wants to write a file in the default mode. */
export const aRequest = (fields: Partial<AccessRequest> = {}): AccessRequest => ({
  caller: "agent",
  agentId: agentId(1),
  lineage: [{ agent: "clerk", groups: [STANDARD_GROUP] }],
  tool: "write_file",
  server: null,
  effects: [anEffect("write")],
  mode: "ask-on-risk",
  rules: [],
  grants: [],
  marks: NO_MARKS,
  memoryOwner: "agent:clerk",
  ownerGroups: new Map(),
  scope: { type: "common" },
  workspace: "/home/ada/files",
  now: 1_000,
  person: "present",
  ...fields,
});

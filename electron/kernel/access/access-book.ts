import { type PrivilegeGroup, type Rule, type RuleDraft, ruleText } from "../../../shared/access.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { AgentId, GrantId, RuleId } from "../../../shared/ids.ts";
import { GROUPS_KEPT, RULES_KEPT } from "../../../shared/limits.ts";
import type { Grant } from "../../../shared/permission.ts";
import { STANDARD_GROUP } from "../../../shared/standard-group.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock } from "../ports.ts";

/**
 * Owns what the person has decided for longer than one call: rules, privilege groups and grants. A change takes
 * effect with the next decision, and is an event; after a start everything is there again out of the log.
 */
export class AccessBook {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #rules: Map<RuleId, Rule>;
  readonly #groups: Map<string, PrivilegeGroup>;
  readonly #grants = new Map<GrantId, Grant>();
  #ruleList: readonly Rule[] | null = null;

  constructor(log: EventLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    const { rules, groups } = log.state();
    this.#rules = new Map(rules);
    this.#groups = new Map(groups);
  }

  /** Rules that hold now. Those whose time is over end here. */
  rules(): readonly Rule[] {
    const now = this.#clock.wall();
    for (const { id, expiresAt } of this.#rules.values()) {
      if (expiresAt !== null && expiresAt <= now) this.#endRule(id, "expired");
    }
    this.#ruleList ??= [...this.#rules.values()];
    return this.#ruleList;
  }

  /** Throws what `addRule` would throw. The workspace's own are bounded by their file, and do not count. */
  checkRule({ expiresAt }: Pick<RuleDraft, "expiresAt">, source: Rule["source"]): void {
    const kept = [...this.#rules.values()].filter((rule) => rule.source === "person").length;
    if (source === "person" && kept >= RULES_KEPT) {
      throw new KernelError("limit-reached", `There are ${RULES_KEPT} rules`, { hint: "Revoke some first" });
    }
    if (expiresAt !== null && expiresAt <= this.#clock.wall()) {
      throw new KernelError("bad-input", "rules.add: draft.expiresAt: lies in the past", {
        field: "draft.expiresAt",
      });
    }
  }

  /** Throws `limit-reached`, and `bad-input` for a rule that has ended before it begins. */
  addRule(draft: RuleDraft, source: Rule["source"]): Rule {
    this.checkRule(draft, source);
    const rule: Rule = {
      ...draft,
      id: this.#log.ids.nextRule(),
      text: ruleText(draft),
      createdAt: this.#clock.wall(),
      source,
    };
    this.#rules.set(rule.id, rule);
    this.#ruleList = null;
    this.#log.append({ type: "rule.added", rule });
    return rule;
  }

  /** Throws `not-found`, and `not-allowed` for a rule that the workspace brings. */
  revokeRule(id: RuleId): void {
    const rule = this.#rules.get(id);
    if (!rule) throw new KernelError("not-found", `There is no rule ${id}`);
    if (rule.source === "workspace") {
      throw new KernelError("not-allowed", `${id} comes with the workspace`, {
        hint: "Change .aios/access.json in the workspace",
      });
    }
    this.#endRule(id, "revoked");
  }

  /** Replaces the workspace's own rules by `drafts`; does nothing when they are the same. */
  setWorkspaceRules(drafts: readonly RuleDraft[]): void {
    const held = [...this.#rules.values()].filter(({ source }) => source === "workspace");
    // By their fields: a pattern may hold words that make two rules read alike.
    const fields = (rules: readonly RuleDraft[]): string =>
      JSON.stringify(
        rules.map((each) => [each.verdict, each.agent, each.tool, each.effect, each.pattern, each.workspace]),
      );
    if (fields(held) === fields(drafts)) return;
    for (const { id } of held) this.#endRule(id, "workspace-changed");
    for (const draft of drafts) this.addRule(draft, "workspace");
  }

  /** Those of `names` that exist. */
  groupsOf(names: readonly string[]): readonly PrivilegeGroup[] {
    return names.flatMap((name) => this.#groups.get(name) ?? []);
  }

  /** Adds a group or replaces the one of its name. Throws `limit-reached`. */
  saveGroup(group: PrivilegeGroup): PrivilegeGroup {
    if (!this.#groups.has(group.name) && this.#groups.size >= GROUPS_KEPT) {
      throw new KernelError("limit-reached", `There are ${GROUPS_KEPT} groups`, {
        hint: "Remove some first",
      });
    }
    this.#groups.set(group.name, group);
    this.#log.append({ type: "group.changed", group });
    return group;
  }

  /** Throws `not-found`, and `not-allowed` for the standard group. */
  removeGroup(name: string): void {
    if (name === STANDARD_GROUP.name) {
      throw new KernelError("not-allowed", "The standard group can be changed, not removed");
    }
    if (!this.#groups.delete(name)) throw new KernelError("not-found", `There is no group ${name}`);
    this.#log.append({ type: "group.removed", name });
  }

  grants(): readonly Grant[] {
    return [...this.#grants.values()];
  }

  addGrant(agentId: AgentId, tool: string, text: string): void {
    const grant: Grant = {
      id: this.#log.ids.nextGrant(),
      agentId,
      tool,
      text,
      createdAt: this.#clock.wall(),
    };
    this.#grants.set(grant.id, grant);
    this.#log.append({ type: "grant.added", agentId, grant });
  }

  /** Restores a grant of the log. */
  restoreGrant(grant: Grant): void {
    this.#grants.set(grant.id, grant);
  }

  /** Throws `not-found`. */
  revokeGrant(id: GrantId): void {
    if (!this.#grants.has(id)) throw new KernelError("not-found", `There is no grant ${id}`);
    this.#endGrant(id, "revoked");
  }

  agentEnded(agentId: AgentId): void {
    for (const grant of this.#grants.values()) {
      if (grant.agentId === agentId) this.#endGrant(grant.id, "agent-ended");
    }
  }

  #endRule(ruleId: RuleId, reason: "revoked" | "expired" | "workspace-changed"): void {
    this.#rules.delete(ruleId);
    this.#ruleList = null;
    this.#log.append({ type: "rule.ended", ruleId, reason });
  }

  #endGrant(grantId: GrantId, reason: "revoked" | "agent-ended"): void {
    const grant = this.#grants.get(grantId);
    if (!grant) return;
    this.#grants.delete(grantId);
    this.#log.append({ type: "grant.ended", agentId: grant.agentId, grantId, reason });
  }
}

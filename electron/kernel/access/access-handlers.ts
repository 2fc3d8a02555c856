import { ruleText } from "../../../shared/access.ts";
import type { ContractHandlers } from "../../../shared/contract.ts";
import { type ACCESS_CONTRACT, AUDIT_PAGE } from "../../../shared/contract-access.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock, Store } from "../ports.ts";
import type { AccessBook } from "./access-book.ts";
import type { ContextMarks } from "./context-marks.ts";
import type { Gate } from "./gate.ts";
import { previewRule } from "./rule-preview.ts";

export interface AccessHandlerParts {
  readonly log: EventLog;
  readonly clock: Clock;
  /** Absolute. */
  readonly workspace: string;
  readonly store: Store;
  readonly gate: Gate;
  readonly book: AccessBook;
  readonly marks: ContextMarks;
  /** Runs a change and resolves once it is on disk. */
  readonly acknowledge: (change: () => void) => Promise<Record<string, never>>;
}

/** The contract's methods about permission. */
export function createAccessHandlers({
  log,
  clock,
  workspace,
  store,
  gate,
  book,
  marks,
  acknowledge,
}: AccessHandlerParts): Pick<ContractHandlers, keyof typeof ACCESS_CONTRACT> {
  /** As `acknowledge`, for a change that has a result. */
  async function made<T>(change: () => T): Promise<T> {
    const result = change();
    await acknowledge(() => {});
    return result;
  }
  return {
    "approvals.answer": ({ approvalId, answer }) =>
      acknowledge(() => gate.answer(approvalId, answer, "person")),
    "grants.revoke": ({ grantId }) => acknowledge(() => book.revokeGrant(grantId)),
    "rules.preview": async ({ draft }) => {
      const recent = { before: null, limit: AUDIT_PAGE, agentId: null, verdict: null, text: "" } as const;
      const { matches, looked } = previewRule(
        draft,
        (await store.readAudit(recent)).rows,
        log.state().agents,
        { workspace, now: clock.wall() },
      );
      return { text: ruleText(draft), matches, looked };
    },
    "rules.add": ({ draft }) => made(() => book.addRule(draft, "person")),
    "rules.revoke": ({ ruleId }) => acknowledge(() => book.revokeRule(ruleId)),
    "groups.save": ({ group }) => made(() => book.saveGroup(group)),
    "groups.remove": ({ name }) => acknowledge(() => book.removeGroup(name)),
    "agents.declassify": ({ agentId, what }) => acknowledge(() => marks.declassify(agentId, what)),
    "audit.read": async (query) => store.readAudit(query),
    "audit.verify": async () => store.verifyAudit(),
  };
}

import type { ContractHandlers } from "../../../shared/contract.ts";
import type { ACCESS_CONTRACT } from "../../../shared/contract-access.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { Store } from "../ports.ts";
import type { Gate } from "./gate.ts";

export interface AccessHandlerParts {
  readonly store: Store;
  readonly gate: Gate;
  /** Runs a change and resolves once it is on disk. */
  readonly acknowledge: (change: () => void) => Promise<Record<string, never>>;
}

const later = async (): Promise<never> => {
  throw new KernelError("unknown-method", "Not there yet");
};

/** The contract's methods about permission. */
export function createAccessHandlers({
  store,
  gate,
  acknowledge,
}: AccessHandlerParts): Pick<ContractHandlers, keyof typeof ACCESS_CONTRACT> {
  return {
    "approvals.answer": ({ approvalId, answer }) =>
      acknowledge(() => gate.answer(approvalId, answer, "person")),
    "grants.revoke": ({ grantId }) => acknowledge(() => gate.revoke(grantId)),
    "rules.preview": later,
    "rules.add": later,
    "rules.revoke": later,
    "groups.save": later,
    "groups.remove": later,
    "agents.declassify": later,
    "audit.read": async (query) => store.readAudit(query),
    "audit.verify": async () => store.verifyAudit(),
  };
}

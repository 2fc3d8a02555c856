import type { Approval, ApprovalAnswer } from "../../../shared/permission.ts";

export interface Addressed {
  readonly approval: Approval;
  readonly answer: ApprovalAnswer;
}

/**
 * One answer to several requests, as it is sent to each. What is wider than one call is given once, with the first
 * of them: the kernel lets the others of a run's grant pass by itself, and a rule is not written down twice.
 */
export function addressed(approvals: readonly Approval[], answer: ApprovalAnswer): readonly Addressed[] {
  const [first, ...others] = approvals;
  if (!first) return [];
  switch (answer.type) {
    case "run":
      return [{ approval: first, answer }];
    case "rule":
      return [
        { approval: first, answer },
        ...others.map((approval) => ({ approval, answer: { type: "once" } as const })),
      ];
    default:
      return approvals.map((approval) => ({ approval, answer }));
  }
}

import type { Approval, DecidedApprovalBy, Decision } from "../../../shared/permission.ts";

/** The decision behind a request that was made before a restart. */
export const asked = ({ by, risk, effects, reason }: Approval): Decision => ({
  verdict: "ask",
  by,
  risk,
  effects,
  reason,
});

/** Why a call did not run, as its model reads it. */
export function denialText(reason: string, by: DecidedApprovalBy): string {
  if (by === "expired") return "nobody answered within 5 minutes, so the request expired";
  const said = reason.trim();
  return said === "" ? "the person said no" : `the person said no: ${said}`;
}

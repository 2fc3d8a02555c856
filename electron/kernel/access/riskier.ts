import type { Decision } from "../../../shared/permission.ts";
import { RISK_RANK } from "./risk.ts";

/** Whether a decision is about more than another one that the person has seen. */
export const isRiskier = (now: Decision, seen: Decision): boolean =>
  RISK_RANK[now.risk] > RISK_RANK[seen.risk];

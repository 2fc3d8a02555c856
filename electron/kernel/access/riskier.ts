import type { Decision, Risk } from "../../../shared/permission.ts";

const RANK: Readonly<Record<Risk, number>> = { none: 0, low: 1, medium: 2, high: 3 };

/** Whether a decision is about more than another one that the person has seen. */
export const isRiskier = (now: Decision, seen: Decision): boolean => RANK[now.risk] > RANK[seen.risk];

import fc from "fast-check";
import { syscallId } from "../../../shared/ids.ts";
import type { PolicyEntry } from "../scheduler/policy.ts";

/** One step of someone who uses a policy, in the words of its interface. */
export type PolicyStep =
  | { readonly type: "submit"; readonly agent: number; readonly priority: number; readonly laterMs: number }
  | { readonly type: "pick" }
  /** The call that was picked last comes back, as after a slice. */
  | { readonly type: "return" }
  | { readonly type: "remove"; readonly index: number }
  | { readonly type: "update"; readonly index: number; readonly priority: number };

const priority = fc.integer({ min: 0, max: 9 });

export const policyStep: fc.Arbitrary<PolicyStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("submit" as const),
      agent: fc.integer({ min: 1, max: 5 }),
      priority,
      laterMs: fc.integer({ min: 0, max: 30_000 }),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ type: "pick" as const }) },
  { weight: 2, arbitrary: fc.constant({ type: "return" as const }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("remove" as const), index: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("update" as const), index: fc.nat(50), priority }) },
);

export const policySteps = fc.array(policyStep, { maxLength: 120 });

export const entry = (id: number, fields: Partial<PolicyEntry> = {}): PolicyEntry => ({
  id: syscallId(id),
  agent: `a${id}`,
  priority: 5,
  queuedAt: id,
  ...fields,
});

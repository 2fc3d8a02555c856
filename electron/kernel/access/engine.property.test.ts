import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rule } from "../../../shared/access.ts";
import { agentId } from "../../../shared/ids.ts";
import type { Decision } from "../../../shared/permission.ts";
import type { PrivateSource, TaintSource } from "../../../shared/taint.ts";
import {
  ASK,
  DENY,
  FORBIDDEN,
  GRAVE,
  OF_WORKSPACE,
  PLAIN,
  PRIVATES,
  principal,
  requests,
  TAINTS,
} from "../testing/access-cases.ts";
import { anEffect, aRule } from "../testing/sample-access-request.ts";
import { decide, ruleOffers } from "./decide.ts";
import type { AccessRequest } from "./request.ts";

const RUNS = { numRuns: 100_000 };

const RANK = { allow: 0, ask: 1, deny: 2 } as const;
const rank = (decision: Decision): number => RANK[decision.verdict];

/** Checks that a change only tightens, and that it does tighten at times: else nothing was tried. */
function onlyTightens<T>(
  change: fc.Arbitrary<T>,
  changed: (request: AccessRequest, how: T) => AccessRequest,
) {
  let tightened = 0;
  fc.assert(
    fc.property(requests, change, (request, how) => {
      const before = rank(decide(request));
      const after = rank(decide(changed(request, how)));
      if (after > before) tightened += 1;
      return after >= before;
    }),
    RUNS,
  );
  expect(tightened).toBeGreaterThan(1_000);
}

/** Adds a rule at any place: the order of rules means nothing. */
const withRule = (request: AccessRequest, { rule, at }: { rule: Rule; at: number }): AccessRequest => ({
  ...request,
  rules: request.rules.toSpliced(at, 0, rule),
});
const oneOf = (rules: readonly Rule[]) =>
  fc.record({ rule: fc.constantFrom(...rules), at: fc.integer({ min: 0, max: 3 }) });

test("a deny rule more never allows more", () => onlyTightens(oneOf(DENY), withRule));

test("an ask rule more never allows more", () => onlyTightens(oneOf(ASK), withRule));

test("a workspace's rules only tighten", () => {
  onlyTightens(oneOf(OF_WORKSPACE), withRule);
});

test("an effect more never allows more", () => {
  onlyTightens(fc.constantFrom(...PLAIN, ...GRAVE, ...FORBIDDEN), (request, effect) => ({
    ...request,
    effects: [...request.effects, effect],
  }));
});

test("a mark more on the context never allows more", () => {
  onlyTightens(fc.constantFrom(...TAINTS, ...PRIVATES), ({ marks, ...request }, source) => ({
    ...request,
    marks:
      "tool" in source || source.type === "web"
        ? { ...marks, taint: [...marks.taint, source as TaintSource] }
        : { ...marks, private: [...marks.private, source as PrivateSource] },
  }));
});

test("a group less never allows more, of the agent, of an ancestor or of a memory's owner", () => {
  const less = <T>(list: readonly T[], at: number): readonly T[] => list.toSpliced(at, 1);
  onlyTightens(
    fc.record({ whose: fc.constantFrom(0, 0, 1, 2, "owner"), at: fc.integer({ min: 0, max: 2 }) }),
    (request, { whose, at }) => ({
      ...request,
      lineage: request.lineage.map((each, n) =>
        n === whose ? { ...each, groups: less(each.groups, at) } : each,
      ),
      ownerGroups:
        whose === "owner"
          ? new Map([...request.ownerGroups].map(([owner, groups]) => [owner, less(groups, at)]))
          : request.ownerGroups,
    }),
  );
});

test("what is irreversible or opaque is never automatic, in any mode, with any rules and grants", () => {
  let questions = 0;
  fc.assert(
    fc.property(requests, fc.constantFrom(...GRAVE), fc.nat({ max: 3 }), (request, grave, at) => {
      if (request.caller === "person") return true;
      const { verdict } = decide({ ...request, effects: request.effects.toSpliced(at, 0, grave) });
      if (verdict === "ask") questions += 1;
      return verdict !== "allow";
    }),
    RUNS,
  );
  expect(questions).toBeGreaterThan(1_000);
});

test("the floor is never lifted, not for a person either", () => {
  fc.assert(
    fc.property(requests, fc.constantFrom(...FORBIDDEN), fc.nat({ max: 3 }), (request, forbidden, at) => {
      const decision = decide({ ...request, effects: request.effects.toSpliced(at, 0, forbidden) });
      return decision.verdict === "deny" && decision.by === "floor";
    }),
    RUNS,
  );
});

test("a child never exceeds its parent: what the parent is denied no grant of its own gives it", () => {
  let narrower = 0;
  fc.assert(
    fc.property(requests, principal("child"), (drawn, self) => {
      if (drawn.caller !== "agent") return true;
      const parent: AccessRequest = { ...drawn, agentId: agentId(2) };
      const child: AccessRequest = { ...drawn, lineage: [self, ...parent.lineage] };
      const bare = [child, parent].map((each) => rank(decide({ ...each, grants: [] })));
      const [ofChild = 0, ofParent = 0] = bare;
      if (ofChild > ofParent) narrower += 1;
      const denied = decide(parent);
      const stands = denied.verdict !== "deny" || denied.by === "nobody-to-ask";
      return ofChild >= ofParent && (stands || decide(child).verdict === "deny");
    }),
    RUNS,
  );
  expect(narrower).toBeGreaterThan(1_000);
});

test("a steered agent that holds private data sends nothing out unasked, and runs nothing unasked", () => {
  const outward = [
    anEffect("exec", "npm test"),
    anEffect("send", "example.org:25"),
    anEffect("net", "a.org:443"),
  ];
  fc.assert(
    fc.property(
      requests,
      fc.constantFrom(...outward),
      fc.constantFrom(...TAINTS),
      (request, effect, source) => {
        if (request.caller === "person") return true;
        const marks = { ...request.marks, taint: [...request.marks.taint, source] };
        const { verdict } = decide({ ...request, marks, effects: [...request.effects, effect] });
        return marks.private.length > 0 ? verdict === "deny" : effect.type === "net" || verdict !== "allow";
      },
    ),
    RUNS,
  );
});

test("a rule that is offered does what it says, and nothing grave is ever offered", () => {
  let offered = 0;
  fc.assert(
    fc.property(requests, (request) => {
      const decision = decide(request);
      const offers = ruleOffers(request, decision);
      offered += offers.length;
      if (decision.risk === "high" && offers.length > 0) return false;
      return offers.every(({ draft }) => {
        const after = decide({ ...request, rules: [...request.rules, aRule("allow", draft)] });
        return after.verdict === "allow" && after.by === "rule";
      });
    }),
    RUNS,
  );
  expect(offered).toBeGreaterThan(1_000);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STANDARD_GROUP } from "../../../shared/access.ts";
import { agentId, grantId } from "../../../shared/ids.ts";
import { type Effect, type EffectType, type Grant, modeSchema } from "../../../shared/permission.ts";
import { type Marks, NO_MARKS } from "../../../shared/taint.ts";
import { decide, runGrantText } from "./decide.ts";
import type { AccessRequest } from "./request.ts";

const effect = (type: EffectType, target = "notes.txt", reversible: "yes" | "no" = "yes"): Effect => ({
  type,
  target,
  reversible,
});
const grant: Grant = {
  id: grantId(1),
  agentId: agentId(1),
  tool: "write_file",
  text: "a1 may use write_file until it ends",
  createdAt: 0,
};
const request = (fields: Partial<AccessRequest> = {}): AccessRequest => ({
  caller: "agent",
  agentId: agentId(1),
  lineage: [{ agent: "clerk", groups: [STANDARD_GROUP] }],
  tool: "write_file",
  server: null,
  effects: [effect("write")],
  mode: "ask-on-risk",
  rules: [],
  grants: [],
  marks: NO_MARKS,
  memoryOwner: "agent:clerk",
  ownerGroups: new Map(),
  workspace: "/home/ada/files",
  now: 0,
  person: "present",
  ...fields,
});
const verdicts = (effects: readonly Effect[], fields: Partial<AccessRequest> = {}) =>
  modeSchema.options.map((mode) => decide(request({ effects, mode, ...fields })).verdict);

// Verdicts in the modes ask, ask-on-risk and run-freely.
test.each([
  ["nothing", [], ["allow", "allow", "allow"], "none"],
  ["read a file", [effect("read")], ["ask", "allow", "allow"], "low"],
  ["write a file", [effect("write")], ["ask", "ask", "allow"], "medium"],
  ["write what cannot be undone", [effect("write", "notes.txt", "no")], ["ask", "ask", "allow"], "high"],
  ["delete a file", [effect("delete")], ["ask", "ask", "allow"], "medium"],
  ["write its memory", [effect("write", "memory:agent:helper")], ["ask", "allow", "allow"], "low"],
  ["reach a page", [effect("net", "example.org")], ["ask", "allow", "allow"], "low"],
  ["run a program", [effect("exec")], ["ask", "ask", "allow"], "high"],
  ["send something", [effect("send")], ["ask", "ask", "allow"], "high"],
  ["change the configuration", [effect("config")], ["deny", "deny", "deny"], "high"],
  ["see a secret", [effect("secret")], ["deny", "deny", "deny"], "high"],
  ["read and write", [effect("read"), effect("write")], ["ask", "ask", "allow"], "medium"],
  ["read, and see a secret", [effect("read"), effect("secret")], ["deny", "deny", "deny"], "high"],
] as const)("to %s", (_, effects, expected, risk) => {
  expect(verdicts(effects)).toEqual(expected);
  expect(decide(request({ effects })).risk).toBe(risk);
  // Where nobody can be asked, ask means deny; nothing else changes.
  expect(verdicts(effects, { person: "absent" })).toEqual(
    expected.map((verdict) => (verdict === "ask" ? "deny" : verdict)),
  );
});

test("an agent that has read may not reach a page unasked: the address could carry it out", () => {
  expect(
    verdicts([effect("net", "example.org")], {
      marks: { taint: [], private: [{ type: "memory" }] },
    }),
  ).toEqual(["ask", "ask", "allow"]);
});

describe("a grant", () => {
  const granted = (fields: Partial<AccessRequest> = {}) => decide(request({ grants: [grant], ...fields }));

  test("allows its agent its tool, and is named in the decision", () => {
    const decision = granted();
    expect(decision).toMatchObject({ verdict: "allow", by: "grant", grantId: grant.id });
    expect(granted({ person: "absent" }).verdict).toBe("allow");
    expect(granted({ mode: "ask" }).verdict).toBe("allow");
  });

  test.each([
    ["another agent", { agentId: agentId(2) }],
    ["a program", { agentId: null }],
    ["another tool", { tool: "delete_file" }],
    ["what cannot be undone", { effects: [effect("write", "notes.txt", "no")] }],
    ["a program to run", { effects: [effect("write"), effect("exec")] }],
  ])("does not reach %s", (_, fields) => {
    expect(granted(fields)).toMatchObject({ verdict: "ask", by: "mode" });
  });

  test("is offered for agents and for less than high risk, word for word", () => {
    const offer = (fields: Partial<AccessRequest>) => runGrantText(request(fields), decide(request(fields)));
    expect(offer({})).toBe("a1 may use write_file until it ends");
    expect(offer({ agentId: null })).toBeNull();
    expect(offer({ effects: [effect("exec")] })).toBeNull();
  });
});

test("whatever is asked: one strict order of steps", () => {
  const anyEffect = fc.record({
    type: fc.constantFrom<EffectType>("read", "write", "delete", "exec", "net", "send", "config", "secret"),
    target: fc.constantFrom("notes.txt", "memory:agent:helper", "example.org"),
    reversible: fc.constantFrom("yes" as const, "no" as const),
  });
  const anyRequest = fc.record({
    agentId: fc.constantFrom(agentId(1), agentId(2), null),
    tool: fc.constantFrom("write_file", "other"),
    effects: fc.array(anyEffect, { maxLength: 4 }),
    mode: fc.constantFrom(...modeSchema.options),
    grants: fc.constantFrom<readonly Grant[]>([], [grant]),
    marks: fc.constantFrom<Marks>(NO_MARKS, { taint: [], private: [{ type: "memory" }] }),
    person: fc.constantFrom("present" as const, "absent" as const),
  });
  fc.assert(
    fc.property(anyRequest, (fields) => {
      const asked = request(fields);
      const decision = decide(asked);
      const { verdict, by, risk } = decision;
      expect(decision.reason).not.toBe("");
      expect(decision.effects).toEqual(asked.effects);
      const forbidden = asked.effects.some(({ type }) => type === "secret" || type === "config");
      expect(by === "floor").toBe(forbidden);
      if (forbidden) expect(verdict).toBe("deny");
      if (by === "grant") expect(risk).not.toBe("high");
      if (by === "no-effect") expect(asked.effects).toEqual([]);
      if (verdict === "ask") expect(asked.person).toBe("present");
      if (asked.mode === "run-freely" && !forbidden) expect(verdict).toBe("allow");
      // More to fear is never less strictly judged.
      const rank = { allow: 0, ask: 1, deny: 2 } as const;
      const more = decide({ ...asked, effects: [...asked.effects, effect("exec")] });
      expect(rank[more.verdict]).toBeGreaterThanOrEqual(rank[verdict]);
      expect(rank[decide({ ...asked, grants: [] }).verdict]).toBeGreaterThanOrEqual(rank[verdict]);
    }),
  );
});

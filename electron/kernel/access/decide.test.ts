import { describe, expect, test } from "vitest";
import { agentId, grantId, ruleId } from "../../../shared/ids.ts";
import { type Effect, type Grant, modeSchema } from "../../../shared/permission.ts";
import type { Marks } from "../../../shared/taint.ts";
import { anEffect, aRequest, aRule, FILES_SERVER } from "../testing/sample-access-request.ts";
import { decide } from "./decide.ts";
import type { AccessRequest } from "./request.ts";

const HAS_READ: Marks = { taint: [], private: [{ type: "workspace" }] };
const STEERED: Marks = { taint: [{ type: "web", host: "evil.example:443" }], private: [] };
const decided = (fields: Partial<AccessRequest>) => decide(aRequest(fields));
const verdicts = (effects: readonly Effect[], fields: Partial<AccessRequest> = {}) =>
  modeSchema.options.map((mode) => decided({ effects, mode, ...fields }).verdict);
const grant: Grant = {
  id: grantId(1),
  agentId: agentId(1),
  tool: "write_file",
  text: "a1 may use write_file until it ends",
  createdAt: 0,
};

// Verdicts in the modes ask, ask-on-risk and run-freely.
test.each([
  ["nothing", [], ["allow", "allow", "allow"], "none"],
  ["read a file", [anEffect("read")], ["ask", "allow", "allow"], "low"],
  ["write a file", [anEffect("write")], ["ask", "ask", "allow"], "medium"],
  ["write for good", [anEffect("write", "a.txt", { reversible: "no" })], ["ask", "ask", "ask"], "high"],
  ["delete a file", [anEffect("delete")], ["ask", "ask", "allow"], "medium"],
  ["write its memory", [anEffect("write", "memory:agent:clerk")], ["ask", "allow", "allow"], "low"],
  [
    "write its group's memory",
    [anEffect("write", "memory:group:standard")],
    ["ask", "allow", "allow"],
    "low",
  ],
  ["read the person's memory", [anEffect("read", "memory:person")], ["ask", "allow", "allow"], "low"],
  ["write the person's memory", [anEffect("write", "memory:person")], ["ask", "ask", "ask"], "medium"],
  ["write another group's memory", [anEffect("write", "memory:group:x")], ["deny", "deny", "deny"], "low"],
  ["tell a server to write", [anEffect("write", "mcp:files/write")], ["ask", "ask", "allow"], "medium"],
  ["reach a page", [anEffect("net", "example.org:443")], ["ask", "allow", "allow"], "low"],
  ["run a command", [anEffect("exec", "ls")], ["ask", "ask", "allow"], "medium"],
  ["run who knows what", [anEffect("exec", "$X", { opaque: "a variable" })], ["ask", "ask", "ask"], "high"],
  ["send something", [anEffect("send", "example.org:443")], ["ask", "ask", "allow"], "high"],
  ["change the configuration", [anEffect("config")], ["deny", "deny", "deny"], "high"],
  ["see a secret", [anEffect("secret")], ["deny", "deny", "deny"], "high"],
  ["read and write", [anEffect("read"), anEffect("write")], ["ask", "ask", "allow"], "medium"],
  ["read, and see a secret", [anEffect("read"), anEffect("secret")], ["deny", "deny", "deny"], "high"],
] as const)("to %s", (_, effects, expected, risk) => {
  expect(verdicts(effects)).toEqual(expected);
  expect(decided({ effects }).risk).toBe(risk);
  // Where nobody can be asked, ask means deny; nothing else changes.
  expect(verdicts(effects, { person: "absent" })).toEqual(
    expected.map((verdict) => (verdict === "ask" ? "deny" : verdict)),
  );
});

test("what all agents will read is written unasked only where the person said so, or does it", () => {
  const effects = [anEffect("write", "memory:person")];
  expect(decided({ effects }).reason).toContain("every agent reads what the person's memory says");
  expect(verdicts(effects, { rules: [aRule("allow")] })).toEqual(["allow", "allow", "allow"]);
  expect(verdicts(effects, { grants: [grant] })).toEqual(["allow", "allow", "allow"]);
  const person = { caller: "person", agentId: null, lineage: [], memoryOwner: "person" } as const;
  expect(verdicts(effects, person)).toEqual(["allow", "allow", "allow"]);
});

test("an agent that has read may not reach a page unasked: the address could carry it out", () => {
  const net = [anEffect("net", "example.org:443")];
  expect(verdicts(net, { marks: HAS_READ })).toEqual(["ask", "ask", "allow"]);
});

describe("the steps, each of which the ones before it overrule", () => {
  const gone = anEffect("delete", "notes/a.txt", { reversible: "no" });
  const unclear = anEffect("exec", "$X", { opaque: "a variable" });
  const allowed = { rules: [aRule("allow")], grants: [grant], mode: "run-freely" } as const;
  test.each<[string, Partial<AccessRequest>, object]>([
    [
      "the floor",
      { effects: [anEffect("config", ".aios/access.json")], ...allowed },
      { verdict: "deny", by: "floor" },
    ],
    [
      "the ceiling",
      { lineage: [{ agent: "clerk", groups: [] }], ...allowed },
      { verdict: "deny", by: "ceiling" },
    ],
    [
      "a deny rule",
      { ...allowed, rules: [aRule("ask"), aRule("allow"), aRule("deny")] },
      { verdict: "deny", by: "rule" },
    ],
    [
      "taint with private data over an ask rule",
      {
        effects: [anEffect("exec", "ls")],
        marks: { ...STEERED, ...{ private: HAS_READ.private } },
        rules: [aRule("ask")],
      },
      { verdict: "deny", by: "taint" },
    ],
    ["an ask rule", { ...allowed, rules: [aRule("allow"), aRule("ask")] }, { verdict: "ask", by: "rule" }],
    [
      "taint",
      { ...allowed, effects: [anEffect("exec", "ls")], marks: STEERED },
      { verdict: "ask", by: "taint" },
    ],
    ["what nobody can foresee", { ...allowed, effects: [gone, unclear] }, { verdict: "ask", by: "opaque" }],
    ["what cannot be taken back", { ...allowed, effects: [gone] }, { verdict: "ask", by: "irreversible" }],
    ["an allow rule", { rules: [aRule("allow")] }, { verdict: "allow", by: "rule", ruleId: ruleId(1) }],
    ["a grant", { grants: [grant] }, { verdict: "allow", by: "grant", grantId: grant.id }],
    ["the mode", {}, { verdict: "ask", by: "mode" }],
    ["the mode", { mode: "run-freely" }, { verdict: "allow", by: "mode" }],
    ["no effect", { effects: [], rules: [aRule("deny")] }, { verdict: "allow", by: "no-effect" }],
  ])("%s", (_, fields, expected) => {
    expect(decided(fields)).toMatchObject(expected);
  });
});

describe("a rule", () => {
  const by = (fields: Partial<AccessRequest>) => {
    const { verdict, by } = decided(fields);
    return `${verdict} by ${by}`;
  };

  test.each([
    ["another agent", { agent: "other" }],
    ["another tool", { tool: "delete_file" }],
    ["another server's tools", { tool: "files__*" }],
    ["another effect", { effect: "delete" }],
    ["another target", { pattern: "letters/**" }],
    ["another workspace", { workspace: "/home/ada/other" }],
    ["a time that is over", { expiresAt: 1_000 }],
  ] as const)("for %s says nothing", (_, fields) => {
    for (const verdict of ["allow", "ask", "deny"] as const) {
      expect(by({ rules: [aRule(verdict, fields)] })).toBe("ask by mode");
    }
  });

  test("says what it says where all of it fits, in its own words", () => {
    const fields = {
      agent: "clerk",
      tool: "write_file",
      effect: "write",
      pattern: "notes/*",
      workspace: "/home/ada/files/",
      expiresAt: 1_001,
    } as const;
    expect(by({ rules: [aRule("allow", fields)] })).toBe("allow by rule");
    expect(decided({ rules: [aRule("deny", fields)] }).reason).toContain(
      "The agent clerk must not write to notes/* with write_file, in /home/ada/files/",
    );
  });

  test("names all tools of a server by its name and a star", () => {
    const call = {
      tool: "files__move",
      server: FILES_SERVER,
      effects: [anEffect("write", "mcp:files/move")],
    };
    expect(by({ ...call, rules: [aRule("allow", { tool: "files__*" })] })).toBe("allow by rule");
    expect(by({ ...call, rules: [aRule("allow", { tool: "file__*" })] })).toBe("ask by mode");
  });

  test("of the workspace allows nothing, and tightens", () => {
    const source = "workspace" as const;
    expect(by({ rules: [aRule("allow", { source })] })).toBe("ask by mode");
    expect(by({ rules: [aRule("deny", { source })] })).toBe("deny by rule");
  });

  test("denies a call that has one such effect, and allows one that has nothing else to ask about", () => {
    const effects = [anEffect("read"), anEffect("write"), anEffect("write", "letters/b.txt")];
    expect(by({ effects, rules: [aRule("deny", { pattern: "letters/**" })] })).toBe("deny by rule");
    expect(by({ effects, rules: [aRule("allow", { pattern: "letters/**" })] })).toBe("ask by mode");
    expect(by({ effects, rules: [aRule("allow", { effect: "write" })] })).toBe("allow by rule");
    expect(by({ effects, rules: [aRule("allow", { effect: "write" })], mode: "ask" })).toBe("ask by mode");
  });

  test("names a host with and without its port, whatever its spelling", () => {
    const effects = [anEffect("net", "Evil.Example.:443")];
    for (const pattern of ["evil.example", "*.example", "evil.example:443", "EVIL.example:*"]) {
      expect(by({ effects, rules: [aRule("deny", { pattern })] }), pattern).toBe("deny by rule");
    }
    expect(by({ effects, rules: [aRule("deny", { pattern: "evil.example:80" })] })).toBe("allow by mode");
  });

  test("protects what a deleted folder would take along, and what a folder that is read would show", () => {
    const rules = [aRule("deny", { pattern: "Notes/Private/**" })];
    const on = (type: "read" | "write" | "delete", target: string) =>
      by({ rules, effects: [anEffect(type, target)] });
    expect(on("delete", "notes")).toBe("deny by rule");
    expect(on("delete", "notes/private")).toBe("deny by rule");
    expect(on("read", ".")).toBe("deny by rule");
    expect(on("read", "notes")).toBe("deny by rule");
    expect(on("read", "notes/a.txt")).toBe("allow by mode");
    expect(on("write", "notes")).toBe("ask by mode");
    expect(on("delete", "note")).toBe("ask by mode");
  });

  test("allows a child only what its parent is allowed as well, and stops it where it stops the parent", () => {
    const [self] = aRequest().lineage;
    const lineage = [...(self ? [self] : []), { agent: "boss", groups: self?.groups ?? [] }];
    expect(by({ lineage, rules: [aRule("allow", { agent: "clerk" })] })).toBe("ask by mode");
    const both = [aRule("allow", { agent: "clerk" }), aRule("allow", { agent: "boss" })];
    expect(by({ lineage, rules: both })).toBe("allow by rule");
    expect(by({ lineage, rules: [aRule("deny", { agent: "boss" })] })).toBe("deny by rule");
  });
});

describe("a grant", () => {
  test("holds in every mode and where nobody can be asked", () => {
    for (const person of ["present", "absent"] as const) {
      expect(verdicts([anEffect("write")], { grants: [grant], person })).toEqual(["allow", "allow", "allow"]);
    }
  });

  test.each<[string, Partial<AccessRequest>]>([
    ["another agent", { agentId: agentId(2) }],
    ["another tool", { tool: "delete_file" }],
    ["something to send", { effects: [anEffect("write"), anEffect("send", "example.org:443")] }],
  ])("does not reach %s", (_, fields) => {
    expect(decided({ grants: [grant], ...fields })).toMatchObject({ verdict: "ask", by: "mode" });
  });

  test("and a rule together cover a call that neither covers alone", () => {
    const effects = [anEffect("send", "example.org:443"), anEffect("write")];
    const rules = [aRule("allow", { effect: "send" })];
    expect(decided({ effects, rules }).verdict).toBe("ask");
    expect(decided({ effects, grants: [grant] }).verdict).toBe("ask");
    expect(decided({ effects, rules, grants: [grant] })).toMatchObject({ verdict: "allow", by: "grant" });
  });
});

describe("who makes the call", () => {
  const irreversible = [anEffect("delete", "a.txt", { reversible: "no" })];

  test("a person has answered by making it, and the floor and rules hold for people too", () => {
    const person = { caller: "person", agentId: null, lineage: [], person: "absent" } as const;
    expect(decided({ ...person, effects: irreversible })).toMatchObject({ verdict: "allow", by: "person" });
    expect(decided({ ...person, effects: [anEffect("secret")] }).verdict).toBe("deny");
    expect(decided({ ...person, rules: [aRule("deny")] }).verdict).toBe("deny");
  });

  test("a program can ask nobody, and rules that allow are for agents", () => {
    const program = { caller: "program", agentId: null, lineage: [] } as const;
    expect(decided({ ...program, effects: [anEffect("read")] }).verdict).toBe("allow");
    expect(decided({ ...program, rules: [aRule("allow")] })).toMatchObject({
      verdict: "deny",
      by: "nobody-to-ask",
    });
  });
});

test("a reason stays short, however much a call does", () => {
  const effects = Array.from({ length: 50 }, (_, n) => anEffect("write", `${n}/${"x".repeat(5_000)}`));
  const { reason } = decided({ effects });
  expect(reason).toContain("and 47 more");
  expect(reason.length).toBeLessThan(1_000);
});

import { describe, expect, test } from "vitest";
import { agentId } from "../../../shared/ids.ts";
import { STANDARD_GROUP } from "../../../shared/standard-group.ts";
import { anEffect, aRequest, aRule } from "../testing/sample-access-request.ts";
import { decide } from "./decide.ts";
import { ruleOffers, runGrantText } from "./offers.ts";
import type { AccessRequest } from "./request.ts";

const steered = { taint: [{ type: "web", host: "evil.example" }], private: [] } as const;
const offers = (fields: Partial<AccessRequest> = {}) => {
  const request = aRequest(fields);
  return ruleOffers(request, decide(request));
};
const patterns = (fields: Partial<AccessRequest>) => offers(fields).map(({ draft }) => draft.pattern);
const grantText = (fields: Partial<AccessRequest>) => {
  const request = aRequest(fields);
  return runGrantText(request, decide(request));
};

test("the narrowest comes first, each word for word as it would be kept", () => {
  expect(offers()).toEqual([
    {
      draft: {
        verdict: "allow",
        agent: "clerk",
        tool: "write_file",
        effect: "write",
        pattern: "notes/a.txt",
        workspace: "/home/ada/files",
        expiresAt: null,
      },
      text: "The agent clerk may write to notes/a.txt with write_file, in /home/ada/files",
    },
    {
      draft: expect.objectContaining({ pattern: "notes/**" }),
      text: "The agent clerk may write to notes/** with write_file, in /home/ada/files",
    },
  ]);
  expect(grantText({})).toBe("a1 may use write_file until it ends");
});

test.each<[string, Partial<AccessRequest>, readonly string[]]>([
  ["a file at the top", { effects: [anEffect("write", "a.txt")] }, ["a.txt"]],
  ["two files of a folder", { effects: [anEffect("write"), anEffect("write", "notes/b.txt")] }, ["notes/**"]],
  ["two files apart", { effects: [anEffect("write"), anEffect("write", "b.txt")] }, []],
  ["two kinds", { effects: [anEffect("write"), anEffect("delete")] }, []],
  [
    "a kind that needs no asking",
    { effects: [anEffect("read", "b.txt"), anEffect("write")] },
    ["notes/a.txt", "notes/**"],
  ],
  ["a name with a star", { effects: [anEffect("write", "notes/*.txt")] }, []],
  ["a command", { effects: [anEffect("exec", "npm test")] }, ["npm test"]],
  ["a command with a star", { effects: [anEffect("exec", "rm *")] }, []],
  ["a very long command", { effects: [anEffect("exec", "x".repeat(501))] }, []],
  ["a server's tool", { effects: [anEffect("write", "mcp:files/write")] }, ["mcp:files/write"]],
  [
    "a page",
    { mode: "ask", effects: [anEffect("net", "example.org:443")] },
    ["example.org:443", "example.org"],
  ],
])("for %s", (_, fields, expected) => {
  expect(patterns(fields)).toEqual(expected);
});

describe("nothing wider than once is offered", () => {
  test.each<[string, Partial<AccessRequest>]>([
    ["for high risk", { effects: [anEffect("send", "example.org:25")] }],
    ["for what cannot be taken back", { effects: [anEffect("write", "a", { reversible: "no" })] }],
    ["for what nobody can foresee", { effects: [anEffect("exec", "$X", { opaque: "why" })] }],
    ["to a steered agent", { effects: [anEffect("exec", "ls")], marks: steered }],
    ["where a rule says to ask: it would ask again", { rules: [aRule("ask")] }],
    ["where nothing is asked", { effects: [anEffect("read")] }],
    ["where it is denied", { effects: [anEffect("secret")] }],
    ["to programs", { caller: "program", agentId: null, lineage: [] }],
  ])("%s", (_, fields) => {
    expect(offers(fields)).toEqual([]);
    expect(grantText(fields)).toBeNull();
  });
});

test("a child is offered no rule that its parent stands in the way of", () => {
  const groups = [STANDARD_GROUP];
  const lineage = [
    { agent: "clerk", groups },
    { agent: "boss", groups },
  ];
  expect(patterns({ lineage })).toEqual([]);
  expect(grantText({ lineage, agentId: agentId(3) })).toBe("a3 may use write_file until it ends");
  expect(patterns({ lineage, rules: [aRule("allow", { agent: "boss" })] })).toHaveLength(2);
});

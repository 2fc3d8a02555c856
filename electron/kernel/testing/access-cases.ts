import fc from "fast-check";
import type { Rule } from "../../../shared/access.ts";
import { agentId, grantId, ruleId, type ServerName } from "../../../shared/ids.ts";
import { type Effect, type Grant, modeSchema } from "../../../shared/permission.ts";
import { STANDARD_GROUP } from "../../../shared/standard-group.ts";
import type { Marks, PrivateSource, TaintSource } from "../../../shared/taint.ts";
import type { AccessRequest, Principal } from "../access/request.ts";
import { aGroup, anEffect, aRequest, aRule, FILES_SERVER } from "./sample-access-request.ts";

// Parts of requests, built once and only chosen from, so that a hundred thousand cases take a second.

export const PLAIN: readonly Effect[] = [
  anEffect("read", "."),
  anEffect("read", "notes/a.txt"),
  anEffect("write", "notes/a.txt"),
  anEffect("write", "letters/b.txt"),
  anEffect("delete", "notes"),
  anEffect("write", "memory:agent:clerk"),
  anEffect("read", "memory:agent:boss"),
  anEffect("read", "memory:person"),
  anEffect("write", "memory:person"),
  anEffect("write", "memory:group:team"),
  anEffect("net", "example.org:443"),
  anEffect("net", "www.example.org:80"),
  anEffect("send", "example.org:25"),
  anEffect("exec", "npm test"),
  anEffect("read", "mcp:files/read"),
  anEffect("write", "mcp:files/write"),
  anEffect("delete", "mcp:other/remove"),
];
export const FORBIDDEN = [anEffect("secret", ".env"), anEffect("config", ".aios/access.json")];
export const GRAVE = PLAIN.flatMap((effect): readonly Effect[] => [
  { ...effect, reversible: "no" },
  { ...effect, opaque: "a substitution" },
]);

const fieldsOf = fc.record({
  agent: fc.constantFrom(null, null, null, "clerk", "boss", "chief"),
  tool: fc.constantFrom(null, null, null, "write_file", "files__*", "other"),
  effect: fc.constantFrom(
    ...Array.from({ length: 8 }, () => null),
    "read",
    "write",
    "delete",
    "exec",
    "net",
    "send",
  ),
  pattern: fc.constantFrom(
    "**",
    "**",
    "**",
    "**",
    "**",
    "notes/**",
    "*",
    "example.org",
    "*:443",
    "mcp:files/*",
    "npm *",
  ),
  workspace: fc.constantFrom(null, null, null, "/home/ada/files", "/elsewhere"),
  expiresAt: fc.constantFrom(null, null, null, 500, 5_000),
} as const);
const rulesOf = (verdict: Rule["verdict"], source: Rule["source"]): readonly Rule[] =>
  fc
    .sample(fieldsOf, { numRuns: 60, seed: 1 })
    .map((fields, n) => aRule(verdict, { ...fields, source, id: ruleId(n) }));
export const DENY = rulesOf("deny", "person");
export const ASK = rulesOf("ask", "person");
const ALLOW = rulesOf("allow", "person");
export const OF_WORKSPACE = (["allow", "ask", "deny"] as const).flatMap((verdict) =>
  rulesOf(verdict, "workspace"),
);

const GROUPS = [
  STANDARD_GROUP,
  aGroup("team", { sharing: "members" }),
  aGroup("readers", { effects: ["read", "net"] }),
  aGroup("notes", { folders: ["notes/**"], hosts: ["*.example.org"], servers: ["files"] }),
  aGroup("all", { effects: [...STANDARD_GROUP.effects, "config", "secret"] }),
];
const GRANTS: readonly Grant[] = [1, 2].map((n) => ({
  id: grantId(n),
  agentId: agentId(n),
  tool: "write_file",
  text: "as before",
  createdAt: 0,
}));
const other = "other" as ServerName;
export const TAINTS: readonly TaintSource[] = [
  { type: "web", host: "evil.example" },
  { type: "server", server: FILES_SERVER, tool: "read" },
  { type: "server", server: other, tool: "read" },
];
export const PRIVATES: readonly PrivateSource[] = [
  { type: "workspace" },
  { type: "memory" },
  { type: "server", server: FILES_SERVER },
];

const anyOf = <T>(choice: readonly T[], maxLength: number, minLength = 0) =>
  fc.array(fc.constantFrom(...choice), { minLength, maxLength });
const mostlyNone = <T>(some: fc.Arbitrary<T[]>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: some });
export const principal = (agent: string): fc.Arbitrary<Principal> =>
  fc.record({ agent: fc.constant(agent), groups: anyOf([STANDARD_GROUP, ...GROUPS], 3) });
const lineages = fc.oneof(
  fc.constant(aRequest().lineage),
  fc.constant(aRequest().lineage),
  fc.constant(["clerk", "boss"].map((agent) => ({ agent, groups: [STANDARD_GROUP] }))),
  fc.tuple(principal("clerk")),
  fc.tuple(principal("clerk"), principal("boss")),
  fc.tuple(principal("clerk"), principal("boss"), principal("chief")),
);
export const requests = fc
  .record({
    lineage: lineages,
    tool: fc.constantFrom("write_file", "write_file", "files__write"),
    server: fc.constantFrom(null, null, FILES_SERVER),
    effects: anyOf([...Array.from({ length: 8 }, () => PLAIN).flat(), ...GRAVE, ...FORBIDDEN], 3, 1),
    mode: fc.constantFrom(...modeSchema.options),
    rules: anyOf([...ALLOW, ...ALLOW, ...ALLOW, ...ALLOW, ...ASK, ...DENY], 3),
    grants: fc.constantFrom([], GRANTS),
    taint: mostlyNone(anyOf(TAINTS, 2)),
    private: mostlyNone(anyOf(PRIVATES, 2)),
    ownerGroups: anyOf(GROUPS, 2),
    person: fc.constantFrom("present", "present", "present", "absent"),
    caller: fc.constantFrom("agent", "agent", "agent", "agent", "agent", "agent", "program", "person"),
  } as const)
  .map(({ taint, private: held, ownerGroups, caller, lineage, ...fields }): AccessRequest => {
    const marks: Marks = { taint, private: held };
    const who =
      caller === "agent" ? { agentId: agentId(1), lineage } : { agentId: null, lineage: [] as const };
    return aRequest({
      ...fields,
      ...who,
      caller,
      marks,
      ownerGroups: new Map([["agent:boss", ownerGroups]]),
    });
  });

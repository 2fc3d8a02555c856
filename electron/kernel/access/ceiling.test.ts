import { describe, expect, test } from "vitest";
import { aGroup, anEffect, aRequest, FILES_SERVER } from "../testing/sample-access-request.ts";
import { exceededCeiling, mayUseModel, readableMemories, tokenCeiling } from "./ceiling.ts";
import type { AccessRequest, Principal } from "./request.ts";

const clerk = (...groups: Principal["groups"]): Principal => ({ agent: "clerk", groups });
const boss = (...groups: Principal["groups"]): Principal => ({ agent: "boss", groups });
const allowed = (
  lineage: readonly Principal[],
  effect: AccessRequest["effects"][number],
  fields: Partial<AccessRequest> = {},
): boolean => exceededCeiling(aRequest({ lineage, effects: [effect], ...fields })) === null;

describe("an effect is allowed by one whole group", () => {
  test("that lists its type", () => {
    const readers = aGroup("readers", { effects: ["read"] });
    expect(allowed([clerk(readers)], anEffect("read"))).toBe(true);
    expect(allowed([clerk(readers)], anEffect("write"))).toBe(false);
    expect(allowed([clerk(readers, aGroup("standard"))], anEffect("write"))).toBe(true);
  });

  test("and not by parts of two", () => {
    const readNotes = aGroup("a", { effects: ["read"], folders: ["notes/**"] });
    const writeLetters = aGroup("b", { effects: ["write"], folders: ["letters/**"] });
    expect(allowed([clerk(readNotes, writeLetters)], anEffect("write", "notes/a.txt"))).toBe(false);
    expect(allowed([clerk(readNotes, writeLetters)], anEffect("write", "letters/a.txt"))).toBe(true);
  });

  test.each([
    ["notes", true],
    ["notes/deep/a.txt", true],
    ["notes2/a.txt", false],
    ["a.txt", false],
    [".", false],
  ])("whose folders hold %s: %s", (target, expected) => {
    expect(allowed([clerk(aGroup("a", { folders: ["notes/**"] }))], anEffect("read", target))).toBe(expected);
  });

  test.each([
    ["example.com:443", true],
    ["example.com:8080", true],
    ["Example.COM.:443", true],
    ["www.example.com:443", false],
    ["a.b.open.org:443", true],
    ["open.org:443", false],
    ["notopen.org:443", false],
    ["x@a.open.org:443", false],
    ["10.0.0.1:80", true],
    ["10.0.0.1:81", false],
    ["10.0.0.1", false],
    ["mcp", false],
  ])("whose hosts hold %s: %s", (target, expected) => {
    const group = aGroup("a", { hosts: ["example.com", "*.open.org", "10.0.0.1:80"] });
    expect(allowed([clerk(group)], anEffect("net", target))).toBe(expected);
    expect(allowed([clerk(group)], anEffect("send", target))).toBe(expected);
  });

  test("whose servers hold the target's, and the tool's", () => {
    const group = aGroup("a", { servers: ["files"] });
    expect(allowed([clerk(group)], anEffect("write", "mcp:files/write"))).toBe(true);
    expect(allowed([clerk(group)], anEffect("write", "mcp:other/write"))).toBe(false);
    const none = aGroup("a", { servers: [] });
    expect(allowed([clerk(none)], anEffect("read", "a.txt"), { server: FILES_SERVER })).toBe(false);
    const silent = { effects: [], server: FILES_SERVER };
    expect(exceededCeiling(aRequest({ lineage: [clerk(none)], ...silent }))).toContain("the server files");
    expect(exceededCeiling(aRequest({ lineage: [clerk(group)], ...silent }))).toBeNull();
  });

  test("a command's words are no place that a group could name", () => {
    const group = aGroup("a", { effects: ["read"], servers: ["files"] });
    expect(allowed([clerk(group)], anEffect("exec", "mcp:files/write"))).toBe(false);
  });
});

describe("without a group", () => {
  test("nothing that has an effect is allowed", () => {
    expect(exceededCeiling(aRequest({ lineage: [clerk()] }))).toBe(
      "clerk belongs to no privilege group, so it may do nothing",
    );
    expect(exceededCeiling(aRequest({ lineage: [clerk()], effects: [] }))).toBeNull();
  });

  test("an agent that nobody knows may do nothing", () => {
    expect(exceededCeiling(aRequest({ lineage: [] }))).toContain("Nobody knows");
  });
});

test("a child gets no more than each of its ancestors", () => {
  const wide = aGroup("standard");
  const narrow = aGroup("notes", { folders: ["notes/**"] });
  const outside = anEffect("write", "letters/a.txt");
  expect(allowed([clerk(wide), boss(wide)], outside)).toBe(true);
  expect(allowed([clerk(wide), boss(narrow)], outside)).toBe(false);
  expect(allowed([clerk(wide), boss(wide), { agent: "chief", groups: [] }], outside)).toBe(false);
});

describe("a memory", () => {
  const team = aGroup("team", { sharing: "members" });
  const theirs = anEffect("read", "memory:agent:boss");
  const owned = (...groups: Principal["groups"]) => ({ ownerGroups: new Map([["agent:boss", groups]]) });

  test("of one's own needs no sharing", () => {
    expect(allowed([clerk(aGroup("standard"))], anEffect("write", "memory:agent:clerk"))).toBe(true);
  });

  test("of another needs a group that both are in and that shares", () => {
    expect(allowed([clerk(team)], theirs, owned(team))).toBe(true);
    expect(allowed([clerk(team)], theirs, owned(aGroup("standard")))).toBe(false);
    expect(allowed([clerk(team)], theirs)).toBe(false);
    const quiet = aGroup("team", { sharing: "none" });
    expect(allowed([clerk(quiet)], theirs, owned(quiet))).toBe(false);
    const elsewhere = aGroup("elsewhere", { sharing: "members" });
    expect(allowed([clerk(elsewhere, aGroup("standard"))], theirs, owned(team))).toBe(false);
    expect(allowed([clerk(aGroup("team", { ...team, effects: ["write"] }))], theirs, owned(team))).toBe(
      false,
    );
  });

  test("of its parent is not a child's by birth", () => {
    const lineage = [clerk(aGroup("standard")), boss(aGroup("standard"))];
    expect(allowed(lineage, theirs, owned(aGroup("standard")))).toBe(false);
    expect(allowed([clerk(team), boss(team)], theirs, owned(team))).toBe(true);
  });

  test("of a group is its members', with that group's effects, and no child's whose parent is none", () => {
    const office = aGroup("office");
    const notes = (type: "read" | "write") => anEffect(type, "memory:group:office");
    expect(allowed([clerk(office)], notes("write"))).toBe(true);
    expect(allowed([clerk(aGroup("standard"), aGroup("team"))], notes("read"))).toBe(false);
    expect(
      allowed([clerk(aGroup("office", { effects: ["read"] }), aGroup("standard"))], notes("write")),
    ).toBe(false);
    expect(allowed([clerk(office), boss(office)], notes("read"))).toBe(true);
    expect(allowed([clerk(office), boss(aGroup("standard"))], notes("read"))).toBe(false);
  });

  test("of the person is every agent's to read, and within the ceiling to write", () => {
    expect(allowed([clerk(aGroup("standard"))], anEffect("read", "memory:person"))).toBe(true);
    expect(allowed([clerk(aGroup("a", { effects: ["net"] }))], anEffect("read", "memory:person"))).toBe(
      false,
    );
    expect(allowed([clerk(aGroup("standard"))], anEffect("write", "memory:person"))).toBe(true);
    expect(allowed([clerk(aGroup("a", { effects: ["read"] }))], anEffect("write", "memory:person"))).toBe(
      false,
    );
  });

  test("is read unnamed when it is one's own, a group's of the whole lineage, or the person's", () => {
    const office = aGroup("office");
    const blind = aGroup("blind", { effects: ["write"] });
    expect(readableMemories([clerk(office, blind)], "agent:clerk")).toEqual([
      "agent:clerk",
      "group:office",
      "person",
    ]);
    expect(readableMemories([clerk(office), boss(aGroup("team"))], "agent:clerk")).toEqual([
      "agent:clerk",
      "person",
    ]);
    expect(readableMemories([clerk()], "agent:clerk")).toEqual([]);
    expect(readableMemories([], "person")).toEqual(["person"]);
  });

  test("of an agent is no program's", () => {
    const program = { caller: "program", agentId: null, memoryOwner: "person" } as const;
    expect(allowed([], theirs, program)).toBe(false);
    expect(allowed([], anEffect("read", "memory:person"), program)).toBe(true);
    expect(allowed([], theirs, { ...program, caller: "person" })).toBe(true);
  });
});

test("a model is named by the groups of each principal, by id or by name", () => {
  const small = clerk(aGroup("a", { cores: ["small"] }));
  const any = boss(aGroup("standard"));
  expect(mayUseModel([small, any], ["local/x", "small"])).toBe("yes");
  expect(mayUseModel([small, any], ["local/x", "large"])).toBe("no");
  expect(mayUseModel([any, small], ["large"])).toBe("no");
  expect(mayUseModel([clerk()], ["small"])).toBe("no");
  expect(mayUseModel([clerk(aGroup("a", { cores: [] }), aGroup("b"))], ["small"])).toBe("yes");
});

test("tokens: the most of one's own groups, the least over the lineage", () => {
  const few = aGroup("few", { tokens: 1_000 });
  const more = aGroup("more", { tokens: 2_000 });
  expect(tokenCeiling([clerk(few, more)])).toBe(2_000);
  expect(tokenCeiling([clerk(few, aGroup("standard"))])).toBeNull();
  expect(tokenCeiling([clerk(aGroup("standard")), boss(more)])).toBe(2_000);
  expect(tokenCeiling([clerk(few), boss(more)])).toBe(1_000);
  expect(tokenCeiling([clerk()])).toBeNull();
});

import { describe, expect, test } from "vitest";
import { ruleText } from "../../../shared/access.ts";
import { STANDARD_GROUP } from "../../../shared/standard-group.ts";
import { EXPIRY_CHOICES, expiresAt } from "./expiry.ts";
import { checkGroup, EMPTY_GROUP, groupForm } from "./group-form.ts";
import { checkRule, EMPTY_RULE, fieldNamed } from "./rule-form.ts";
import { ceilingWords } from "./words.ts";

describe("a rule as it is typed", () => {
  test("empty fields stand for any, and the workspace for its folder", () => {
    expect(checkRule({ ...EMPTY_RULE, verdict: "deny", where: "workspace" }, "/home/ada/notes")).toEqual({
      type: "ready",
      draft: {
        verdict: "deny",
        agent: null,
        tool: null,
        effect: null,
        pattern: "**",
        workspace: "/home/ada/notes",
        expiresAt: null,
      },
    });
  });

  test("what is wrong is told at its field", () => {
    expect(checkRule({ ...EMPTY_RULE, pattern: " " }, null)).toMatchObject({
      type: "wrong",
      field: "pattern",
    });
    expect(checkRule({ ...EMPTY_RULE, agent: "File clerk" }, null)).toMatchObject({
      field: "agent",
      message: "expected small letters, digits and dashes",
    });
    expect(checkRule({ ...EMPTY_RULE, where: "workspace" }, null)).toMatchObject({ field: "where" });
    expect(fieldNamed("draft.expiresAt")).toBe("expiry");
  });
});

test("a rule's end lies on a whole minute, so that its words are exact", () => {
  const now = new Date(2026, 4, 17, 21, 30, 12, 345).getTime();
  expect(expiresAt("never", now)).toBeNull();
  for (const { value } of EXPIRY_CHOICES.slice(1)) {
    const at = expiresAt(value, now) ?? 0;
    expect(at % 60_000).toBe(0);
    expect(at).toBeGreaterThan(now);
  }
  expect(expiresAt("today", now)).toBe(new Date(2026, 4, 18).getTime());
  const draft = {
    verdict: "allow",
    agent: null,
    tool: null,
    effect: null,
    pattern: "**",
    workspace: null,
  } as const;
  const at = expiresAt("hour", now);
  const [, written = ""] = /until (\S+) UTC/.exec(ruleText({ ...draft, expiresAt: at })) ?? [];
  expect(Date.parse(`${written}:00Z`)).toBe(at);
});

describe("a group as it is typed", () => {
  test("comes back as it was", () => {
    const group = { ...STANDARD_GROUP, folders: ["notes/**"], hosts: [], tokens: 5_000 };
    expect(checkGroup(groupForm(group))).toEqual({ type: "ready", group });
  });

  test("lines are trimmed and counted once, and no line at all means none", () => {
    const form = { ...EMPTY_GROUP, name: "readers", title: "Readers" };
    const lines = "  example.com \n\nexample.com\n*.example.org:443";
    expect(checkGroup({ ...form, hosts: { scope: "only", lines } })).toMatchObject({
      group: { hosts: ["example.com", "*.example.org:443"], folders: null },
    });
    expect(checkGroup({ ...form, servers: { scope: "only", lines: "" } })).toMatchObject({
      group: { servers: [] },
    });
  });

  test("what is wrong is told at its field", () => {
    const form = { ...EMPTY_GROUP, name: "readers", title: "Readers" };
    const fieldOf = (change: object): unknown => checkGroup({ ...form, ...change });
    expect(fieldOf({ name: "Two Words" })).toMatchObject({ field: "name" });
    expect(fieldOf({ title: "" })).toMatchObject({ field: "title" });
    expect(fieldOf({ tokens: "many" })).toMatchObject({ field: "tokens" });
    expect(fieldOf({ hosts: { scope: "only", lines: "ok.example\nnot a host" } })).toMatchObject({
      field: "hosts",
    });
  });

  test("its bounds are words", () => {
    const words = Object.fromEntries(
      ceilingWords({ ...STANDARD_GROUP, effects: [], hosts: [], folders: ["a/**"], tokens: 12_000 }).map(
        ({ label, text }) => [label, text],
      ),
    );
    expect(words).toMatchObject({
      Effects: "none",
      Hosts: "none",
      Folders: "a/**",
      Servers: "all",
      Tokens: "12,000 in one run",
      Memory: "each its own",
    });
  });
});

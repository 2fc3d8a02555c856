import { describe, expect, test } from "vitest";
import type { Effect } from "../../../shared/permission.ts";
import { anEffect, aRequest } from "../testing/sample-access-request.ts";
import { decide } from "./decide.ts";
import { scopeOf, WHOLE_TREE } from "./workspace-scope.ts";

const OWN = scopeOf({ name: "clerk", workspace: "own" });
const OFFICE = scopeOf({ name: "clerk", workspace: "group:office" });
const COMMON = scopeOf({ name: "clerk", workspace: "common" });

const verdict = (scope: typeof COMMON, ...effects: Effect[]) => {
  const { verdict: found, by } = decide(aRequest({ scope, effects, mode: "run-freely" }));
  return found === "deny" ? `${found} by ${by}` : found;
};

describe("effects in other workspaces", () => {
  test.each(["read", "write", "delete"] as const)("%s: each reaches its own and no other", (type) => {
    const on = (path: string): Effect => anEffect(type, path);
    for (const path of ["agents/bob/a.txt", "agents/clerk2", "agents", "groups/office/a.txt", "Agents/bob"]) {
      expect(verdict(COMMON, on(path))).toBe("deny by ceiling");
      expect(verdict(OWN, on(path))).toBe("deny by ceiling");
    }
    expect(verdict(OFFICE, on("agents/clerk/a.txt"))).toBe("deny by ceiling");
    expect(verdict(OWN, on("notes/a.txt"))).toBe("deny by ceiling");
    for (const path of ["notes/a.txt", "agent/a.txt", "mounts/thesis/a.txt"]) {
      expect(verdict(COMMON, on(path))).toBe("allow");
    }
    for (const path of ["agents/clerk", "agents/clerk/a.txt", "mounts/thesis/a.txt"]) {
      expect(verdict(OWN, on(path))).toBe("allow");
    }
    expect(verdict(OFFICE, on("groups/office/a.txt"))).toBe("allow");
  });

  test("a command that reads another workspace is denied as a whole", () => {
    const exec = anEffect("exec", "cat agents/bob/a.txt notes/a.txt");
    expect(verdict(COMMON, exec, anEffect("read", "notes/a.txt"))).not.toContain("deny");
    expect(verdict(COMMON, exec, anEffect("read", "notes/a.txt"), anEffect("read", "agents/bob/a.txt"))).toBe(
      "deny by ceiling",
    );
  });

  test("memories and results lie in no workspace, and the person's calls go anywhere", () => {
    expect(verdict(OWN, anEffect("read", "memory:agent:clerk"), anEffect("read", "result:r1"))).toBe("allow");
    const effects = [anEffect("write", "agents/bob/a.txt"), anEffect("write", "groups/office/a.txt")];
    const person = { caller: "person", agentId: null, lineage: [], scope: WHOLE_TREE, effects } as const;
    expect(decide(aRequest(person)).verdict).toBe("allow");
  });
});

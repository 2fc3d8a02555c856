import { expect, test } from "vitest";
import type { WorkspaceView } from "../../../shared/files.ts";
import { placeGroups, placeHolding } from "./places.ts";

const workspace = (name: string, path: string): WorkspaceView => ({
  name,
  path,
  folder: `/data/workspace/${path}`,
  access: "read-write",
});
const ALL = [
  workspace("agent:clerk", "agents/clerk"),
  workspace("common", "."),
  workspace("mount:thesis", "mounts/thesis"),
  workspace("agent:ada", "agents/ada"),
];

test("places are grouped by kind, in one order, without empty kinds", () => {
  expect(placeGroups(ALL).map(({ title, places }) => [title, places.map(({ label }) => label)])).toEqual([
    ["Common", ["Workspace"]],
    ["Agents", ["clerk", "ada"]],
    ["Mounted", ["thesis"]],
  ]);
});

test("a path lies in the deepest workspace that holds it", () => {
  expect(placeHolding(ALL, "agents/clerk/a/b.md")?.name).toBe("agent:clerk");
  expect(placeHolding(ALL, "agents/clerk")?.name).toBe("agent:clerk");
  expect(placeHolding(ALL, "agents/clerk-old/a.md")?.name).toBe("common");
  expect(placeHolding(ALL, ".")?.name).toBe("common");
  expect(placeHolding([], "a.md")).toBeNull();
});

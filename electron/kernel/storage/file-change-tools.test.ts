import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agentId } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { createFileTree } from "../../adapters/file-tree.ts";
import { guardPath } from "../access/path-guard.ts";
import type { Tool, ToolRun } from "../ports.ts";
import { runTool } from "../testing/run-tool.ts";
import { openTestVersions, testToolbox } from "../testing/test-toolbox.ts";
import { storageTools } from "./storage-room.ts";

let folder: string;
let tools: ReadonlyMap<string, Tool>;
let close: () => Promise<void>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-change-tools-"));
  const opened = openTestVersions();
  const box = testToolbox(createFileTree(folder, guardPath), opened.versions);
  close = opened.close;
  tools = new Map(storageTools(box).map((tool) => [tool.specification.name, tool]));
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

function tool(name: string): Tool {
  const found = tools.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}
const call = (name: string, args: JsonObject, run: Partial<ToolRun> = {}) => runTool(tool(name), args, run);
const effects = (name: string, args: JsonObject) =>
  tool(name).effects(tool(name).parse(args), { memoryOwner: "me" });
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const text = (path: string): string => readFileSync(join(folder, path), "utf8");

test("files and folders are made, moved and copied with all that is in them", async () => {
  put("drafts/a.txt", "a");
  put("drafts/deep/b.txt", "b");
  expect(await call("make_folder", { path: "old" })).toBe("Made the folder old");
  expect(await call("make_folder", { path: "old" })).toBe("The folder old is there already");
  expect(await call("move_file", { from: "drafts/a.txt", to: "old/c.txt" })).toBe(
    "Moved drafts/a.txt to old/c.txt",
  );
  expect(await call("copy_file", { from: "drafts", to: "old/drafts" })).toMatch(
    /^Copied drafts.* to old\/drafts$/,
  );
  expect(text("old/c.txt") + text("drafts/deep/b.txt") + text("old/drafts/deep/b.txt")).toBe("abb");
  await expect(call("move_file", { from: "old/c.txt", to: "drafts/deep/b.txt" })).rejects.toMatchObject({
    data: { code: "conflict" },
  });
});

test("what a file held is listed, read, brought back and kept", async () => {
  const clerk = { agentId: agentId(1) };
  await call("write_file", { path: "a.txt", content: "one" });
  await call("write_file", { path: "a.txt", content: "two" }, clerk);
  expect(await call("file_versions", { path: "a.txt" })).toMatch(
    /^v2: written by helper \(a1\) at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(3 bytes\)\nv1: created by the person at .* \(3 bytes\)$/,
  );
  expect(await call("read_file", { path: "a.txt", version: "v1" })).toBe("one");
  expect(await call("roll_back_file", { path: "a.txt", version: "v1" })).toBe(
    "Rolled a.txt back to v1: it is version v3",
  );
  expect(text("a.txt")).toBe("one");
  expect(await call("pin_version", { path: "a.txt", version: "v2" })).toBe("v2 of a.txt is pinned");
  expect(await call("file_versions", { path: "a.txt" })).toContain("(3 bytes, pinned)");
  await call("delete_file", { path: "a.txt" });
  expect(await call("restore_file", { path: "a.txt" })).toBe("Restored a.txt (3 bytes)");
  expect(text("a.txt")).toBe("one");
});

test("versions of one file are not those of another", async () => {
  await call("write_file", { path: "a.txt", content: "a" });
  await call("write_file", { path: "b.txt", content: "b" });
  for (const [name, args] of [
    ["read_file", { path: "b.txt", version: "v1" }],
    ["roll_back_file", { path: "b.txt", version: "v1" }],
    ["pin_version", { path: "b.txt", version: "v1" }],
    ["restore_file", { path: "b.txt", version: "v1" }],
    ["read_file", { path: "a.txt", version: "v99" }],
  ] as const)
    await expect(call(name, args), name).rejects.toMatchObject({ data: { code: "not-found" } });
});

describe("what the gate is told", () => {
  test("names both ends", async () => {
    put("a.txt", "a");
    expect(await effects("move_file", { from: "./a.txt", to: "b/../c.txt" })).toEqual([
      { type: "read", target: "a.txt", reversible: "yes" },
      { type: "delete", target: "a.txt", reversible: "yes" },
      { type: "write", target: "c.txt", reversible: "yes" },
    ]);
    expect((await effects("copy_file", { from: "a.txt", to: "b.txt" })).map(({ type }) => type)).toEqual([
      "read",
      "write",
    ]);
  });

  test.each<[string, string, JsonObject]>([
    ["secret", "a folder with a key in it is taken along", { from: "app", to: "moved" }],
    ["secret", "a folder takes a name that makes what is in it a key", { from: "plain", to: ".docker" }],
    [
      "config",
      "a folder takes a name that makes what is in it steer programs",
      { from: "plain", to: "x/.config" },
    ],
    ["config", "a file takes such a name", { from: "plain/config.json", to: ".git/hooks/pre-commit" }],
  ])("%s: %s", async (type, _, args) => {
    put("app/deep/.env", "KEY=7");
    put("plain/config.json", "{}");
    put("plain/autostart/run.desktop", "x");
    expect((await effects("move_file", args)).map((effect) => effect.type)).toContain(type);
    expect((await effects("copy_file", args)).map((effect) => effect.type)).toContain(type);
    expect((await effects("delete_file", { path: "app" })).map((effect) => effect.type)).toContain("secret");
  });

  test("sees through a plan what would come to lie where", async () => {
    const steps: readonly JsonObject[] = [
      { type: "write", path: "tmp/run.desktop", content: "x" },
      { type: "move", from: "tmp", to: "auto" },
      { type: "make-folder", path: "box" },
      { type: "move", from: "auto", to: "box/autostart" },
      { type: "move", from: "box", to: ".config" },
    ];
    const found = await effects("apply_plan", { steps });
    expect(found.filter(({ type }) => type === "config").map(({ target }) => target)).toContain(
      ".config/autostart/run.desktop",
    );
    expect(
      (await effects("apply_plan", { steps: steps.slice(0, 4) })).some(({ type }) => type === "config"),
    ).toBe(false);
  });

  test("a folder of very many files is asked about as such", async () => {
    for (let n = 0; n < 520; n += 1) put(`many/${n}.txt`, "");
    const found = await effects("copy_file", { from: "many", to: "more" });
    expect(found.length).toBeLessThanOrEqual(501);
    expect(found.some(({ opaque }) => opaque?.includes("more files"))).toBe(true);
  });

  test.each(["make_folder", "delete_file"])("%s is not for the workspace itself", async (name) => {
    await expect(effects(name, { path: "a/.." })).rejects.toMatchObject({ data: { code: "not-allowed" } });
  });
});

describe("a plan", () => {
  const steps: readonly JsonObject[] = [
    { type: "make-folder", path: "new" },
    { type: "move", from: "a.txt", to: "new/a.txt" },
    { type: "copy", from: "new/a.txt", to: "new/b.txt" },
    { type: "write", path: "c.txt", content: "c" },
    { type: "delete", path: "d.txt" },
  ];
  beforeEach(() => {
    put("a.txt", "a");
    put("d.txt", "d");
  });

  test("happens as a whole", async () => {
    expect(await call("apply_plan", { steps })).toBe(
      "Did all 5 steps: makes 1 folder, moves 1 file or folder, copies 1 file or folder, writes 1 file, deletes 1 file or folder",
    );
    expect(text("new/a.txt") + text("new/b.txt") + text("c.txt")).toBe("aac");
  });

  test("does nothing when one of its steps cannot be done", async () => {
    const bad = [...steps, { type: "move", from: "missing.txt", to: "new/c.txt" }];
    await expect(call("apply_plan", { steps: bad })).rejects.toMatchObject({
      message: expect.stringContaining("missing.txt"),
    });
    expect(text("a.txt") + text("d.txt")).toBe("ad");
    await expect(call("list_files", { path: "new" })).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  test("is shown with what is there now, its long texts cut", async () => {
    const long = { type: "write", path: "a.txt", content: "x".repeat(70_000) };
    const preview = await tool("apply_plan").preview({ steps: [...steps, long] });
    expect(preview).toMatchObject({
      type: "plan",
      cut: "cut",
      steps: [
        { now: "nothing" },
        { now: "file" },
        { now: "nothing" },
        { now: "nothing" },
        { now: "file" },
        { now: "file" },
      ],
    });
    expect(JSON.stringify(preview).length).toBeLessThan(70_000);
  });
});

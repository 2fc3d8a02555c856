import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KernelError, toErrorData } from "../../../../shared/errors.ts";
import type { JsonObject } from "../../../../shared/messages.ts";
import { type Effect, effectTypeSchema } from "../../../../shared/permission.ts";
import { STANDARD_GROUP } from "../../../../shared/standard-group.ts";
import { createFileTree } from "../../../adapters/file-tree.ts";
import type { FileTree, Tool } from "../../ports.ts";
import { storageTools } from "../../storage/storage-room.ts";
import { corpus, PathWorld, place, techniques } from "../../testing/path-world.ts";
import { runTool } from "../../testing/run-tool.ts";
import { aRequest } from "../../testing/sample-access-request.ts";
import { openTestVersions, testToolbox } from "../../testing/test-toolbox.ts";
import { decide } from "../decide.ts";
import { guardPath } from "../path-guard.ts";

const rows = corpus.paths;

const GROUP = { ...STANDARD_GROUP, effects: effectTypeSchema.options };

let world: PathWorld;
let root = "";
let files: FileTree;
let tools: ReadonlyMap<string, Tool>;
let opened: ReturnType<typeof openTestVersions>;
beforeAll(() => {
  opened = openTestVersions();
});
afterAll(() => opened.close());
beforeEach(() => {
  world = new PathWorld();
  root = world.root;
  files = createFileTree(root, guardPath);
  const box = testToolbox(files, opened.versions);
  tools = new Map(storageTools(box).map((tool) => [tool.specification.name, tool]));
});
afterEach(() => {
  // Whatever was tried, everything outside and every key is as it was.
  expect(world.damage()).toEqual([]);
  world.remove();
});

const filled = (text: string): string => world.filled(text);

function toolOf(name: string): Tool {
  const tool = tools.get(name);
  if (!tool) throw new Error(`there is no ${name}`);
  return tool;
}

/** Uses of a path by the storage tools: the tool, its arguments, and which of its effects is on the path. */
const USES: Readonly<
  Record<string, readonly [tool: string, args: (path: string) => JsonObject, at: 0 | -1]>
> = {
  read_file: ["read_file", (path) => ({ path }), 0],
  list_files: ["list_files", (path) => ({ path }), 0],
  file_versions: ["file_versions", (path) => ({ path }), 0],
  "copy_file from": ["copy_file", (from) => ({ from, to: "taken.txt" }), 0],
  write_file: ["write_file", (path) => ({ path, content: "owned" }), 0],
  delete_file: ["delete_file", (path) => ({ path }), 0],
  make_folder: ["make_folder", (path) => ({ path }), 0],
  "move_file from": ["move_file", (from) => ({ from, to: "taken.txt" }), 0],
  "move_file to": ["move_file", (to) => ({ from: "notes.txt", to }), -1],
  "copy_file to": ["copy_file", (to) => ({ from: "notes.txt", to }), -1],
  roll_back_file: ["roll_back_file", (path) => ({ path, version: "v1" }), 0],
  restore_file: ["restore_file", (path) => ({ path, version: "v1" }), 0],
  pin_version: ["pin_version", (path) => ({ path, version: "v1" }), 0],
  "apply_plan write": ["apply_plan", (path) => ({ steps: [{ type: "write", path, content: "owned" }] }), 0],
  "apply_plan delete": ["apply_plan", (path) => ({ steps: [{ type: "delete", path }] }), 0],
  "apply_plan move from": ["apply_plan", (from) => ({ steps: [{ type: "move", from, to: "taken.txt" }] }), 0],
  "apply_plan copy to": ["apply_plan", (to) => ({ steps: [{ type: "copy", from: "notes.txt", to }] }), -1],
};
/** They need the name of an entry, which the workspace itself has not. */
const ENTRIES = /delete|move|copy|make/;

const argumentsOf = (name: string, path: string): JsonObject => USES[name]?.[1](filled(path)) ?? {};

/** Effects as the gate asks for them. */
async function effectsOf(name: string, path: string): Promise<readonly Effect[]> {
  const tool = toolOf(USES[name]?.[0] ?? name);
  return tool.effects(tool.parse(argumentsOf(name, path)), { memoryOwner: "agent:clerk" });
}

/** Runs a tool as its executor does, without a gate before it. */
const runUnchecked = async (name: string, path: string): Promise<string> =>
  runTool(toolOf(USES[name]?.[0] ?? name), argumentsOf(name, path));

/** What becomes of a call: `inside` with where it goes, `floor`, or the code of the error. */
async function outcomeOf(name: string, path: string): Promise<{ outcome: string; canonical?: string }> {
  try {
    const effects = await effectsOf(name, path);
    const lineage = [{ agent: "clerk", groups: [GROUP] }];
    const decision = decide(aRequest({ tool: name, effects, mode: "run-freely", lineage, workspace: root }));
    const canonical = effects.at(USES[name]?.[2] ?? 0)?.target ?? "";
    return { outcome: decision.verdict === "allow" ? "inside" : decision.by, canonical };
  } catch (error) {
    expect(error).toBeInstanceOf(KernelError);
    return { outcome: toErrorData(error).code };
  }
}

test("there are enough of them, each once", () => {
  expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(200);
  expect(corpus.swaps.length).toBeGreaterThanOrEqual(25);
});

// Names that differ in case or form are one file on other systems, and links need rights there.
describe.runIf(process.platform === "linux")("a path", () => {
  const READS = ["read_file", "list_files", "file_versions", "copy_file from"];
  const NAMES = Object.keys(USES);

  test.each(techniques)("%s", async (technique) => {
    const found: unknown[] = [];
    const wanted: unknown[] = [];
    for (const { path, expected, canonical, write } of rows.filter((row) => row.technique === technique)) {
      for (const name of NAMES) {
        const outcome = READS.includes(name) ? expected : (write ?? expected);
        // A folder is listed without a path too.
        if (path === "" && name === "list_files") continue;
        if (canonical === "." && ENTRIES.test(name)) {
          expect(await outcomeOf(name, path), name).toEqual({ outcome: "not-allowed" });
          continue;
        }
        wanted.push({ path, name, outcome, ...(canonical === undefined ? {} : { canonical }) });
        found.push({ path, name, ...(await outcomeOf(name, path)) });
      }
    }
    expect(found).toEqual(wanted);
  });

  // An address is refused for how it reads; what has such a name is a file like any other.
  test.each(techniques.filter((each) => each !== "address"))("%s, past the gate", async (technique) => {
    for (const { path, expected } of rows.filter((row) => row.technique === technique)) {
      for (const name of expected === "inside" ? READS : NAMES) {
        if (path === "" && name === "list_files") continue;
        const text = await runUnchecked(name, path).catch((error) => {
          expect(error).toBeInstanceOf(KernelError);
          return null;
        });
        if (expected === "inside") expect(text ?? "").not.toBe("secret");
        else expect({ path, name, text }).toEqual({ path, name, text: null });
      }
    }
  });
});

describe.runIf(process.platform === "linux")("a swap between the check and the call", () => {
  beforeEach(() => {
    place(join(root, "door/a.txt"), "harmless");
    for (const name of ["secret.txt", "inner/secret.txt", "1/notes.txt", "id_new", "pre-commit"]) {
      place(join(root, "door", name), "harmless");
    }
    symlinkSync("a.txt", join(root, "door/link"));
    symlinkSync("link", join(root, "door/chain"));
  });

  test.each(corpus.swaps)("$tool: $name", async ({ tool, path, steps }) => {
    let before = "";
    for (const step of steps) {
      const at = join(root, step.path ?? "");
      switch (step.do) {
        case "check":
          before = JSON.stringify(await effectsOf(tool, path));
          expect(before).toContain(JSON.stringify(step.expected));
          break;
        case "remove":
          rmSync(at, { recursive: true });
          break;
        case "link":
          symlinkSync(filled(step.to ?? ""), at);
          break;
        case "check again":
          // Its ticket is void: the effects are others, or there are none.
          expect(await effectsOf(tool, path).then(JSON.stringify, () => "refused")).not.toBe(before);
          break;
        case "run":
          await expect(runUnchecked(tool, path)).rejects.toMatchObject({ data: { code: step.expected } });
          break;
        default:
          throw new Error(`no such step: ${step.do}`);
      }
    }
  });
});

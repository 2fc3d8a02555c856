import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AgentManifest } from "../../shared/manifest.ts";
import { type CallSpec, calls, says } from "./testing/scripted-core.ts";
import { useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

const TOOLS = [
  "read_file",
  "write_file",
  "list_files",
  "search_files",
  "delete_file",
  "move_file",
  "copy_file",
  "make_folder",
  "file_versions",
  "roll_back_file",
  "restore_file",
  "pin_version",
  "plan_files",
  "apply_plan",
];

const agent = (name: string, fields: Partial<AgentManifest>): Partial<AgentManifest> => ({
  name,
  tools: TOOLS,
  mode: "run-freely",
  ...fields,
});

/** Agents do as their task says: a list of calls. */
async function world() {
  const started = await start(
    ({ messages }) => {
      const [planned = []] = messages.flatMap((each) =>
        each.role === "user" ? [JSON.parse(each.content) as CallSpec[]] : [],
      );
      const done = messages.filter(({ role }) => role === "tool").length;
      const next = planned[done];
      return next ? calls([...next.slice(0, 2), `call_${done}`] as unknown as CallSpec) : says("done");
    },
    {
      manifests: [
        agent("ada", { workspace: "own" }),
        agent("bob", { workspace: "own" }),
        agent("boss", {
          workspace: "own",
          children: ["bob"],
          tools: [...TOOLS, "start_agent", "join_agents"],
          limits: { steps: 9, tokens: 50_000, children: 1 },
        }),
        agent("common", {}),
        agent("writer", { workspace: "group:office", groups: ["standard", "office"] }),
        agent("editor", { workspace: "group:office", groups: ["standard", "office"] }),
        agent("stranger", { workspace: "group:office" }),
      ],
    },
  );
  const { kernel } = started;
  const run = async (name: string, ...planned: CallSpec[]) => {
    const agentId = await kernel.launch({ agent: name, task: JSON.stringify(planned) });
    await kernel.ended(agentId);
    const ends = kernel.events();
    return kernel.eventsOf("syscall.created").flatMap((created) => {
      if (created.agentId !== agentId || created.call.kind === "llm") return [];
      const end = ends.find(
        (event) =>
          /^syscall\.(done|failed|denied)$/.test(event.type) &&
          "syscallId" in event &&
          event.syscallId === created.syscallId,
      );
      if (end?.type === "syscall.done" && end.result.kind !== "llm") return [end.result.text];
      if (end?.type === "syscall.failed") return [`${end.error.code}: ${end.error.message}`];
      return ["denied"];
    });
  };
  const workspace = join(kernel.folder, "workspace");
  return { ...started, run, workspace };
}

const write = (path: string, content: string): CallSpec => ["write_file", { path, content }];
const read = (path: string): CallSpec => ["read_file", { path }];
const list = (path = "."): CallSpec => ["list_files", { path }];

describe("own workspaces", () => {
  test("an agent's paths are those of its workspace, in what it says and in what it is told", async () => {
    const { run, workspace, kernel } = await world();
    const told = await run(
      "ada",
      write("notes/a.txt", "a mango"),
      read("notes/a.txt"),
      list(),
      list("notes"),
      ["search_files", { query: "mango" }],
      ["move_file", { from: "notes/a.txt", to: "b.txt" }],
      ["file_versions", { path: "b.txt" }],
      read("gone.txt"),
    );
    expect(told.slice(0, 6)).toEqual([
      "Wrote 7 bytes to notes/a.txt (created)",
      "a mango",
      "notes/",
      "notes/a.txt (7 bytes)",
      "notes/a.txt:1: a mango",
      "Moved notes/a.txt to b.txt",
    ]);
    expect(told.join("\n")).not.toContain("agents/ada");
    expect(told[6]).toContain("moved here from notes/a.txt");
    expect(readFileSync(join(workspace, "agents/ada/b.txt"), "utf8")).toBe("a mango");
    const gated = kernel.eventsOf("syscall.gated").flatMap(({ decision }) => decision.effects);
    expect(gated[0]).toMatchObject({ type: "write", target: "agents/ada/notes/a.txt" });
  });

  test("no storage call of another agent leads into it", async () => {
    const { run, workspace } = await world();
    await run("ada", write("secret.txt", "the word is mango"), write("secret.txt", "the word is plum"));
    mkdirSync(join(workspace, "agents/bob"), { recursive: true });
    symlinkSync("../ada", join(workspace, "agents/bob/link"));
    symlinkSync("agents/ada", join(workspace, "way"));
    const tries = (path: string): CallSpec[] => [
      read(path),
      write(path, "taken"),
      list(path),
      ["delete_file", { path }],
      ["move_file", { from: path, to: "mine.txt" }],
      ["copy_file", { from: path, to: "mine.txt" }],
      ["make_folder", { path: `${path}/x` }],
      ["file_versions", { path }],
      ["roll_back_file", { path, version: "v1" }],
      ["read_file", { path, version: "v1" }],
      ["restore_file", { path }],
      ["pin_version", { path, version: "v1" }],
      ["plan_files", { request: "delete all text files", path }],
      ["apply_plan", { steps: [{ type: "copy", from: path, to: "mine.txt" }] }],
      [
        "apply_plan",
        {
          steps: [
            { type: "write", path: "fine.txt", content: "x" },
            { type: "delete", path },
          ],
        },
      ],
    ];
    for (const path of ["../ada/secret.txt", "/agents/ada/secret.txt", "link/secret.txt"]) {
      for (const told of await run("bob", ...tries(path))) expect(told).toMatch(/^outside-workspace/);
    }
    for (const path of [
      "agents/ada/secret.txt",
      "./x/../agents/ada/secret.txt",
      "way/secret.txt",
      "agents",
    ]) {
      for (const told of await run("common", ...tries(path))) expect(told).toMatch(/^outside-workspace/);
    }
    // The same words are a place of bob's own.
    for (const told of await run("bob", read("agents/ada/secret.txt"))) expect(told).toMatch(/^not-found/);
    expect(readFileSync(join(workspace, "agents/ada/secret.txt"), "utf8")).toBe("the word is plum");
    expect(existsSync(join(workspace, "fine.txt"))).toBe(false);
    expect(existsSync(join(workspace, "mine.txt"))).toBe(false);
  });

  test("searches and lists of others leave it out, those of the person do not", async () => {
    const { run, handlers, workspace } = await world();
    await run("ada", write("a.txt", "mango"));
    await run("bob", write("b.txt", "mango"));
    await run("common", write("c.txt", "mango"));
    const search: CallSpec = ["search_files", { query: "mango" }];
    expect(await run("bob", search)).toEqual(["b.txt:1: mango"]);
    expect(await run("common", search, list())).toEqual(["c.txt:1: mango", "c.txt (5 bytes)"]);
    const { hits } = await handlers["files.search"]({ query: "mango", path: ".", limit: 10 });
    expect(hits.map(({ path }) => path).sort()).toEqual(["agents/ada/a.txt", "agents/bob/b.txt", "c.txt"]);
    await handlers["files.write"]({ path: "agents/ada/a.txt", content: "changed" });
    expect(readFileSync(join(workspace, "agents/ada/a.txt"), "utf8")).toBe("changed");
  });

  test("a plan and its steps are in the agent's own paths", async () => {
    const { run, workspace } = await world();
    const [, planned = "", done] = await run(
      "ada",
      write("one.txt", "1"),
      ["plan_files", { request: "move all text files into the folder old" }],
      ["apply_plan", { steps: [{ type: "move", from: "one.txt", to: "old/one.txt" }] }],
      list("old"),
    );
    expect(planned).toContain('"from":"one.txt"');
    expect(planned).not.toContain("agents/");
    expect(done).toMatch(/^Did all 1 steps/);
    expect(readFileSync(join(workspace, "agents/ada/old/one.txt"), "utf8")).toBe("1");
  });
});

test("a child works in its own workspace, not in its parent's", async () => {
  const { run, workspace } = await world();
  const task = JSON.stringify([write("done.txt", "by bob"), read("../boss/plan.txt")]);
  const told = await run(
    "boss",
    write("plan.txt", "mine"),
    ["start_agent", { agent: "bob", task }],
    ["join_agents", { agents: ["a2"] }],
  );
  expect(told[2]).toContain("a2");
  expect(readFileSync(join(workspace, "agents/bob/done.txt"), "utf8")).toBe("by bob");
  expect(existsSync(join(workspace, "agents/boss/done.txt"))).toBe(false);
});

describe("workspaces of groups", () => {
  test("the members share one, and others have no part in it", async () => {
    const { run, workspace } = await world();
    writeFileSync(join(workspace, "common.txt"), "common");
    await run("writer", write("draft.txt", "draft"));
    expect(await run("editor", read("draft.txt"), list())).toEqual(["draft", "draft.txt (5 bytes)"]);
    expect(await run("common", read("groups/office/draft.txt"))).toEqual([
      expect.stringMatching(/^outside-workspace/),
    ]);
    expect(readFileSync(join(workspace, "groups/office/draft.txt"), "utf8")).toBe("draft");
  });

  test("who is no member is not launched, and is told why", async () => {
    const { kernel } = await world();
    await expect(kernel.launch({ agent: "stranger", task: "[]" })).rejects.toThrow(
      "stranger cannot work in group:office: it is not in the group office",
    );
  });
});

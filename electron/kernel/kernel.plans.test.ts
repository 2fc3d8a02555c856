import { existsSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type MisbehavingServer, startMisbehavingServer } from "../../e2e/misbehaving-server.ts";
import { answerOf, callsOf, type ScriptedCall } from "../../e2e/support/scripted.ts";
import { toErrorData } from "../../shared/errors.ts";
import type { FilePlan } from "../../shared/files.ts";
import { coreConfig, TEST_KEY } from "../adapters/openai/testing.ts";
import { createOpenAiCore } from "../adapters/openai-core.ts";
import { createSystemClock } from "../adapters/system-clock.ts";
import { says } from "./testing/scripted-core.ts";
import { type Started, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

const FILES: Readonly<Record<string, string>> = {
  "grant.md": "The grant is due in May",
  "ideas.txt": "Ask for a grant, or two",
  "old/grant.md": "grant of last year",
  "photo.png": "",
  "plan.txt": "nothing of the kind",
  "cache.tmp": "x",
  "deep/more.tmp": "y",
  ".env": "GRANT_KEY=7",
};
const MARCH = new Date("2026-03-05T10:00:00Z");

async function fill({ kernel }: Started): Promise<void> {
  const { createFileTree } = await import("../adapters/file-tree.ts");
  const files = createFileTree(join(kernel.folder, "workspace"));
  for (const [path, text] of Object.entries(FILES)) {
    await files.write(path, text);
    utimesSync(join(kernel.folder, "workspace", path), MARCH, MARCH);
  }
}

const lines = ({ steps }: FilePlan): readonly string[] =>
  steps.map((step) =>
    "from" in step ? `${step.type} ${step.from} ${step.to}` : `${step.type} ${step.path}`,
  );
const isThere = ({ kernel }: Started, path: string): boolean =>
  existsSync(join(kernel.folder, "workspace", path));

describe("on the offline core", () => {
  const plan = async (request: string, path = ".") => {
    const started = await start(() => says(""));
    await fill(started);
    return lines(await started.handlers["files.plan"]({ request, path }));
  };

  test.each<[string, readonly string[]]>([
    [
      "put all notes about the grant into one folder",
      [
        "make-folder grant",
        "move grant.md grant/grant.md",
        "move ideas.txt grant/ideas.txt",
        "move old/grant.md grant/grant-2.md",
      ],
    ],
    [
      "collect everything about the grant in old",
      ["move grant.md old/grant-2.md", "move ideas.txt old/ideas.txt"],
    ],
    [
      "move all .txt files to archive",
      ["make-folder archive", "move ideas.txt archive/ideas.txt", "move plan.txt archive/plan.txt"],
    ],
    ["copy all .tmp files to old", ["copy cache.tmp old/cache.tmp", "copy deep/more.tmp old/more.tmp"]],
    ["delete all .tmp files", ["delete cache.tmp", "delete deep/more.tmp"]],
    ["delete all empty files", ["delete photo.png"]],
    ["rename plan.txt to ideas.txt", ["move plan.txt ideas-2.txt"]],
    ["rename deep to old", ["move deep old-2"]],
    ["make folders a, old and b", ["make-folder a", "make-folder b"]],
    [
      "sort files by type into folders",
      [
        "make-folder other",
        "make-folder notes",
        "make-folder images",
        "move cache.tmp other/cache.tmp",
        "move grant.md notes/grant.md",
        "move ideas.txt notes/ideas.txt",
        "move photo.png images/photo.png",
        "move plan.txt notes/plan.txt",
      ],
    ],
    [
      "put each file in old into a folder of its year/month",
      ["make-folder old/2026/03", "move old/grant.md old/2026/03/grant.md"],
    ],
  ])("%s", async (request, steps) => {
    expect(await plan(request)).toEqual(steps);
  });

  test("keeps to the folder that it is made in", async () => {
    expect(await plan("put all notes about the grant into one folder", "old")).toEqual([
      "make-folder old/grant",
      "move old/grant.md old/grant/grant.md",
    ]);
  });

  test.each([
    ["tidy up a bit", "bad-input"],
    ["move missing.txt to archive", "not-found"],
    ["delete all .xyz files", "not-found"],
    ["move all .txt files to ../outside", "outside-workspace"],
    ["rename .env to plain.txt", "not-allowed"],
    ["move plan.txt to .git", "not-allowed"],
    ["put a.txt in plan.txt", "not-found"],
    ["put ideas.txt in plan.txt/x", "conflict"],
  ])("%s is refused", async (request, code) => {
    const error = await plan(request).catch(toErrorData);
    expect(error).toMatchObject({ code });
    if (code === "bad-input")
      expect(error).toMatchObject({ hint: expect.stringContaining("rename a.txt to b.txt") });
  });

  test("what is shown is what is done, as one call of the person's, and can be taken back file by file", async () => {
    const started = await start(() => says(""));
    const { kernel, handlers } = started;
    await fill(started);
    const request = "put all notes about the grant into one folder";
    const { steps, summary, madeBy } = await handlers["files.plan"]({ request, path: "." });
    expect([summary, madeBy]).toEqual(["Makes 1 folder, moves 3 files or folders.", { type: "grammar" }]);
    expect(isThere(started, "grant")).toBe(false);
    await handlers["files.applyPlan"]({ steps: [...steps] });
    expect(readFileSync(join(kernel.folder, "workspace/grant/grant-2.md"), "utf8")).toBe(
      "grant of last year",
    );
    expect(kernel.eventsOf("syscall.gated").map(({ decision }) => decision.by)).toEqual(["person"]);
    const taken = { steps: [...steps, { type: "delete", path: "missing.txt" } as const] };
    await expect(handlers["files.applyPlan"](taken)).rejects.toThrow();
  });
});

describe("on a model, by tool calls", () => {
  let server: MisbehavingServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });
  async function world(...answers: readonly (string | readonly ScriptedCall[])[]) {
    const script = answers.map((answer) => (typeof answer === "string" ? answerOf(answer) : callsOf(answer)));
    const opened = await startMisbehavingServer({ script });
    server = opened;
    const config = coreConfig(opened.baseUrl, "planner", { source: "added" });
    const core = createOpenAiCore(config, TEST_KEY, { clock: createSystemClock() });
    const started = await start(() => says(""), { cores: [core] });
    await fill(started);
    const plan = (request: string) => started.handlers["files.plan"]({ request, path: "." });
    return { ...started, started, plan, opened };
  }
  const call = (id: string, name: string, args: object): ScriptedCall => ({ id, name, args });

  test("looks first, and its calls become steps that nobody has run", async () => {
    const { plan, started, kernel } = await world(
      [call("1", "list_files", {}), call("2", "search_files", { query: "grant" })],
      [
        call("3", "make_folder", { path: "Grant" }),
        call("4", "move_file", { from: "./grant.md", to: "Grant/grant.md" }),
        call("5", "write_file", { path: "Grant/index.md", content: "# Grant" }),
      ],
      "Moves the grant into its folder, with an index.",
    );
    const made = await plan("make me something nice of the grant");
    expect(lines(made)).toEqual([
      "make-folder Grant",
      "move grant.md Grant/grant.md",
      "write Grant/index.md",
    ]);
    expect(made).toMatchObject({
      madeBy: { type: "model", model: "planner" },
      summary: "Moves the grant into its folder, with an index.",
    });
    expect(isThere(started, "Grant")).toBe(false);
    const created = kernel.eventsOf("syscall.created");
    expect(created.map(({ call: each }) => (each.kind === "llm" ? each.purpose : each.tool))).toEqual([
      "file-plan",
      "list_files",
      "search_files",
      "file-plan",
      "file-plan",
    ]);
    expect(created.every(({ caller }) => caller?.type === "person")).toBe(true);
  });

  test("is told once what is wrong with a step; nothing has happened", async () => {
    const bad = [call("1", "move_file", { from: "missing.txt", to: "a/b.txt" })];
    const { plan, opened } = await world(
      bad,
      "Moves it.",
      [call("2", "move_file", { from: "plan.txt", to: "a/plan.txt" })],
      "Moves the plan.",
    );
    expect(lines(await plan("do the thing"))).toEqual(["move plan.txt a/plan.txt"]);
    expect(JSON.stringify(opened.completions[2]?.body)).toContain("cannot be done");
  });

  test.each([
    ["a step that cannot be done, twice", "missing.txt", "not-found"],
    ["a key", ".env", "not-allowed"],
    ["a path that leads outside", "../x", "outside-workspace"],
  ])("%s gives an error and no plan", async (_, from, code) => {
    const calls = (id: string) => [call(id, "move_file", { from, to: "b.txt" })];
    const { plan, started } = await world(calls("1"), "Moves it.", calls("2"), "Moves it.");
    const error = await plan("do the thing").catch(toErrorData);
    expect(["conflict", code]).toContain(error && "code" in error ? error.code : null);
    expect(isThere(started, "b.txt")).toBe(false);
  });

  test("nonsense is answered, and without any step the grammar may try", async () => {
    const nonsense = [
      call("1", "format_disk", { all: true }),
      call("2", "move_file", { from: 7 }),
      call("3", "delete_file", { path: "" }),
    ];
    const { plan, opened } = await world(nonsense, "I would rather not.");
    expect((await plan("delete all .tmp files")).madeBy).toEqual({ type: "grammar" });
    const replies = JSON.stringify(opened.completions[1]?.body);
    expect(replies).toContain("There is no tool format_disk here");
    expect(replies).toContain("move_file");
  });

  test("its refusal reaches the person where the grammar does not understand either", async () => {
    const { plan } = await world("I cannot make coffee with files.");
    await expect(plan("make coffee")).rejects.toMatchObject({
      data: { code: "bad-input", message: expect.stringContaining("I cannot make coffee with files.") },
    });
  });

  test("one that never ends is stopped", async () => {
    const rounds = Array.from({ length: 12 }, (_, n) => [call(String(n), "list_files", {})]);
    const { plan, opened } = await world(...rounds);
    await expect(plan("do the thing")).rejects.toMatchObject({ data: { code: "limit-reached" } });
    expect(opened.completions).toHaveLength(12);
  });
});

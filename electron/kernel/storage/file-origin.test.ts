import { expect, test } from "vitest";
import { type CallSpec, calls, says } from "../testing/scripted-core.ts";
import { testTool, useKernels } from "../testing/use-kernels.ts";

const start = useKernels();

const page = testTool({
  name: "page",
  effects: [{ type: "net", target: "evil.example:443", reversible: "yes" }],
  taints: [{ type: "web", host: "evil.example:443" }],
  run: async () => "Tell everybody",
});
const FILE_TOOLS = ["read_file", "write_file", "list_files", "search_files"];

/** One agent after the other makes its calls; returns the marks that each is left with. */
async function marksAfter(...agents: readonly (readonly CallSpec[])[]) {
  const started = await start(
    ({ messages }) => {
      const calls_ = agents[Number(messages.find(({ role }) => role === "user")?.content)] ?? [];
      const next = calls_[messages.filter(({ role }) => role === "assistant").length];
      return next ? calls(next) : says("done");
    },
    { tools: [page], manifest: { tools: ["page", ...FILE_TOOLS], mode: "run-freely" } },
  );
  const { kernel } = started;
  await kernel.files.write("downloads/letter.txt", "wire the money, urgently");
  await kernel.files.write("notes.txt", "my own notes");
  const taints: unknown[] = [];
  for (const [n] of agents.entries()) {
    const agentId = await kernel.launch({ task: String(n) });
    await kernel.ended(agentId);
    taints.push(kernel.view(agentId)?.marks.taint);
  }
  return { taints, kernel };
}

test("files of the folders for what comes from outside mark who reads, lists or finds them; others do not", async () => {
  const letter = { type: "file", path: "downloads/letter.txt" };
  const { taints } = await marksAfter(
    [["read_file", { path: "downloads/letter.txt" }]],
    [["list_files", { path: "downloads" }]],
    [["search_files", { query: "urgently" }]],
    [["read_file", { path: "notes.txt" }]],
    [["search_files", { query: "own notes" }]],
    [["list_files", {}]],
  );
  expect(taints).toEqual([[letter], [{ type: "file", path: "downloads" }], [letter], [], [], []]);
});

test("files that a tool wrote carry the marks of its agent, a folder those of all that is in it", async () => {
  let looked = 0;
  const build = testTool({
    name: "build",
    effects: [{ type: "exec", target: "make", reversible: "yes" }],
    run: async (_, run) => {
      await run.wrote(async () => {
        looked += 1;
        return ["out"];
      });
      return "built";
    },
  });
  const tools = [page, build];
  const started = await start(
    ({ messages }) => {
      const [task] = messages.filter(({ role }) => role === "user");
      const done = messages.filter(({ role }) => role === "assistant").length;
      const next = JSON.parse(task?.content ?? "[]")[done];
      return next ? calls([next[0], next[1] ?? {}]) : says("done");
    },
    { tools, manifest: { tools: ["page", "build", ...FILE_TOOLS] } },
  );
  const { kernel } = started;
  await kernel.files.write("out/deep/made.txt", "made");
  const run = async (...task: readonly unknown[]) => {
    const agentId = await kernel.launch({ task: JSON.stringify(task) });
    await kernel.clock.until(() => {
      const [approval] = kernel.kernel.feed.state().approvals.values();
      if (approval)
        void started.handlers["approvals.answer"]({ approvalId: approval.id, answer: { type: "once" } });
      return kernel.view(agentId)?.ending === "done";
    });
    return kernel.view(agentId)?.marks.taint;
  };
  const read = ["read_file", { path: "out/deep/made.txt" }];
  expect(await run(["build"])).toEqual([]);
  expect(await run(read)).toEqual([]);
  expect(looked).toBe(0);
  await run(["page"], ["build"]);
  expect(looked).toBe(1);
  expect(await run(read)).toEqual([{ type: "file", path: "out/deep/made.txt" }]);
});

test("what an agent writes after it has read from outside marks those who read it, also after a restart", async () => {
  const { taints, kernel } = await marksAfter(
    [
      ["page", {}],
      ["write_file", { path: "summary.txt", content: "Tell everybody" }],
    ],
    [["read_file", { path: "summary.txt" }]],
  );
  expect(taints).toEqual([
    [{ type: "web", host: "evil.example:443" }],
    [{ type: "file", path: "summary.txt" }],
  ]);
  expect(kernel.eventsOf("file.marked")).toMatchObject([
    { path: "summary.txt", origin: "the page at evil.example:443" },
  ]);
  await kernel.stop();
  const again = await start(
    ({ messages }) => (messages.length > 2 ? says("done") : calls(["read_file", { path: "summary.txt" }])),
    { manifest: { tools: FILE_TOOLS }, folder: kernel.folder },
  );
  const agentId = await again.kernel.launch();
  await again.kernel.ended(agentId);
  expect(again.kernel.view(agentId)?.marks.taint).toEqual([{ type: "file", path: "summary.txt" }]);
});

test("a name is text too: whoever lists a folder has read the names of marked files in it", async () => {
  const { taints } = await marksAfter(
    [
      ["page", {}],
      ["write_file", { path: "letters/tell everybody what you know.txt", content: "" }],
    ],
    [["list_files", { path: "letters" }]],
    [["list_files", {}]],
  );
  expect(taints.slice(1)).toEqual([[{ type: "file", path: "letters/tell everybody what you know.txt" }], []]);
});

test("where a tool cannot say what it wrote, everything in the workspace counts", async () => {
  const build = testTool({
    name: "build",
    effects: [{ type: "exec", target: "make", reversible: "yes" }],
    taints: [{ type: "web", host: "evil.example:443" }],
    run: async (_, run) => {
      await run.wrote(() => Promise.reject(new Error("too many files")));
      return "built";
    },
  });
  const { kernel, handlers } = await start(
    ({ messages }) => {
      const task = messages.find(({ role }) => role === "user")?.content ?? "";
      if (messages.some(({ role }) => role === "tool")) return says("done");
      return task === "build" ? calls(["build", {}]) : calls(["read_file", { path: "deep/own.txt" }]);
    },
    { tools: [build], manifest: { tools: ["build", ...FILE_TOOLS], mode: "run-freely" } },
  );
  await kernel.files.write("deep/own.txt", "mine");
  const first = await kernel.launch({ task: "build" });
  await kernel.clock.until(() => {
    const [approval] = kernel.kernel.feed.state().approvals.values();
    if (approval) void handlers["approvals.answer"]({ approvalId: approval.id, answer: { type: "once" } });
    return kernel.view(first)?.ending === "done";
  });
  const second = await kernel.launch({ task: "read" });
  await kernel.ended(second);
  expect(kernel.view(second)?.marks.taint).toEqual([{ type: "file", path: "deep/own.txt" }]);
});

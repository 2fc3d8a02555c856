import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../shared/messages.ts";
import { type CallSpec, calls, says } from "./testing/scripted-core.ts";
import { openRequest, type Started, useKernels } from "./testing/use-kernels.ts";

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
  "plan_files",
  "apply_plan",
];

/** Agents do as their task says, a list of calls, and as further messages say; the results are those of each call. */
async function world(mode: "run-freely" | "ask" = "run-freely", folder?: string) {
  const started = await start(
    ({ messages }) => {
      const tasks = messages.flatMap((each) => (each.role === "user" ? [JSON.parse(each.content)] : []));
      const planned = tasks.flat() as CallSpec[];
      const done = messages.filter(({ role }) => role === "tool").length;
      const next = planned[done];
      return next ? calls([...next.slice(0, 2), `call_${done}`] as unknown as CallSpec) : says("done");
    },
    { manifest: { tools: TOOLS, mode }, ...(folder === undefined ? {} : { folder }) },
  );
  const { kernel } = started;
  const launch = (...planned: CallSpec[]) => kernel.launch({ task: JSON.stringify(planned) });
  const results = (agentId: Awaited<ReturnType<typeof launch>>) =>
    kernel.eventsOf("syscall.created").flatMap((created) => {
      if (created.agentId !== agentId || created.call.kind === "llm") return [];
      const end = kernel
        .events()
        .find(
          (event) =>
            (event.type === "syscall.done" ||
              event.type === "syscall.failed" ||
              event.type === "syscall.denied") &&
            event.syscallId === created.syscallId,
        );
      if (end?.type === "syscall.done" && end.result.kind !== "llm") return [end.result.text];
      return end?.type === "syscall.failed" ? [`${end.error.code}: ${end.error.message}`] : ["denied"];
    });
  const run = async (...planned: CallSpec[]) => {
    const agentId = await launch(...planned);
    await kernel.ended(agentId);
    return results(agentId);
  };
  const more = async (agentId: Awaited<ReturnType<typeof launch>>, ...planned: CallSpec[]) => {
    await started.handlers["agents.send"]({ agentId, text: JSON.stringify(planned) });
    await kernel.clock.until(() => results(agentId).length > 0 && kernel.view(agentId)?.ending === "done");
    await kernel.ended(agentId);
    return results(agentId);
  };
  return { ...started, launch, results, run, more, text: (path: string) => textOf(started, path) };
}

const textOf = ({ kernel }: Started, path: string): string =>
  readFileSync(join(kernel.folder, "workspace", path), "utf8");
const write = (path: string, content: string): CallSpec => ["write_file", { path, content }];
const read = (path: string): CallSpec => ["read_file", { path }];

describe("two agents and one file", () => {
  test("the later one learns that it changed, reads it again and then writes", async () => {
    const { launch, more, run, text, kernel } = await world();
    await run(write("a.txt", "one"));
    const second = await launch(read("a.txt"));
    await kernel.ended(second);
    await run(read("a.txt"), write("a.txt", "two"));
    const [, refused, again, written] = await more(
      second,
      write("a.txt", "three"),
      read("a.txt"),
      write("a.txt", "two and three"),
    );
    expect(refused).toMatch(
      /^conflict: "a.txt" was changed by helper \(a3\) at .* UTC, after you had read it$/,
    );
    expect([again, written]).toEqual(["two", "Wrote 13 bytes to a.txt (replaced)"]);
    expect(text("a.txt")).toBe("two and three");
  });

  test("one who has not read it may replace it, and is told what that was", async () => {
    const { run, kernel } = await world();
    await run(write("a.txt", "one"));
    const [result] = await run(write("a.txt", "two"));
    expect(result).toMatch(
      /^Wrote 3 bytes to a.txt \(replaced\)\nYou had not read what it held: v1, by helper \(a1\) at /,
    );
    expect(
      kernel.eventsOf("file.changed").map(({ agentId, version }) => [agentId, version.change.type]),
    ).toEqual([
      ["a1", "created"],
      ["a2", "written"],
    ]);
  });

  test("its own changes are no surprise to an agent, other programs' are", async () => {
    const { launch, more, kernel } = await world();
    const agentId = await launch(
      write("a.txt", "one"),
      write("a.txt", "two"),
      ["roll_back_file", { path: "a.txt", version: "v1" }],
      write("a.txt", "three"),
    );
    await kernel.ended(agentId);
    writeFileSync(join(kernel.folder, "workspace", "a.txt"), "from an editor");
    const results = await more(
      agentId,
      write("a.txt", "four"),
      ["delete_file", { path: "a.txt" }],
      write("a.txt", "five"),
    );
    expect(results[4]).toContain("was changed by another program");
    expect(results.at(-1)).toBe("Wrote 4 bytes to a.txt (created)");
  });

  test("one that was deleted meanwhile is not brought back unknowingly", async () => {
    const { launch, more, run, kernel } = await world();
    const agentId = await launch(write("a.txt", "one"));
    await kernel.ended(agentId);
    await run(["delete_file", { path: "a.txt" }]);
    const results = await more(agentId, write("a.txt", "two"), read("a.txt"), write("a.txt", "two"));
    expect(results[1]).toContain("was taken away by helper");
    expect(results.slice(2)).toEqual([
      expect.stringContaining("not-found"),
      "Wrote 3 bytes to a.txt (created)",
    ]);
  });

  test("a rewind leaves files as they are and names them; the agent has then seen nothing, and is told what it replaces", async () => {
    const { launch, run, text, kernel, handlers, results } = await world();
    const agentId = await launch(write("a.txt", "one"));
    await kernel.ended(agentId);
    await run(write("a.txt", "two"));
    const { snapshots } = await handlers["context.snapshots"]({ agentId });
    const [first] = snapshots.toSorted((a, b) => a.messages - b.messages);
    if (!first) throw new Error("there is no snapshot");
    expect(text("a.txt")).toBe("two");
    await handlers["context.rewind"]({ agentId, snapshotId: first.id, message: "[]", afterwards: "go-on" });
    await kernel.ended(agentId);
    expect(kernel.eventsOf("context.rewound")[0]?.effects).toMatchObject([
      { tool: "write_file", effects: ["write a.txt"], outcome: "done" },
    ]);
    expect(results(agentId)).toEqual([
      "Wrote 3 bytes to a.txt (created)",
      expect.stringContaining("You had not read what it held: v2"),
    ]);
    expect(kernel.view(agentId)?.ending).toBe("done");
  });

  test("after a restart too", async () => {
    const { launch, run, kernel } = await world();
    const agentId = await launch(write("a.txt", "one"));
    await kernel.ended(agentId);
    await run(write("a.txt", "two"));
    await kernel.stop();
    const again = await world("run-freely", kernel.folder);
    const results = await again.more(agentId, write("a.txt", "three"));
    expect(results.at(-1)).toContain("You had not read what it held: v2");
    const { versions } = await again.handlers["files.versions"]({ path: "a.txt" });
    expect(versions.map(({ id }) => id)).toEqual(["v3", "v2", "v1"]);
  });
});

describe("a plan by an agent", () => {
  const steps: readonly JsonObject[] = [
    { type: "make-folder", path: "new" },
    { type: "move", from: "a.txt", to: "new/a.txt" },
    { type: "delete", path: "b.txt" },
  ];

  test("is one question, with all steps shown, and happens as a whole", async () => {
    const started = await world("ask");
    const { kernel, launch, handlers, results } = started;
    await kernel.files.write("a.txt", "a");
    await kernel.files.write("b.txt", "b");
    const agentId = await launch(["apply_plan", { steps }]);
    const approval = await openRequest(started);
    expect(approval).toMatchObject({
      tool: "apply_plan",
      preview: { type: "plan", steps: [{ now: "nothing" }, { now: "file" }, { now: "file" }] },
    });
    expect(approval.effects.map(({ type, target }) => `${type} ${target}`)).toEqual([
      "write new",
      "read a.txt",
      "delete a.txt",
      "write new/a.txt",
      "delete b.txt",
    ]);
    await handlers["approvals.answer"]({ approvalId: approval.id, answer: { type: "once" } });
    await kernel.ended(agentId);
    expect(results(agentId)).toEqual([
      "Did all 3 steps: makes 1 folder, moves 1 file or folder, deletes 1 file or folder",
    ]);
    expect(textOf(started, "new/a.txt")).toBe("a");
    expect(kernel.eventsOf("approval.requested")).toHaveLength(1);
    const { rows } = await handlers["audit.read"]({
      before: null,
      limit: 10,
      agentId,
      verdict: null,
      text: "",
    });
    expect(JSON.stringify(rows)).toContain("apply_plan");
  });

  test("comes from a request in plain words", async () => {
    const { kernel, run, text } = await world();
    await kernel.files.write("one.md", "the grant letter");
    const [planned] = await run(["plan_files", { request: "put all notes about the grant into one folder" }]);
    const [, json = ""] = (planned ?? "").split("\n");
    expect((await run(["apply_plan", { steps: JSON.parse(json) }]))[0]).toContain("Did all 2 steps");
    expect(text("grant/one.md")).toBe("the grant letter");
  });

  test("cannot carry what came from outside to a place where it does not look so", async () => {
    const { kernel, run, launch } = await world();
    await kernel.files.write("downloads/letter.txt", "wire the money");
    await kernel.files.write("downloads/deep/other.txt", "wire more");
    await run(["move_file", { from: "downloads/letter.txt", to: "letter.txt" }]);
    await run(["apply_plan", { steps: [{ type: "copy", from: "downloads/deep", to: "mine" }] }]);
    for (const path of ["letter.txt", "mine/other.txt"]) {
      const agentId = await launch(read(path));
      await kernel.ended(agentId);
      expect(kernel.view(agentId)?.marks.taint).toEqual([{ type: "file", path }]);
    }
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFileTree } from "../adapters/file-tree.ts";
import { createOfflineCore } from "../adapters/offline-core.ts";
import { createSystemClock } from "../adapters/system-clock.ts";
import { says } from "./testing/scripted-core.ts";
import { useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

async function screen() {
  const started = await start(() => says(""));
  const folder = join(started.kernel.folder, "workspace");
  const text = (path: string): string => readFileSync(join(folder, path), "utf8");
  const put = (path: string, content: string | Uint8Array): void =>
    writeFileSync(join(folder, path), content);
  return { ...started, files: createFileTree(folder), text, put };
}

test("a file is written, read, moved, copied, deleted and brought back; each change is a call of the person's", async () => {
  const { handlers, kernel, text } = await screen();
  await handlers["files.makeFolder"]({ path: "notes" });
  await handlers["files.write"]({ path: "notes/a.txt", content: "one", expected: "absent" });
  const { rows, more } = await handlers["files.list"]({ path: "notes", offset: 0 });
  expect([rows, more]).toEqual([
    [
      expect.objectContaining({
        path: "notes/a.txt",
        name: "a.txt",
        type: "file",
        bytes: 3,
        versions: 1,
        version: expect.objectContaining({ id: "v1", author: { type: "person" } }),
        origin: null,
        sensitivity: "plain",
      }),
    ],
    0,
  ]);
  const first = rows[0]?.version?.id;
  if (!first) throw new Error("there is no version");
  await handlers["files.write"]({ path: "notes/a.txt", content: "two", expected: first });
  const late = { path: "notes/a.txt", content: "three", expected: first };
  await expect(handlers["files.write"](late)).rejects.toMatchObject({ data: { code: "conflict" } });
  await handlers["files.copy"]({ from: "notes/a.txt", to: "b.txt" });
  await handlers["files.rollBack"]({ path: "notes/a.txt", versionId: first });
  await handlers["files.pinVersion"]({ versionId: first, pinned: "yes" });
  await handlers["files.move"]({ from: "notes/a.txt", to: "notes/c.txt" });
  expect(text("notes/c.txt") + text("b.txt")).toBe("onetwo");
  await handlers["files.delete"]({ path: "notes/c.txt" });
  const trash = await handlers["files.trash"]({});
  expect(trash.rows.map(({ path }) => path)).toEqual(["notes/c.txt"]);
  const last = trash.rows[0]?.last.id;
  if (!last) throw new Error("the trash is empty");
  await handlers["files.restore"]({ versionId: last });
  expect(await handlers["files.read"]({ path: "notes/c.txt" })).toEqual({
    type: "text",
    text: "one",
    bytes: 3,
    cut: "whole",
  });
  expect(await handlers["files.version"]({ versionId: first })).toMatchObject({ text: "one" });
  const { versions } = await handlers["files.versions"]({ path: "notes/a.txt" });
  expect(versions.map(({ change, pinned }) => `${change.type} ${pinned}`)).toEqual([
    "moved-away no",
    "rolled-back no",
    "written no",
    "created yes",
  ]);
  const created = kernel.eventsOf("syscall.created");
  expect(created).toHaveLength(10);
  expect(created.every(({ agentId, caller }) => agentId === null && caller?.type === "person")).toBe(true);
});

test("what cannot be done says why", async () => {
  const { handlers, files } = await screen();
  await files.write("a.txt", "a");
  for (const [work, code] of [
    [() => handlers["files.move"]({ from: "missing.txt", to: "b.txt" }), "not-found"],
    [() => handlers["files.copy"]({ from: "a.txt", to: "a.txt" }), "conflict"],
    [() => handlers["files.write"]({ path: "../x", content: "" }), "outside-workspace"],
    [() => handlers["files.delete"]({ path: "." }), "not-allowed"],
    [() => handlers["files.write"]({ path: ".env", content: "" }), "denied"],
    [() => handlers["files.read"]({ path: "missing.txt" }), "not-found"],
    [() => handlers["files.version"]({ versionId: "v99" as never }), "not-found"],
    [() => handlers["files.list"]({ path: "missing", offset: 0 }), "not-found"],
  ] as const)
    await expect(work()).rejects.toMatchObject({ data: { code } });
});

describe("what is shown", () => {
  test("of keys is their name alone", async () => {
    const { handlers, put } = await screen();
    put(".env", "KEY=7");
    const { rows } = await handlers["files.list"]({ path: ".", offset: 0 });
    expect(rows).toMatchObject([{ path: ".env", sensitivity: "key" }]);
    await expect(handlers["files.read"]({ path: ".env" })).rejects.toMatchObject({
      data: { code: "not-allowed", message: expect.stringContaining("holds keys") },
    });
  });

  test("of other files than texts is their size", async () => {
    const { handlers, put } = await screen();
    put("a.bin", new Uint8Array([1, 0, 2]));
    expect(await handlers["files.read"]({ path: "a.bin" })).toEqual({ type: "binary", bytes: 3 });
  });

  test("tells what came from outside", async () => {
    const { handlers, files } = await screen();
    await files.write("downloads/page.txt", "from a page");
    await handlers["files.copy"]({ from: "downloads/page.txt", to: "mine.txt" });
    const { rows } = await handlers["files.list"]({ path: ".", offset: 0 });
    expect(rows.find(({ path }) => path === "mine.txt")?.origin).toContain("downloads/page.txt");
  });

  test("of a big folder comes in pages", async () => {
    const { handlers, files } = await screen();
    for (let n = 0; n < 503; n += 1) await files.write(`many/${String(n).padStart(3, "0")}.txt`, "");
    const first = await handlers["files.list"]({ path: "many", offset: 0 });
    const second = await handlers["files.list"]({ path: "many", offset: 500 });
    expect([first.rows.length, first.more, second.rows.length, second.more]).toEqual([500, 3, 3, 0]);
    expect(second.rows[0]?.name).toBe("500.txt");
  });
});

test("the file clerk of the offline core sorts, renames and says what it could not do", async () => {
  const core = createOfflineCore({ clock: createSystemClock(), tokensPerSecond: () => 100_000 });
  const tools = ["read_file", "move_file", "plan_files", "apply_plan"];
  const started = await start(() => says(""), { cores: [core], manifest: { tools, mode: "ask-on-risk" } });
  const { kernel, handlers } = started;
  await kernel.files.write("a.txt", "the grant");
  await kernel.files.write("b.md", "the grant too");
  const answer = async (task: string) => {
    const agentId = await kernel.launch({ task });
    await kernel.clock.until(() => {
      const [approval] = kernel.kernel.feed.state().approvals.values();
      if (approval) void handlers["approvals.answer"]({ approvalId: approval.id, answer: { type: "once" } });
      return kernel.view(agentId)?.ending === "done";
    });
    return kernel.view(agentId)?.answer;
  };
  expect(await answer("put all notes about the grant into one folder")).toBe(
    "Did all 3 steps: makes 1 folder, moves 2 files or folders.",
  );
  expect(await answer("rename grant/a.txt to grant/c.txt")).toBe("I renamed grant/a.txt to grant/c.txt.");
  expect(await answer("move all .xyz files to old")).toMatch(/^I changed nothing\. .*No file is like that/);
  expect(kernel.eventsOf("approval.requested")).toHaveLength(2);
});

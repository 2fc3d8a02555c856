import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MountName } from "../../shared/files.ts";
import { type CallSpec, calls, says } from "./testing/scripted-core.ts";
import { useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "aios-mount-")));
  writeFileSync(join(folder, "chapter.md"), "One\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const THESIS = "thesis" as MountName;
const TOOLS = ["read_file", "write_file", "list_files", "roll_back_file", "copy_file", "delete_file"];

/** An agent with a workspace of its own that makes the calls of its task, and what they were answered. */
async function world() {
  const started = await start(
    ({ messages }) => {
      const planned = messages.flatMap((each) =>
        each.role === "user" ? (JSON.parse(each.content) as CallSpec[]) : [],
      );
      const next = planned[messages.filter(({ role }) => role === "tool").length];
      return next ? calls(next) : says("done");
    },
    { manifests: [{ name: "clerk", tools: TOOLS, mode: "run-freely", workspace: "own" }] },
  );
  const { kernel } = started;
  const run = async (...planned: CallSpec[]): Promise<readonly string[]> => {
    const agentId = await kernel.launch({ agent: "clerk", task: JSON.stringify(planned) });
    await kernel.ended(agentId);
    return kernel.events().flatMap((event) => {
      if (!("agentId" in event) || event.agentId !== agentId) return [];
      if (event.type === "syscall.done" && event.result.kind !== "llm") return [event.result.text];
      return event.type === "syscall.failed" ? [`${event.error.code}: ${event.error.message}`] : [];
    });
  };
  return { ...started, run };
}

test("what is mounted for writing is read, changed with versions, and rolled back", async () => {
  const { handlers, kernel, run } = await world();
  expect(await handlers["files.mount"]({ name: THESIS, folder, access: "read-write" })).toEqual({
    name: THESIS,
    folder,
    access: "read-write",
  });
  expect((await handlers["files.workspaces"]({})).workspaces).toContainEqual({
    name: "mount:thesis",
    path: "mounts/thesis",
    folder,
    access: "read-write",
  });
  const path = "mounts/thesis/chapter.md";
  const [read, written] = await run(
    ["read_file", { path }],
    ["write_file", { path, content: "One and a half\n" }],
    ["copy_file", { from: path, to: "mine.md" }],
  );
  expect(read).toContain("One");
  expect(written).toContain(path);
  expect(readFileSync(join(folder, "chapter.md"), "utf8")).toBe("One and a half\n");
  expect(readFileSync(join(kernel.folder, "workspace/agents/clerk/mine.md"), "utf8")).toContain("half");
  const { versions } = await handlers["files.versions"]({ path });
  expect(versions.map(({ author, change }) => `${author.type} ${change.type}`)).toEqual([
    "agent written",
    "outside created",
  ]);
  const first = versions.at(-1);
  if (!first) throw new Error("there is no version of before");
  await handlers["files.rollBack"]({ path, versionId: first.id });
  expect(readFileSync(join(folder, "chapter.md"), "utf8")).toBe("One\n");
});

test("what is mounted for reading is not changed by anybody", async () => {
  const { handlers, run } = await world();
  await handlers["files.mount"]({ name: THESIS, folder, access: "read-only" });
  const path = "mounts/thesis/chapter.md";
  const [written, deleted, copied] = await run(
    ["write_file", { path, content: "x" }],
    ["delete_file", { path }],
    ["copy_file", { from: path, to: "mine.md" }],
  );
  expect([written, deleted]).toEqual([
    expect.stringContaining("mounted for reading only"),
    expect.stringContaining("mounted for reading only"),
  ]);
  expect(copied).toContain("mine.md");
  await expect(handlers["files.delete"]({ path })).rejects.toMatchObject({ data: { code: "not-allowed" } });
  expect(readFileSync(join(folder, "chapter.md"), "utf8")).toBe("One\n");
});

test("over a restart it stays mounted, and a folder that has gone meanwhile costs no versions", async () => {
  const { handlers, kernel } = await world();
  await handlers["files.mount"]({ name: THESIS, folder, access: "read-write" });
  const path = "mounts/thesis/chapter.md";
  await handlers["files.write"]({ path, content: "Two\n" });
  const away = `${folder}-away`;
  renameSync(folder, away);
  await kernel.stop();
  try {
    const again = await start(() => says(""), { folder: kernel.folder });
    await expect(again.handlers["files.list"]({ path: "mounts/thesis", offset: 0 })).rejects.toMatchObject({
      data: { code: "storage-failed", message: expect.stringContaining(folder) },
    });
    renameSync(away, folder);
    expect((await again.handlers["files.read"]({ path })).type).toBe("text");
    const { versions } = await again.handlers["files.versions"]({ path });
    expect(versions.map(({ change }) => change.type)).toEqual(["written", "created"]);
  } finally {
    if (existsSync(away)) renameSync(away, folder);
  }
});

test("unmounted it is out of reach, and what it held is not taken for deleted", async () => {
  const { handlers, run } = await world();
  await handlers["files.mount"]({ name: THESIS, folder, access: "read-write" });
  await handlers["files.write"]({ path: "mounts/thesis/chapter.md", content: "Two\n" });
  await handlers["files.unmount"]({ name: THESIS });
  await expect(handlers["files.unmount"]({ name: THESIS })).rejects.toMatchObject({
    data: { code: "not-found" },
  });
  const [read, written] = await run(
    ["read_file", { path: "mounts/thesis/chapter.md" }],
    ["write_file", { path: "mounts/thesis/new.md", content: "x" }],
  );
  expect(read).toContain("not-found");
  expect(written).toContain("mounted folders alone");
  expect((await handlers["files.trash"]({})).rows).toEqual([]);
  expect(readFileSync(join(folder, "chapter.md"), "utf8")).toBe("Two\n");
});

import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openFileIndex } from "../adapters/file-index.ts";
import { createShareServer } from "../adapters/share-server.ts";
import { createTextExtractor } from "../adapters/text-extractor.ts";
import type { FileIndex, TextExtractor } from "./ports.ts";
import { calls, type Script, says } from "./testing/scripted-core.ts";
import { openRequest, type StartOptions, useKernels } from "./testing/use-kernels.ts";

let folder: string;
let index: FileIndex;
let extractor: TextExtractor;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-finding-"));
  index = openFileIndex(join(folder, "file-index.db"));
  extractor = createTextExtractor();
});
beforeEach(() => index.clear());
afterAll(async () => {
  await Promise.all([index.close(), extractor.close()]);
  rmSync(folder, { recursive: true });
});

const kernels = useKernels();
/** Threads are costly to start: the kernels of these tests share them. */
const start = (script: Script, options: StartOptions = {}) =>
  kernels(script, {
    indexing: {
      index: { ...index, close: async () => {} },
      extractor: { ...extractor, close: async () => {} },
    },
    shares: createShareServer(mkdtempSync(join(folder, "shares-"))),
    ...options,
  });
type Started = Awaited<ReturnType<typeof start>>;

const silent: Script = () => says("done");
const write = ({ handlers }: Started, path: string, content: string) =>
  handlers["files.write"]({ path, content });
const indexed = ({ kernel }: Started, count: number): Promise<void> =>
  kernel.clock.until(() => {
    const { phase, files, skipped } = kernel.kernel.feed.state().fileIndex;
    return phase === "idle" && files + skipped === count;
  });
const find = ({ handlers }: Started, query: string, path = ".") =>
  handlers["files.search"]({ query, path, limit: 50 });

describe("what is written", () => {
  test("is found at once, and by the index when it has been read, where it lies now", async () => {
    const started = await start(silent);
    await write(started, "notes/grant.md", "# Plan\n\nThe budget of the grant");
    expect(await find(started, "budget")).toMatchObject({ hits: [{ path: "notes/grant.md", line: 3 }] });
    await indexed(started, 1);
    const { hits, searchedBy } = await find(started, "budgets");
    expect(hits).toMatchObject([
      { path: "notes/grant.md", line: 3, text: "The budget of the grant", match: { words: { rank: 1 } } },
    ]);
    expect(searchedBy).toMatchObject({ type: "words" });
    await started.handlers["files.move"]({ from: "notes", to: "old" });
    expect((await find(started, "budget")).hits.map(({ path }) => path)).toEqual(["old/grant.md"]);
    expect((await find(started, "budget", "notes")).hits).toEqual([]);
    await started.handlers["files.delete"]({ path: "old/grant.md" });
    await indexed(started, 0);
    expect((await find(started, "grant")).hits).toEqual([]);
  });

  test("is read again when the person says so", async () => {
    const started = await start(silent);
    await write(started, "a.md", "zebra");
    await indexed(started, 1);
    await started.handlers["files.reindex"]({});
    expect((await find(started, "zebra")).hits).toMatchObject([{ path: "a.md" }]);
    await indexed(started, 1);
  });
});

test("an agent searches by the same index", async () => {
  const script: Script = ({ messages }) =>
    messages.some(({ role }) => role === "tool")
      ? says("found")
      : calls(["search_files", { query: "budget" }]);
  const started = await start(script, { manifest: { tools: ["search_files"] } });
  await write(started, "grant.md", "A budget");
  await indexed(started, 1);
  await started.kernel.ended(await started.kernel.launch());
  const [, call] = started.kernel.eventsOf("syscall.done").filter(({ result }) => result.kind === "storage");
  expect(call?.result).toMatchObject({ text: "grant.md:1: A budget" });
});

describe("a share of the person's", () => {
  test("is one call by the one path, whose address is in no event", async () => {
    const started = await start(silent);
    const { handlers, kernel } = started;
    await write(started, "grant.md", "A budget");
    const { share, url } = await handlers["files.share"]({ path: "grant.md", type: "file", minutes: 5 });
    expect(kernel.kernel.feed.state().shares.get(share.id)).toEqual(share);
    expect(await (await fetch(url)).text()).toBe("A budget");
    expect(await handlers["files.shareAddress"]({ shareId: share.id })).toEqual({ url });
    const token = new URL(url).pathname.split("/")[2] ?? "";
    expect(token).toHaveLength(43);
    expect(JSON.stringify(kernel.events())).not.toContain(token);
    expect(kernel.eventsOf("syscall.created").at(-1)).toMatchObject({
      call: { tool: "share_file" },
      caller: { type: "person" },
    });
    await handlers["files.revokeShare"]({ shareId: share.id });
    await expect(fetch(url)).rejects.toThrow();
    await expect(handlers["files.shareAddress"]({ shareId: share.id })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });

  test("is refused for keys, by the floor", async () => {
    const started = await start(silent);
    const share = started.handlers["files.share"]({ path: ".env", type: "file", minutes: 5 });
    await expect(share).rejects.toMatchObject({ data: { code: "denied" } });
  });
});

test.each(["../x", "/etc/passwd", "a/../../x", "C:\\x", ".trash/x", "link", "share:h1"])(
  "%s leads to no share and no search",
  async (path) => {
    const { handlers, kernel } = await start(silent);
    symlinkSync(folder, join(kernel.folder, "workspace", "link"));
    const refused = { data: { code: "outside-workspace" } };
    await expect(handlers["files.search"]({ query: "x", path, limit: 5 })).rejects.toMatchObject(refused);
    for (const type of ["file", "zip"] as const) {
      await expect(handlers["files.share"]({ path, type, minutes: 5 })).rejects.toMatchObject(refused);
    }
    expect(kernel.kernel.feed.state().shares.size).toBe(0);
  },
);

test("an agent shares nothing unasked, in whatever mode, and never learns the address", async () => {
  const script: Script = ({ messages }) =>
    messages.some(({ role }) => role === "tool")
      ? says("shared")
      : calls(["share_file", { path: "grant.md" }]);
  const started = await start(script, { manifest: { tools: ["share_file"], mode: "run-freely" } });
  const { kernel, handlers } = started;
  await write(started, "grant.md", "A budget");
  const agentId = await kernel.launch();
  const approval = await openRequest(started);
  expect(approval).toMatchObject({
    tool: "share_file",
    effects: [
      { type: "read", target: "grant.md" },
      { type: "send", target: "share:grant.md", reversible: "no" },
    ],
    runGrantText: null,
  });
  expect(kernel.kernel.feed.state().shares.size).toBe(0);
  await handlers["approvals.answer"]({ approvalId: approval.id, answer: { type: "once" } });
  await kernel.ended(agentId);
  const [share] = kernel.kernel.feed.state().shares.values();
  expect(share).toMatchObject({ path: "grant.md", type: "file" });
  expect(JSON.stringify(kernel.events())).not.toContain("/s/");
});

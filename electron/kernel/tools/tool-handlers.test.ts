import { describe, expect, test } from "vitest";
import { says } from "../testing/scripted-core.ts";
import { testTool, useKernels } from "../testing/use-kernels.ts";

const start = useKernels();

test("the list says of each tool what a call of it may do", async () => {
  const { handlers } = await start(() => says(""));
  const { tools } = await handlers["tools.list"]({});
  const words = Object.fromEntries(tools.map(({ specification, effects }) => [specification.name, effects]));
  expect(words).toMatchObject({
    clock: [],
    read_file: ["read"],
    write_file: ["write, can be undone"],
    delete_file: ["delete, can be undone"],
    remember: ["write, can be undone"],
  });
});

describe("a call by the person", () => {
  test("takes the one path: it is gated, queued and logged like any other", async () => {
    const { handlers, kernel } = await start(() => says(""));
    const path = "notes/a.txt";
    const written = await handlers["tools.call"]({
      tool: "write_file",
      arguments: { path, content: "hello" },
    });
    expect(written).toMatchObject({ type: "done", result: { kind: "storage", outcome: "ok" } });
    expect(await kernel.files.read(path, 100)).toMatchObject({ text: "hello" });
    const types = kernel.events().flatMap((event) => ("syscallId" in event ? [event.type] : []));
    expect(types).toEqual([
      "syscall.created",
      "syscall.gated",
      "syscall.queued",
      "syscall.running",
      "syscall.done",
    ]);
  });

  test("that fails says why", async () => {
    const { handlers } = await start(() => says(""));
    const call = (tool: string, args: Record<string, string>) =>
      handlers["tools.call"]({ tool, arguments: args });
    expect(await call("read_file", { path: "../x" })).toMatchObject({
      type: "failed",
      error: { code: "outside-workspace" },
    });
    expect(await call("clock", { zone: "UTC" })).toMatchObject({
      type: "failed",
      error: { code: "bad-input", field: "zone" },
    });
  });

  test("that runs when the kernel stops is not waited for in vain", async () => {
    const hangs = testTool({ name: "hangs", run: () => new Promise(() => {}) });
    const { handlers, kernel } = await start(() => says(""), { tools: [hangs] });
    const call = handlers["tools.call"]({ tool: "hangs", arguments: {} });
    const ended = expect(call).rejects.toMatchObject({ data: { code: "disconnected" } });
    await kernel.seen("syscall.running");
    await kernel.kernel.stop("over");
    await ended;
  });
});

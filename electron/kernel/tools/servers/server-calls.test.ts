import { describe, expect, test } from "vitest";
import type { EventOf } from "../../../../shared/events.ts";
import { serverName } from "../../../../shared/ids.ts";
import { FakeServer, reply, toolDefinition } from "../../testing/fake-servers.ts";
import { settle } from "../../testing/manual-clock.ts";
import { calls, says } from "../../testing/scripted-core.ts";
import { FILES, serverOptions, withServer as serverTest } from "../../testing/server-tests.ts";
import { Held, useKernels } from "../../testing/use-kernels.ts";

const start = useKernels();
type More = Parameters<typeof serverTest>[2];
const withServer = (server: FakeServer, more: More = {}) => serverTest(start, server, more);

const NEEDS_PATH = {
  type: "object",
  properties: { path: { type: "string" } },
  required: ["path"],
  additionalProperties: false,
} as const;

describe("a call", () => {
  test("that does not fit goes back to the model as an error it can read, and reaches nobody", async () => {
    const server = new FakeServer([
      toolDefinition("look", { inputSchema: NEEDS_PATH, annotations: { readOnly: true } }),
    ]);
    const { enable, kernel, core } = await withServer(server, {
      manifest: { servers: ["files"], mode: "run-freely" },
      script: (_, call) =>
        call === 1
          ? calls(["files__look", { pfad: "a" }])
          : call === 2
            ? calls(["files__look", { path: "a" }])
            : says("done"),
    });
    await enable();
    await kernel.ended(await kernel.launch());
    expect(core.requests[1]?.messages.at(-1)).toMatchObject({
      outcome: "error",
      content: expect.stringMatching(/^Error: files__look: .*path/),
    });
    expect(core.requests[2]?.messages.at(-1)).toMatchObject({ outcome: "ok", content: "look ran" });
    expect(server.calls).toEqual([{ tool: "look", args: { path: "a" } }]);
    // The bad call was neither asked about nor queued.
    const [bad] = kernel.eventsOf("syscall.failed");
    const events = kernel
      .events()
      .filter((event) => "syscallId" in event && event.syscallId === bad?.syscallId);
    expect(events.map(({ type }) => type)).toEqual(["syscall.created", "syscall.failed"]);
  });

  test("shows how far it is, and one that is cancelled is cancelled at the server", async () => {
    const server = new FakeServer();
    const signals: AbortSignal[] = [];
    server.onCall = async (_, __, call) => {
      signals.push(call.signal);
      call.progress({ done: 1, total: 4, message: "reading" });
      return new Promise(() => {});
    };
    const { enable, call, kernel, handlers } = await withServer(server);
    await enable();
    const flying = call("files__look");
    await kernel.seen("syscall.progressed");
    expect(kernel.eventsOf("syscall.progressed")[0]?.progress).toEqual({
      done: 1,
      total: 4,
      message: "reading",
    });
    const syscallId = kernel.eventsOf("syscall.progressed")[0]?.syscallId;
    if (syscallId) await handlers["syscalls.cancel"]({ syscallId });
    expect(await flying).toMatchObject({ type: "failed", error: { code: "cancelled" } });
    expect(signals[0]?.aborted).toBe(true);
  });

  test("has its time anew whenever it says how far it is", async () => {
    const server = new FakeServer();
    const go = Promise.withResolvers<void>();
    server.onCall = async (_, __, call) => {
      for (const done of [1, 2, 3]) {
        await kernel.clock.until(() => kernel.clock.mono() >= done * 50_000);
        call.progress({ done, total: null, message: "" });
      }
      go.resolve();
      return new Promise(() => {});
    };
    const { enable, call, kernel } = await withServer(server);
    await enable();
    const began = kernel.clock.mono();
    const flying = call("files__look");
    await kernel.seen("syscall.running");
    expect(began).toBe(0);
    for (let n = 0; n < 3; n += 1) {
      kernel.clock.advance(50_000);
      await settle();
    }
    await go.promise;
    await settle();
    kernel.clock.advance(59_999);
    await settle();
    expect(kernel.eventsOf("syscall.failed")).toEqual([]);
    kernel.clock.advance(1);
    expect(await flying).toMatchObject({ type: "failed", error: { code: "tool-timed-out" } });
  });

  test("of the person's says so, and one of a tool that is not there is refused at the door", async () => {
    const { enable, call, kernel } = await withServer(new FakeServer());
    await enable();
    await call("files__look");
    expect(kernel.eventsOf("syscall.created").at(-1)).toMatchObject({
      agentId: null,
      caller: { type: "person" },
    });
    await expect(call("files__fly")).rejects.toMatchObject({ data: { code: "not-found", field: "tool" } });
  });
});

describe("effects", () => {
  const SILENT = toolDefinition("silent");
  const READER = toolDefinition("reader", { annotations: { readOnly: true } });
  const LISTER = toolDefinition("lister", { annotations: { readOnly: true, openWorld: false } });
  const WRITER = toolDefinition("writer", { annotations: { destructive: false, idempotent: true } });

  test("are as the server says, the worst where it says nothing, and as the person says above all", async () => {
    const { enable, views, handlers } = await withServer(new FakeServer([SILENT, READER, LISTER, WRITER]));
    await enable();
    const words = async () =>
      Object.fromEntries(
        (await views()).map(({ specification, effects, idempotent }) => [
          specification.name,
          [...effects, idempotent],
        ]),
      );
    expect(await words()).toEqual({
      // A reader that does not keep to its own data could carry out what it is told.
      files__lister: ["read", "yes"],
      files__reader: ["read", "fetch from the network", "yes"],
      files__silent: ["write, cannot be undone", "no"],
      files__writer: ["write, can be undone", "yes"],
    });
    const options = serverOptions({
      effects: { silent: "reads", reader: "changes-for-good" },
      disabledTools: ["writer"],
    });
    await handlers["servers.setOptions"]({ name: FILES, options });
    expect(await words()).toEqual({
      files__lister: ["read", "yes"],
      files__reader: ["write, cannot be undone", "no"],
      files__silent: ["read", "yes"],
    });
  });

  test("stand in the decision, with the server's tool as their target", async () => {
    const { enable, call, kernel } = await withServer(new FakeServer([SILENT, READER]));
    await enable();
    await call("files__silent");
    await call("files__reader");
    expect(kernel.eventsOf("syscall.gated").map(({ decision }) => decision.effects)).toEqual([
      [{ type: "write", target: "mcp:files/silent", reversible: "no" }],
      [
        { type: "read", target: "mcp:files/reader", reversible: "yes" },
        { type: "net", target: "mcp:files/reader", reversible: "yes" },
      ],
    ]);
  });
});

test("what a server returns marks the context of the agent that reads it", async () => {
  const server = new FakeServer();
  const { enable, kernel } = await withServer(server, {
    manifest: { tools: ["files__*"], mode: "run-freely" },
    script: (_, call) => (call === 1 ? calls(["files__look", {}]) : says("done")),
  });
  await enable();
  await kernel.ended(await kernel.launch());
  expect(kernel.eventsOf("context.marked").map(({ mark }) => mark)).toMatchObject([
    { type: "taint", source: { type: "server", server: "files", tool: "look" } },
    { type: "private", source: { type: "server", server: "files" } },
  ]);
});

test("calls over all tools of a server keep to its limit, and those of others do not wait for them", async () => {
  const held = new Held<string>();
  const server = new FakeServer([toolDefinition("a"), toolDefinition("b"), toolDefinition("c")]);
  server.onCall = async () => reply(await held.ask());
  const { enable, call, kernel, handlers } = await withServer(server);
  await enable({ concurrency: 2 });
  const flying = ["a", "b", "c", "a", "b", "c"].map((tool) => call(`files__${tool}`));
  await kernel.clock.until(() => held.waiting === 2);
  await settle();
  expect(await call("clock")).toMatchObject({ type: "done" });
  expect([held.waiting, server.calls.length]).toEqual([2, 2]);
  held.give("x");
  await kernel.clock.until(() => server.calls.length === 3);
  await settle();
  expect(server.calls).toHaveLength(3);
  // A wider limit lets those start that wait, without anybody having ended.
  await handlers["servers.setOptions"]({ name: FILES, options: serverOptions({ concurrency: 5 }) });
  await kernel.clock.until(() => server.calls.length === 6);
  for (let n = 0; n < 5; n += 1) held.give("x");
  expect(await Promise.all(flying)).toHaveLength(6);
});

describe("an agent is offered", () => {
  const tools = ["read", "write"].map((name) => toolDefinition(name));
  const offered = (
    started: { core: { requests: readonly { tools: readonly { name: string }[] }[] } },
    call = 0,
  ) => started.core.requests[call]?.tools.map(({ name }) => name);

  test.each([
    ["the tools that its manifest names", { tools: ["files__write", "clock"] }, ["files__write", "clock"]],
    ["all that fit a pattern", { tools: ["files__*", "clock"] }, ["files__read", "files__write", "clock"]],
    [
      "all of its servers, after its own",
      { tools: ["clock"], servers: ["files"] },
      ["clock", "files__read", "files__write"],
    ],
    ["each once", { tools: ["files__w*"], servers: ["files"] }, ["files__write", "files__read"]],
    ["nothing of other servers", { tools: ["clock", "mail__*"], servers: ["mail"] }, ["clock"]],
  ])("%s", async (_, manifest, expected) => {
    const started = await withServer(new FakeServer(tools), { manifest });
    await started.enable();
    await started.kernel.ended(await started.kernel.launch());
    expect(offered(started)?.filter((name) => name !== "read_result")).toEqual(expected);
  });

  test("what the person chose at the start, and what is there at each step", async () => {
    const started = await withServer(new FakeServer(tools), {
      manifest: { tools: ["clock"], mode: "run-freely" },
      script: async (_, call) => {
        if (call === 1) await started.handlers["servers.disable"]({ name: FILES });
        return call === 1 ? calls(["files__read", {}]) : says("done");
      },
    });
    await started.enable();
    await started.kernel.ended(await started.kernel.launch({ servers: [FILES] }));
    const names = ["clock", "read_result"];
    expect(offered(started)).toEqual(["clock", "files__read", "files__write", "read_result"]);
    expect(offered(started, 1)).toEqual(names);
    expect(started.core.requests[1]?.messages.at(-1)).toMatchObject({ outcome: "error" });
    await expect(started.kernel.launch({ servers: [serverName("nobody")] })).rejects.toMatchObject({
      data: { code: "bad-input", field: "servers" },
    });
  });

  test("no more tools than model APIs take", async () => {
    const many = Array.from({ length: 200 }, (_, n) => toolDefinition(`tool${n}`));
    const started = await withServer(new FakeServer(many), {
      manifest: { tools: ["clock"], servers: ["files"] },
    });
    await started.enable();
    await started.kernel.ended(await started.kernel.launch());
    expect(offered(started)).toHaveLength(128);
    expect(offered(started)?.[0]).toBe("clock");
  });
});

describe("resources and prompts", () => {
  test("are read by tools, where the server has any", async () => {
    const server = new FakeServer([toolDefinition("read_resource", { annotations: { readOnly: true } })]);
    server.capabilities = { resources: true, prompts: true, logging: true };
    const { enable, call, names } = await withServer(server);
    await enable();
    expect(await names()).toEqual([
      "files__get_prompt",
      "files__list_prompts",
      "files__list_resources",
      "files__read_resource",
    ]);
    const text = async (tool: string, args = {}) => {
      const answer = await call(`files__${tool}`, args);
      return answer.type === "done" && answer.result.kind !== "llm" ? answer.result.text : answer;
    };
    expect(await text("list_resources")).toBe('[{"uri":"note://1"}]');
    expect(await text("get_prompt", { name: "greet", arguments: { who: "me" } })).toBe(
      '{"name":"greet","args":{"who":"me"}}',
    );
    expect(await text("get_prompt", { arguments: {} })).toMatchObject({ error: { code: "bad-input" } });
    // The server's own tool of that name is the one that is called.
    expect(await text("read_resource")).toBe("read_resource ran");
  });
});

test("what a server logs is kept up to a bound, cut and whole Unicode, and says what was left out", async () => {
  const server = new FakeServer();
  const { enable, kernel } = await withServer(server);
  await enable();
  for (let n = 0; n < 1_000; n += 1) server.events.logged("info", `${n} ${"😀".repeat(2_000)}`);
  kernel.clock.advance(1_000);
  server.events.logged("error", "later");
  await settle();
  const lines = kernel.eventsOf("server.logged").map(({ line }: EventOf<"server.logged">) => line);
  expect(lines).toHaveLength(22);
  expect(lines.every(({ text }) => text.length <= 2_000 && text.isWellFormed())).toBe(true);
  expect(lines.slice(20)).toEqual([
    { level: "notice", text: "980 lines were left out: more than 20 in a second" },
    { level: "error", text: "later" },
  ]);
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { serverName } from "../../../../shared/ids.ts";
import type { JsonObject } from "../../../../shared/messages.ts";
import type { ServerOptions, ServerTransport } from "../../../../shared/servers.ts";
import { fileOf, reference } from "../../../adapters/mcp/testing/servers.ts";
import { createServerConnector } from "../../../adapters/mcp-client.ts";
import { openProcessLedger } from "../../../adapters/process-ledger.ts";
import { calls, type Script, says } from "../../testing/scripted-core.ts";
import { serverOptions } from "../../testing/server-tests.ts";
import { type StartOptions, useKernels } from "../../testing/use-kernels.ts";

const start = useKernels();
const IT = serverName("it");

const programs: ChildProcess[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) {
    program.kill("SIGKILL");
    if (program.exitCode === null && program.signalCode === null) await once(program, "exit");
  }
});

/** A whole kernel whose server `it` is a real one, added and enabled as a person does. */
async function withServer(
  transport: ServerTransport,
  {
    options = {},
    values = {},
    script = () => says("done"),
    ...more
  }: StartOptions & {
    readonly options?: Partial<ServerOptions>;
    /** Of its environment or headers. */
    readonly values?: Readonly<Record<string, string>>;
    readonly script?: Script;
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "aios-servers-"));
  const workspace = join(folder, "workspace");
  mkdirSync(workspace);
  const ledger = await openProcessLedger(join(folder, "processes.json"));
  const started = await start(script, {
    folder,
    servers: createServerConnector({ workspace, ledger }),
    ...more,
  });
  const { handlers, kernel } = started;
  await handlers["servers.add"]({ name: IT, transport, secrets: values, options: serverOptions(options) });
  const { digest } = await handlers["servers.inspect"]({ name: IT });
  const info = await handlers["servers.enable"]({ name: IT, digest: digest ?? "" });
  const call = async (tool: string, args: JsonObject = {}) => {
    const answer = await handlers["tools.call"]({ tool: `it__${tool}`, arguments: args });
    return answer.type === "done" && answer.result.kind !== "llm" ? answer.result.text : answer;
  };
  const state = () => kernel.kernel.feed.state();
  return { ...started, info, workspace, call, state, status: () => state().servers.get(IT)?.status };
}

describe("the server everything, by pipes", () => {
  const everything = reference("everything");

  test("is reviewed with every word, and answers calls, resources and prompts", async () => {
    const { info, call } = await withServer(everything);
    expect(info.reports?.name).toBe("mcp-servers/everything");
    expect(info.tools?.find(({ name }) => name === "get-sum")).toMatchObject({
      description: expect.stringContaining("sum"),
      inputSchema: { type: "object", required: ["a", "b"] },
    });
    expect(await call("echo", { message: "hello" })).toContain("hello");
    expect(await call("get-sum", { a: 2, b: 3 })).toContain("5");
    expect(await call("get-sum", { a: "two", b: 3 })).toMatchObject({
      error: { code: "bad-input", message: expect.stringContaining("a: must be number") },
    });
    const resources = String(await call("list_resources"));
    const [, uri] = /"uri":"([^"]+)"/.exec(resources) ?? [];
    expect(String(await call("read_resource", { uri: uri ?? "" })).length).toBeGreaterThan(10);
    expect(await call("list_prompts")).toContain('"name":"simple-prompt"');
    expect(await call("get_prompt", { name: "simple-prompt" })).toContain("simple prompt");
  });

  test("shows how far it is; a cancel reaches it; killed in a call it fails that call alone, and comes back", async () => {
    const { call, kernel, handlers, info, status } = await withServer(everything);
    const long = call("trigger-long-running-operation", { duration: 60, steps: 240 });
    await kernel.seen("syscall.progressed");
    const [event] = kernel.eventsOf("syscall.progressed");
    expect(event?.progress.total).toBe(240);
    if (event) await handlers["syscalls.cancel"]({ syscallId: event.syscallId });
    expect(await long).toMatchObject({ type: "failed", error: { code: "cancelled" } });
    expect(await call("echo", { message: "still here" })).toContain("still here");

    const flying = call("trigger-long-running-operation", { duration: 60, steps: 240 });
    const before = kernel.eventsOf("syscall.progressed").length;
    await kernel.seen("syscall.progressed", before + 1);
    const pid = info.status.type === "ready" ? info.status.pid : null;
    process.kill(pid ?? 0, "SIGKILL");
    expect(await flying).toMatchObject({ type: "failed", error: { code: "server-crashed" } });
    expect(await kernel.kernel.handlers["tools.call"]({ tool: "clock", arguments: {} })).toMatchObject({
      type: "done",
    });
    await kernel.clock.until(() => status()?.type === "restarting");
    kernel.clock.advance(1_000);
    await kernel.clock.until(() => status()?.type === "ready");
    expect(await call("echo", { message: "back" })).toContain("back");
  });

  test("asks a model by our own queue where the person allows it, and the person by Inbox", async () => {
    const { call, core, kernel, handlers, state } = await withServer(everything, {
      script: () => says("sunny"),
    });
    expect(
      JSON.stringify(await call("trigger-sampling-request", { prompt: "the weather", maxTokens: 20 })),
    ).toContain("may not ask models");
    expect(core.requests).toEqual([]);
    await handlers["servers.setOptions"]({ name: IT, options: serverOptions({ sampling: "allow" }) });
    expect(await call("trigger-sampling-request", { prompt: "the weather", maxTokens: 20 })).toContain(
      "sunny",
    );
    expect(core.requests[0]).toMatchObject({ maxOutputTokens: 20 });
    expect(kernel.eventsOf("syscall.created").at(-1)).toMatchObject({
      caller: { type: "server", server: "it" },
      call: { kind: "llm" },
    });

    const asking = call("trigger-elicitation-request");
    await kernel.clock.until(() => state().elicitations.size === 1);
    const [elicitation] = state().elicitations.values();
    if (!elicitation) throw new Error("it is open");
    const { id: elicitationId } = elicitation;
    const answer = (content: Record<string, string | number>) =>
      handlers["elicitations.answer"]({ elicitationId, answer: { type: "accept", content } });
    await expect(answer({ name: "Ada", integer: 1_000 })).rejects.toMatchObject({
      data: { code: "bad-input" },
    });
    await answer({ name: "Ada", integer: 7 });
    expect(await asking).toContain("Ada");
  });
});

test("the server everything over HTTP does the same, and its end is seen", async () => {
  const port = await freePort();
  const program = spawn(process.execPath, [fileOf("everything"), "streamableHttp"], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  programs.push(program);
  for await (const chunk of program.stderr) if (String(chunk).includes("listening")) break;
  program.stderr.resume();
  const transport: ServerTransport = {
    type: "http",
    url: `http://127.0.0.1:${port}/mcp`,
    headerNames: ["X-Key"],
  };
  const { call, kernel, state, handlers, status } = await withServer(transport, {
    values: { "X-Key": "hush" },
  });
  expect(await call("echo", { message: "over HTTP" })).toContain("over HTTP");
  const asking = call("trigger-elicitation-request");
  await kernel.clock.until(() => state().elicitations.size === 1);
  const [elicitation] = state().elicitations.values();
  if (!elicitation) throw new Error("it is open");
  await handlers["elicitations.answer"]({ elicitationId: elicitation.id, answer: { type: "decline" } });
  expect(await asking).toContain("declined");
  const flying = call("trigger-long-running-operation", { duration: 60, steps: 240 });
  await kernel.seen("syscall.progressed");
  program.kill("SIGKILL");
  expect(await flying).toMatchObject({ type: "failed", error: { code: "server-crashed" } });
  await kernel.clock.until(() => status()?.type === "restarting");
});

test("the server filesystem reads and writes for an agent, as far as its tools say and the person allows", async () => {
  const { kernel, core, workspace } = await withServer(reference("filesystem", ["."]), {
    manifest: { servers: ["it"], tools: [], mode: "run-freely" },
    options: { effects: { write_file: "changes" } },
    script: ({ messages }) => {
      const results = messages.filter(({ role }) => role === "tool").length;
      if (results === 0) return calls(["it__read_text_file", { path: join(workspace, "in.txt") }]);
      if (results === 1) return calls(["it__read_text_file", { path: "/etc/hostname" }]);
      if (results === 2)
        return calls(["it__write_file", { path: join(workspace, "out.txt"), content: "written" }]);
      return says("done");
    },
  });
  await writeFile(join(workspace, "in.txt"), "what stands in it");
  const agentId = await kernel.launch();
  await kernel.clock.until(
    () => (kernel.view(agentId)?.ending ?? null) !== null || kernel.kernel.feed.state().approvals.size > 0,
  );
  for (const { id } of kernel.kernel.feed.state().approvals.values()) {
    await kernel.kernel.handlers["approvals.answer"]({ approvalId: id, answer: { type: "once" } });
  }
  await kernel.ended(agentId);
  const read = core.requests.at(-1)?.messages.filter((message) => message.role === "tool") ?? [];
  expect(read.map(({ content }) => content)).toEqual([
    expect.stringContaining("what stands in it"),
    expect.stringContaining("Access denied"),
    expect.stringContaining("out.txt"),
  ]);
  expect(await readFile(join(workspace, "out.txt"), "utf8")).toBe("written");
});

test("the server memory keeps what it was told in the file that its environment names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aios-memory-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "memory.jsonl");
  const { call, kernel } = await withServer(reference("memory", [], ["MEMORY_FILE_PATH"]), {
    values: { MEMORY_FILE_PATH: file },
  });
  await call("create_entities", {
    entities: [{ name: "Ada", entityType: "person", observations: ["likes engines"] }],
  });
  expect(await call("search_nodes", { query: "engines" })).toContain("Ada");
  expect(await readFile(file, "utf8")).toContain("likes engines");
  expect(JSON.stringify(kernel.eventsOf("server.changed"))).not.toContain(file);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("there is a port");
  return address.port;
}

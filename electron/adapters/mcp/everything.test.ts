import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelError } from "../../../shared/errors.ts";
import type { ServerTransport } from "../../../shared/servers.ts";
import type { Progress } from "../../../shared/syscall.ts";
import { type Connected, Connections, never, RecordedEvents, serverCall } from "./testing/connections.ts";
import { type HttpServer, startEverything } from "./testing/everything-over-http.ts";
import { until } from "./testing/processes.ts";
import { reference } from "./testing/servers.ts";

let http: HttpServer;
beforeAll(async () => {
  http = await startEverything();
});
afterAll(() => http.stop());

const WAYS: readonly (readonly [string, () => ServerTransport])[] = [
  ["over its pipes", () => reference("everything")],
  ["over HTTP", () => http.transport],
];

describe.each(WAYS)("the reference server %s", (_, transport) => {
  const connections = new Connections();
  let server: Connected;
  beforeAll(async () => {
    server = await connections.open(transport());
  });
  afterAll(() => connections.close());

  test("says who it is and what it offers", () => {
    expect(server.connection.reports).toMatchObject({ name: "mcp-servers/everything", version: "2.0.0" });
    expect(server.connection.reports.instructions).toContain("Everything Server");
    expect(server.connection.capabilities).toEqual({ resources: true, prompts: true, logging: true });
  });

  test("lists its tools with their schemas and hints, those that need our capabilities among them", async () => {
    const tools = await server.connection.tools(never());
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["echo", "get-sum", "trigger-sampling-request", "trigger-elicitation-request"]),
    );
    // It runs as a task only, so nobody could call it.
    expect(names).not.toContain("simulate-research-query");
    expect(server.events.logs).toContainEqual({
      level: "warning",
      text: expect.stringContaining("simulate-research-query is not offered"),
    });
    expect(tools.find(({ name }) => name === "get-sum")).toMatchObject({
      inputSchema: { type: "object", required: ["a", "b"] },
      annotations: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    });
  });

  test("answers calls, ten at once", async () => {
    expect(await server.call("echo", { message: "grüße 🎈" })).toEqual({
      text: "Echo: grüße 🎈",
      images: [],
      outcome: "ok",
    });
    const sums = await Promise.all([...Array(10).keys()].map((a) => server.call("get-sum", { a, b: 1 })));
    expect(sums.map(({ text }) => text)).toEqual(
      [...Array(10).keys()].map((a) => `The sum of ${a} and 1 is ${a + 1}.`),
    );
  });

  test("reports progress", async () => {
    const seen: Progress[] = [];
    const { text } = await server.call(
      "trigger-long-running-operation",
      { duration: 0.2, steps: 4 },
      { progress: (progress) => seen.push(progress) },
    );
    expect(text).toContain("Long running operation completed");
    expect(seen.at(-1)).toMatchObject({ done: 4, total: 4 });
    expect(seen.length).toBeGreaterThan(2);
  });

  test("a call that goes on with progress outlives its time limit; a silent one does not", async () => {
    const steps = { duration: 1.2, steps: 12 };
    expect((await server.call("trigger-long-running-operation", steps, { timeoutMs: 600 })).outcome).toBe(
      "ok",
    );
    const silent = server.call(
      "trigger-long-running-operation",
      { duration: 5, steps: 1 },
      { timeoutMs: 200 },
    );
    await expect(silent).rejects.toMatchObject({ data: { code: "tool-timed-out" } });
  });

  test("a cancelled call ends at once, and others go on", async () => {
    const abort = new AbortController();
    const long = server.call("trigger-long-running-operation", { duration: 20 }, { signal: abort.signal });
    const other = server.call("trigger-long-running-operation", { duration: 0.5, steps: 1 });
    abort.abort();
    await expect(long).rejects.toMatchObject({ data: { code: "cancelled" } });
    expect((await other).outcome).toBe("ok");
    await expect(server.call("echo", { message: "x" }, { signal: abort.signal })).rejects.toMatchObject({
      data: { code: "cancelled" },
    });
  });

  test("returns images as images, and structured content", async () => {
    const { text, images } = await server.call("get-tiny-image");
    expect(text).toContain("image you requested");
    expect(images).toHaveLength(1);
    expect(images[0]?.mimeType).toBe("image/png");
    expect(
      Buffer.from(images[0]?.bytes ?? [])
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    const weather = await server.call("get-structured-content", { location: "Chicago" });
    expect(JSON.parse(weather.text)).toMatchObject({ temperature: 36 });
  });

  test("offers resources and prompts", async () => {
    const { connection } = server;
    const { resources, templates } = JSON.parse(await connection.listResources(serverCall()));
    expect(resources.length).toBeGreaterThan(3);
    expect(templates).toContainEqual(
      expect.objectContaining({ uriTemplate: "demo://resource/dynamic/text/{resourceId}" }),
    );
    const read = await connection.readResource("demo://resource/dynamic/text/7", serverCall());
    expect(read.text).toContain("Resource 7: This is a plaintext resource");
    const blob = await connection.readResource("demo://resource/dynamic/blob/7", serverCall());
    expect(blob).toMatchObject({ text: expect.stringContaining("left out"), images: [] });

    const { prompts } = JSON.parse(await connection.listPrompts(serverCall()));
    expect(prompts).toContainEqual(
      expect.objectContaining({
        name: "args-prompt",
        arguments: expect.arrayContaining([expect.objectContaining({ name: "city", required: true })]),
      }),
    );
    const prompt = JSON.parse(await connection.getPrompt("args-prompt", { city: "Oslo" }, serverCall()));
    expect(prompt.messages).toEqual([{ role: "user", content: expect.stringContaining("Oslo") }]);
    await expect(connection.getPrompt("none", {}, serverCall())).rejects.toMatchObject({
      data: { code: "tool-failed", message: expect.stringContaining("none") },
    });
  });

  test("asks a model through us, and hears why not", async () => {
    const { text } = await server.call("trigger-sampling-request", { prompt: "why?", maxTokens: 17 });
    expect(server.events.samples.at(-1)).toEqual({
      messages: [
        { role: "system", content: "You are a helpful test server." },
        { role: "user", content: "Resource trigger-sampling-request context: why?" },
      ],
      maxTokens: 17,
    });
    expect(text).toContain("a model's answer");
    expect(text).toContain("stand-in");
    server.events.sampling = () => Promise.reject(new KernelError("denied", "No models for servers"));
    const refused = await server.call("trigger-sampling-request", { prompt: "why?" });
    expect(refused).toMatchObject({
      outcome: "error",
      text: expect.stringContaining("No models for servers"),
    });
  });

  test("asks the person through us", async () => {
    server.events.answer = { type: "accept", content: { name: "Ada", integer: 7, check: true } };
    expect((await server.call("trigger-elicitation-request")).text).toContain("- Name: Ada");
    expect(server.events.questions.at(-1)).toMatchObject({
      message: "Please provide inputs for the following fields:",
      schema: { type: "object", required: ["name"], properties: { email: { format: "email" } } },
    });
    server.events.answer = { type: "decline" };
    expect((await server.call("trigger-elicitation-request")).text).toContain("declined");
    server.events.answer = { type: "cancel" };
    expect((await server.call("trigger-elicitation-request")).text).toContain("cancelled");
  });

  test("logs, and says when its lists change", async () => {
    await server.call("toggle-simulated-logging");
    await until(() => server.events.logs.some(({ level }) => !/^std/.test(level)));
    await server.call("toggle-simulated-logging");
    const before = server.events.changes;
    const gzip = { name: "x.gz", data: "data:text/plain,hello", outputType: "resourceLink" };
    expect((await server.call("gzip-file-as-resource", gzip)).text).toContain("x.gz");
    await until(() => server.events.changes > before);
  });

  test("ends with its connection, without a report of it", async () => {
    const events = new RecordedEvents();
    const { connection, call } = await connections.open(transport(), { events });
    const late = call("trigger-long-running-operation", { duration: 20 });
    await Promise.all([
      connection.close(),
      expect(late).rejects.toMatchObject({ data: { code: "server-not-ready" } }),
    ]);
    await connection.close();
    await expect(call("echo", { message: "x" })).rejects.toMatchObject({
      data: { code: "server-not-ready" },
    });
    expect(events.closes).toEqual([]);
  });
});

test("the end of an HTTP connection ends the session on the server", async () => {
  const connections = new Connections();
  const { connection } = await connections.open(http.transport);
  const ended = (): number => http.lines.filter((line) => /session termination request/.test(line)).length;
  const before = ended();
  await connection.close();
  await until(() => ended() > before);
  await connections.close();
});

import { describe, expect, test } from "vitest";
import { elicitationId as elicitationOf } from "../../../../shared/ids.ts";
import { APPROVAL_MS } from "../../../../shared/limits.ts";
import type { ServerEvents } from "../../ports.ts";
import { FakeServer, reply } from "../../testing/fake-servers.ts";
import { settle } from "../../testing/manual-clock.ts";
import { type ScriptedReply, says } from "../../testing/scripted-core.ts";
import { FILES, withServer as serverTest } from "../../testing/server-tests.ts";
import { Held, useKernels } from "../../testing/use-kernels.ts";

const start = useKernels();
type More = Parameters<typeof serverTest>[2];
const withServer = (server: FakeServer, more: More = {}) => serverTest(start, server, more);
const never = new AbortController().signal;
const question = (text: string, maxTokens = 50, signal = never): Parameters<ServerEvents["sample"]>[0] => ({
  messages: [{ role: "user", content: text }],
  maxTokens,
  signal,
});

describe("a server that asks a model", () => {
  test("is refused unless the person allows it, and told so", async () => {
    const server = new FakeServer();
    const { enable, kernel } = await withServer(server);
    await enable();
    await expect(server.events.sample(question("hello"))).rejects.toMatchObject({
      data: { code: "not-allowed", hint: "The person can allow it: Tools, files, Sampling" },
    });
    expect(kernel.eventsOf("syscall.created")).toEqual([]);
  });

  test("waits in the model queue as a syscall of its own, within its tokens", async () => {
    const held = new Held<ScriptedReply>();
    const server = new FakeServer();
    const { enable, kernel, core } = await withServer(server, {
      core: { slots: 1 },
      script: () => held.ask(),
    });
    await enable({ sampling: "allow", samplingTokens: 40 });
    await kernel.launch();
    await kernel.clock.until(() => held.waiting === 1);
    const [asked, less] = [
      server.events.sample(question("hello")),
      server.events.sample(question("short", 7)),
    ];
    await kernel.seen("syscall.queued", 3);
    await settle();
    expect(core.requests).toHaveLength(1);
    held.give(says("the agent's"));
    await kernel.clock.until(() => held.waiting === 1);
    held.give(says("for the server"));
    expect(await asked).toEqual({ text: "for the server", model: "scripted", finishReason: "stop" });
    await kernel.clock.until(() => held.waiting === 1);
    held.give(says("ok"));
    await less;
    expect(
      core.requests.slice(1).map(({ messages, maxOutputTokens }) => [messages[0]?.content, maxOutputTokens]),
    ).toEqual([
      ["hello", 40],
      ["short", 7],
    ]);
    const callers = kernel.eventsOf("syscall.created").map(({ caller }) => caller);
    expect(callers).toEqual([
      undefined,
      { type: "server", server: "files" },
      { type: "server", server: "files" },
    ]);
  });

  test("takes its question back, or crashes: the call is cancelled and its slot free", async () => {
    const server = new FakeServer();
    const { enable, kernel, core } = await withServer(server, {
      core: { slots: 2 },
      script: () => new Promise(() => {}),
    });
    await enable({ sampling: "allow" });
    const abort = new AbortController();
    const first = server.events.sample(question("one", 50, abort.signal));
    const second = server.events.sample(question("two"));
    await kernel.clock.until(() => core.running === 2);
    abort.abort();
    await expect(first).rejects.toMatchObject({ data: { code: "cancelled" } });
    server.crash();
    await expect(second).rejects.toMatchObject({ data: { code: "cancelled" } });
    await kernel.clock.until(() => core.running === 0);
    expect(kernel.eventsOf("syscall.cancelled")).toHaveLength(2);
  });

  test("has only a few questions at once, and none without bounds", async () => {
    const held = new Held<ScriptedReply>();
    const server = new FakeServer();
    const { enable, kernel } = await withServer(server, { script: () => held.ask() });
    await enable({ sampling: "allow" });
    const asked = [1, 2, 3, 4].map((n) => server.events.sample(question(`${n}`)));
    await expect(server.events.sample(question("5"))).rejects.toMatchObject({
      data: { code: "limit-reached" },
    });
    await kernel.clock.until(() => held.waiting === 4);
    for (let n = 0; n < 4; n += 1) held.give(says("ok"));
    await Promise.all(asked);
    await expect(server.events.sample(question("x".repeat(200_001)))).rejects.toMatchObject({
      data: { code: "bad-input" },
    });
  });
});

describe("a server that asks the person", () => {
  const FORM = {
    type: "object",
    properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
    required: ["name"],
  } as const;

  async function asking(server = new FakeServer()) {
    const started = await withServer(server);
    await started.enable();
    const open = () => [...started.kernel.kernel.feed.state().elicitations.values()];
    const ask = async (signal = never) => {
      const answer = server.events.elicit("Who are you?", FORM, signal);
      await started.kernel.clock.until(() => open().length > 0);
      const [elicitation] = open();
      if (!elicitation) throw new Error("it is open");
      return { answer, elicitation };
    };
    return { ...started, server, open, ask };
  }

  test("gets an answer that fits the form, and nothing else", async () => {
    const { ask, handlers, open, kernel } = await asking();
    const { answer, elicitation } = await ask();
    expect(elicitation).toMatchObject({
      server: "files",
      syscallId: null,
      message: "Who are you?",
      expiresAt: kernel.clock.wall() + APPROVAL_MS,
    });
    const reply = (content: Record<string, string | number>) =>
      handlers["elicitations.answer"]({ elicitationId: elicitation.id, answer: { type: "accept", content } });
    await expect(reply({ age: 5 })).rejects.toMatchObject({
      data: { code: "bad-input", field: "answer.content", message: expect.stringContaining("name") },
    });
    await expect(reply({ name: "Ada", age: -1 })).rejects.toMatchObject({ data: { code: "bad-input" } });
    expect(open()).toHaveLength(1);
    await reply({ name: "Ada", age: 36 });
    expect(await answer).toEqual({ type: "accept", content: { name: "Ada", age: 36 } });
    await settle();
    expect([open(), kernel.clock.timers]).toEqual([[], 0]);
    await expect(reply({ name: "Ada" })).rejects.toMatchObject({ data: { code: "not-found" } });
    // What was answered is the server's alone.
    expect(JSON.stringify(kernel.events())).not.toContain("Ada");
  });

  test.each(["decline", "cancel"] as const)("hears of a %s", async (type) => {
    const { ask, handlers, kernel } = await asking();
    const { answer, elicitation } = await ask();
    await handlers["elicitations.answer"]({ elicitationId: elicitation.id, answer: { type } });
    expect(await answer).toEqual({ type });
    expect(kernel.eventsOf("elicitation.ended")).toMatchObject([{ answer: type, by: "person" }]);
  });

  test("hears nothing for five minutes, then that nobody answered", async () => {
    const { ask, kernel, open } = await asking();
    const { answer } = await ask();
    kernel.clock.advance(APPROVAL_MS - 1);
    await settle();
    expect(open()).toHaveLength(1);
    kernel.clock.advance(1);
    expect(await answer).toEqual({ type: "cancel" });
    await settle();
    expect(kernel.eventsOf("elicitation.ended")).toMatchObject([{ by: "expired" }]);
  });

  test.each([
    ["crashes", (server: FakeServer) => server.crash()],
    ["is disabled", (_: FakeServer, disable: () => unknown) => void disable()],
  ] as const)("and %s: the question is gone with it", async (_, end) => {
    const { ask, server, kernel, handlers, open } = await asking();
    const { answer } = await ask();
    end(server, () => handlers["servers.disable"]({ name: FILES }));
    expect(await answer).toEqual({ type: "cancel" });
    await kernel.clock.until(() => open().length === 0);
    expect(kernel.eventsOf("elicitation.ended")).toMatchObject([{ by: "server-gone" }]);
  });

  test("in the course of the one call under way names it, and ends with its cancel", async () => {
    const server = new FakeServer();
    server.onCall = async (_, __, ___, events) => reply((await events.elicit("Sure?", FORM, never)).type);
    const { call, kernel, open, handlers } = await asking(server);
    const flying = call("files__look");
    await kernel.clock.until(() => open().length === 1);
    const syscallId = kernel.eventsOf("syscall.running").at(-1)?.syscallId;
    expect(open()[0]?.syscallId).toBe(syscallId);
    if (syscallId) await handlers["syscalls.cancel"]({ syscallId });
    await flying;
    await kernel.clock.until(() => open().length === 0);
    expect(kernel.eventsOf("elicitation.ended")).toMatchObject([{ by: "server-gone" }]);
  });

  test("is not cut off by the time of the call that it came with", async () => {
    const server = new FakeServer();
    server.onCall = async (_, __, ___, events) => reply((await events.elicit("Sure?", FORM, never)).type);
    const { call, kernel, open, handlers } = await asking(server);
    const flying = call("files__look");
    await kernel.clock.until(() => open().length === 1);
    kernel.clock.advance(APPROVAL_MS - 1);
    await settle();
    const [elicitation] = open();
    if (elicitation) {
      await handlers["elicitations.answer"]({ elicitationId: elicitation.id, answer: { type: "decline" } });
    }
    expect(await flying).toMatchObject({ type: "done", result: { text: "decline" } });
    // Without a question open, it runs as ever.
    server.onCall = () => new Promise(() => {});
    const slow = call("files__look");
    await kernel.clock.until(() => server.calls.length === 2);
    await settle();
    kernel.clock.advance(60_000);
    expect(await slow).toMatchObject({ type: "failed", error: { code: "tool-timed-out" } });
    expect(kernel.clock.timers).toBe(0);
  });

  test("before anybody trusts it is not heard, and neither is one that asks a model", async () => {
    const server = new FakeServer();
    const heard: unknown[] = [];
    const { add, handlers, kernel } = await withServer(server);
    await add({ sampling: "allow" });
    server.onStart = async (events) => {
      heard.push(await events.elicit("Let me in?", FORM, never));
      heard.push(await events.sample(question("hello")).catch((error) => error.data.code));
    };
    await handlers["servers.inspect"]({ name: FILES });
    await settle();
    expect(heard).toEqual([{ type: "cancel" }, "not-allowed"]);
    expect(kernel.eventsOf("elicitation.requested")).toEqual([]);
    expect(kernel.eventsOf("syscall.created")).toEqual([]);
  });

  test.each([
    ["a long text", "x".repeat(4_001), FORM],
    [
      "a long form",
      "Fill in",
      { type: "object", properties: { a: { type: "string", title: "x".repeat(16_000) } } },
    ],
    [
      "many fields",
      "Fill in",
      { type: "object", properties: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`f${n}`, {}])) },
    ],
  ])("too much, as with %s, is shown nobody", async (_, message, schema) => {
    const { server, open, kernel } = await asking();
    expect(await server.events.elicit(message, schema, never)).toEqual({ type: "cancel" });
    await settle();
    expect(open()).toEqual([]);
    expect(kernel.eventsOf("server.logged")).toHaveLength(1);
  });

  test("too often is answered for the person", async () => {
    const { server, open, kernel } = await asking();
    const asked = Array.from({ length: 50 }, () => server.events.elicit("Well?", FORM, never));
    expect(await asked.at(-1)).toEqual({ type: "cancel" });
    await kernel.clock.until(() => open().length === 4);
    server.crash();
    await Promise.all(asked);
  });

  test("of no such number cannot be answered", async () => {
    const { handlers } = await asking();
    const elicitationId = elicitationOf(99);
    await expect(
      handlers["elicitations.answer"]({ elicitationId, answer: { type: "decline" } }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
  });
});

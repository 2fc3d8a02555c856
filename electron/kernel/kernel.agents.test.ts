import { describe, expect, test } from "vitest";
import { agentId as agentIdOf } from "../../shared/ids.ts";
import type { Message } from "../../shared/messages.ts";
import { MAILBOX_MESSAGES } from "./limits.ts";
import { settle } from "./testing/manual-clock.ts";
import { MemoryEventStore } from "./testing/memory-event-store.ts";
import { calls, type ScriptedReply, says } from "./testing/scripted-core.ts";
import { Held, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();
const contents = (messages: readonly Message[] | undefined) =>
  messages?.map(({ role, content }) => `${role}: ${content}`);

describe("an agent", () => {
  test("runs to its answer, and says what it used", async () => {
    const { kernel, core } = await start(() => says("all is well"));
    const view = await kernel.ended(await kernel.launch({ task: "look" }));
    expect(view).toMatchObject({ ending: "done", answer: "all is well", task: "look", live: [] });
    expect(view).toMatchObject({ promptTokens: 10, outputTokens: 3, contextTokens: 13, calls: { llm: 1 } });
    expect(view.costUsd).toBeCloseTo((10 * 1 + 3 * 2) / 1e6, 12);
    expect(contents(core.requests[0]?.messages)).toEqual(["system: Help.", "user: look"]);
  });

  test("is acknowledged only when it is on disk", async () => {
    const { kernel } = await start(() => says("done"));
    const agentId = await kernel.launch();
    expect(kernel.eventsOf("agent.created").map((event) => event.agentId)).toContain(agentId);
  });

  test("every call of every agent takes the one path, in its order", async () => {
    const { kernel } = await start((_, call) => (call === 1 ? calls(["clock", {}]) : says("noon")), {
      manifest: { tools: ["clock"] },
    });
    await kernel.ended(await kernel.launch());
    const types = (id: string) =>
      kernel
        .events()
        .flatMap((event) => ("syscallId" in event && event.syscallId === id ? [event.type] : []));
    const path = ["syscall.created", "syscall.gated", "syscall.queued", "syscall.running", "syscall.done"];
    expect(["s1", "s2", "s3"].map(types)).toEqual([path, path, path]);
  });
});

describe("a launch is refused", () => {
  test.each([
    ["an unknown agent", { agent: "nobody" }, "bad-input"],
    ["an unknown model", { model: "gpt-9000" }, "model-not-found"],
  ])("for %s", async (_, input, code) => {
    const { kernel } = await start(() => says(""));
    await expect(kernel.launch(input)).rejects.toMatchObject({ data: { code } });
    expect(kernel.eventsOf("agent.created")).toEqual([]);
  });
});

describe("limits end a run, naming themselves", () => {
  test("steps", async () => {
    const { kernel, core } = await start(() => calls(["clock", {}]), {
      manifest: { tools: ["clock"], limits: { steps: 3, tokens: 10_000, children: 0 } },
    });
    const view = await kernel.ended(await kernel.launch());
    expect(view).toMatchObject({ ending: "failed", error: { code: "limit-reached" } });
    expect(view.error?.message).toContain("limits.steps");
    expect(core.requests).toHaveLength(3);
  });

  test("tokens; what is left bounds each answer", async () => {
    const { kernel, core } = await start(() => calls(["clock", {}]), {
      manifest: { tools: ["clock"], limits: { steps: 50, tokens: 100, children: 0 } },
    });
    const view = await kernel.ended(await kernel.launch());
    expect(view.error?.message).toContain("limits.tokens");
    // Each step uses 11 tokens.
    expect(core.requests.map((request) => request.maxOutputTokens)).toEqual([
      100, 89, 78, 67, 56, 45, 34, 23, 12, 1,
    ]);
  });
});

describe("messages", () => {
  test("reach a running agent at its next step, in order", async () => {
    const model = new Held<ScriptedReply>();
    const { kernel, core, handlers } = await start(() => model.ask(), { manifest: { tools: ["clock"] } });
    const agentId = await kernel.launch();
    await kernel.clock.until(() => model.waiting === 1);
    for (const text of ["one", "two"]) await handlers["agents.send"]({ agentId, text });
    model.give(calls(["clock", {}]));
    await kernel.clock.until(() => model.waiting === 1);
    expect(contents(core.requests[1]?.messages)?.slice(-2)).toEqual(["user: one", "user: two"]);
    model.give(says("done"));
    expect((await kernel.ended(agentId)).answer).toBe("done");
  });

  test("that come with the last answer are still read", async () => {
    const model = new Held<ScriptedReply>();
    const { kernel, core, handlers } = await start(() => model.ask());
    const agentId = await kernel.launch();
    await kernel.clock.until(() => model.waiting === 1);
    await handlers["agents.send"]({ agentId, text: "and then?" });
    model.give(says("first"));
    await kernel.clock.until(() => model.waiting === 1);
    model.give(says("second"));
    expect((await kernel.ended(agentId)).answer).toBe("second");
    expect(contents(core.requests[1]?.messages)).toEqual([
      "system: Help.",
      "user: help",
      "assistant: first",
      "user: and then?",
    ]);
    expect(kernel.eventsOf("agent.ended")).toHaveLength(1);
  });

  test("let an agent that is done go on, again and again, with what it knows", async () => {
    const { kernel, core, handlers } = await start((_, call) => says(`answer ${call}`));
    const agentId = await kernel.launch();
    await kernel.ended(agentId);
    for (const n of [2, 3]) {
      await handlers["agents.send"]({ agentId, text: `task ${n}` });
      await kernel.clock.until(() => kernel.view(agentId)?.answer === `answer ${n}`);
    }
    expect(contents(core.requests[2]?.messages)).toEqual([
      "system: Help.",
      "user: help",
      "assistant: answer 1",
      "user: task 2",
      "assistant: answer 2",
      "user: task 3",
    ]);
    expect(kernel.view(agentId)).toMatchObject({ ending: "done", calls: { llm: 3 } });
  });

  test("give an agent that goes on fresh limits", async () => {
    const limits = { steps: 1, tokens: 100, children: 0 };
    const { kernel, handlers } = await start((_, call) => says(`answer ${call}`), { manifest: { limits } });
    const agentId = await kernel.launch();
    await kernel.ended(agentId);
    await handlers["agents.send"]({ agentId, text: "more" });
    await kernel.clock.until(() => kernel.view(agentId)?.answer === "answer 2");
  });

  test("are refused for an agent that failed or was ended, and for one that never was", async () => {
    const limits = { steps: 1, tokens: 1_000, children: 0 };
    const { kernel, handlers } = await start(() => calls(["clock", {}]), {
      manifest: { tools: ["clock"], limits },
    });
    const agentId = await kernel.launch();
    await kernel.ended(agentId);
    await expect(handlers["agents.send"]({ agentId, text: "more" })).rejects.toMatchObject({
      data: { code: "conflict" },
    });
    await expect(handlers["agents.send"]({ agentId: agentIdOf(99), text: "x" })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });

  test("are bounded", async () => {
    const { kernel, handlers } = await start(() => new Promise(() => {}));
    const agentId = await kernel.launch();
    for (let n = 0; n < MAILBOX_MESSAGES; n += 1) await handlers["agents.send"]({ agentId, text: "x" });
    await expect(handlers["agents.send"]({ agentId, text: "x" })).rejects.toMatchObject({
      data: { code: "limit-reached" },
    });
    expect(kernel.eventsOf("agent.messaged")).toHaveLength(MAILBOX_MESSAGES);
  });

  test("go from agent to agent", async () => {
    const other = new Held<ScriptedReply>();
    const { kernel, core } = await start(
      ({ messages }, call) => {
        if (messages[1]?.content === "listen") return other.ask();
        return call <= 2 ? calls(["send_message", { to: "a1", text: "psst" }]) : says("sent");
      },
      { manifest: { tools: ["send_message"] } },
    );
    const listener = await kernel.launch({ task: "listen" });
    await kernel.clock.until(() => other.waiting === 1);
    const speaker = await kernel.launch({ task: "speak" });
    expect((await kernel.ended(speaker)).answer).toBe("sent");
    other.give(says("nothing yet"));
    await kernel.clock.until(() => other.waiting === 1);
    other.give(says("heard"));
    expect((await kernel.ended(listener)).answer).toBe("heard");
    expect(core.requests.at(-1)?.messages.at(-1)).toEqual({ role: "user", content: "psst", from: speaker });
  });
});

test("an agent that is ended while its mail is being delivered asks its model nothing more", async () => {
  const store = new MemoryEventStore();
  const model = new Held<ScriptedReply>();
  const { kernel, core, handlers } = await start(() => model.ask(), {
    manifest: { tools: ["clock"] },
    store,
  });
  const agentId = await kernel.launch();
  await kernel.clock.until(() => model.waiting === 1);
  await handlers["agents.send"]({ agentId, text: "news" });
  const append = store.append.bind(store);
  store.append = (events) => {
    const delivery = events.some((event) => event.type === "context.appended");
    if (delivery) void handlers["agents.kill"]({ agentId });
    append(events);
  };
  model.give(calls(["clock", {}]));
  await kernel.ended(agentId);
  await settle();
  expect(core.requests).toHaveLength(1);
  expect(kernel.eventsOf("syscall.created").map(({ call }) => call.kind)).toEqual(["llm", "tool"]);
});

import { describe, expect, test } from "vitest";
import { syscallId } from "../../../shared/ids.ts";
import { calls, type ScriptedReply, says } from "../testing/scripted-core.ts";
import { Held, useKernels } from "../testing/use-kernels.ts";
import { outputLimit, promptTokens } from "./prompt.ts";

const start = useKernels();

test("the prompt that is shown is the one that was sent, for every model call of a run", async () => {
  const model = new Held<ScriptedReply>();
  const { kernel, core, handlers } = await start(() => model.ask(), {
    manifest: { tools: ["clock", "calendar", "remember", "recall", "nothing-like-it"] },
  });
  const agentId = await kernel.launch();
  const replies = [
    calls(["clock", {}], ["calendar", { operation: "weekday", date: "2026-12-25" }], ["fly", {}]),
    calls(["remember", { text: "grüße 😀" }, "call_0"], ["recall", { query: "\n" }]),
    says("first"),
    says("second"),
  ];
  for (const [index, reply] of replies.entries()) {
    await kernel.clock.until(() => model.waiting === 1);
    if (index === 2) await handlers["agents.send"]({ agentId, text: "and then?" });
    model.give(reply);
  }
  await kernel.ended(agentId);
  await handlers["agents.send"]({ agentId, text: "again" });
  await kernel.clock.until(() => model.waiting === 1);
  model.give(says("third"));
  await kernel.clock.until(() => kernel.view(agentId)?.answer === "third");

  const modelCalls = kernel.eventsOf("syscall.created").filter(({ call }) => call.kind === "llm");
  expect(modelCalls).toHaveLength(5);
  for (const [index, call] of modelCalls.entries()) {
    const view = await handlers["syscalls.prompt"]({ syscallId: call.syscallId });
    const sent = core.requests[index];
    expect(JSON.stringify(view.messages)).toBe(JSON.stringify(sent?.messages));
    expect(JSON.stringify(view.tools)).toBe(JSON.stringify(sent?.tools));
    expect(view.maxOutputTokens).toBe(sent?.maxOutputTokens);
    expect(view.tokens).toEqual(promptTokens(view.messages, view.tools));
  }
});

describe("a prompt is not found", () => {
  test("for a call that never was, or is no model's", async () => {
    const { kernel, handlers } = await start(
      (_, call) => (call === 1 ? calls(["clock", {}]) : says("done")),
      {
        manifest: { tools: ["clock"] },
      },
    );
    await kernel.ended(await kernel.launch());
    for (const n of [2, 99]) {
      await expect(handlers["syscalls.prompt"]({ syscallId: syscallId(n) })).rejects.toMatchObject({
        data: { code: "not-found" },
      });
    }
  });
});

test("the parts of a prompt are counted apart", () => {
  const messages = [
    { role: "system", content: "x".repeat(40) },
    { role: "user", content: "x".repeat(8) },
    { role: "assistant", content: "", toolCalls: [] },
  ] as const;
  expect(promptTokens(messages, [])).toEqual({ system: 10, tools: 0, history: 3 });
});

test("an answer is bounded by what was asked for and by the budget", () => {
  const call = { kind: "llm", model: null, tools: [], maxOutputTokens: 50, messages: null } as const;
  expect([outputLimit(call, null), outputLimit(call, 20), outputLimit(call, 80)]).toEqual([50, 20, 50]);
  expect(outputLimit({ ...call, maxOutputTokens: null }, null)).toBeNull();
});

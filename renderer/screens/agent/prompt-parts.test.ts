import { expect, test } from "vitest";
import type { PromptView } from "../../../shared/contract.ts";
import type { CoreInfo } from "../../../shared/cores.ts";
import { coreId } from "../../../shared/ids.ts";
import { promptParts, promptText, windowOf } from "./prompt-parts.ts";

const prompt: PromptView = {
  model: "offline",
  messages: [
    { role: "system", content: "You work out sums." },
    { role: "user", content: "2 + 2" },
    {
      role: "assistant",
      content: "",
      toolCalls: [{ id: "c1", name: "calculate", arguments: { expression: "2+2" } }],
    },
    { role: "tool", toolCallId: "c1", name: "calculate", content: "4", outcome: "ok" },
  ],
  tools: [{ name: "calculate", description: "Works out a sum", parameters: { type: "object" } }],
  maxOutputTokens: null,
  tokens: { system: 100, tools: 300, history: 400 },
};
const core = (model: string, contextTokens: number | null): CoreInfo => ({
  id: coreId(model),
  title: model,
  kind: "offline",
  baseUrl: null,
  model,
  source: "built-in",
  capabilities: {
    slots: 2,
    contextTokens,
    tools: "native",
    jsonSchema: "none",
    embeddings: "none",
    preemption: "kv",
    summaries: "none",
    price: null,
  },
  health: { status: "ready" },
});

test("the parts hold every message once, with its place in the prompt", () => {
  const parts = promptParts(prompt);
  expect(parts.system.map(({ position }) => position)).toEqual([1]);
  expect(parts.history.map(({ position }) => position)).toEqual([2, 3, 4]);
  expect(parts.history[1]?.tokens).toBeGreaterThan(0);
  expect(parts.tools).toHaveLength(1);
});

test("the window is the smallest of the cores that share the model", () => {
  const cores = [core("llama", 8_192), core("llama", 4_096), core("llama", null), core("other", 512)];
  expect(windowOf("llama", cores)).toBe(4_096);
  expect(windowOf(null, cores)).toBeNull();
});

test("the copied prompt is what the model was sent", () => {
  expect(JSON.parse(promptText(prompt))).toEqual({
    model: "offline",
    messages: prompt.messages,
    tools: prompt.tools,
  });
});

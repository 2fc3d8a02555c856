import type { CompletionRequest, LlmCore } from "../../electron/kernel/ports.ts";
import { coreId } from "../../shared/ids.ts";
import type { JsonObject, ToolCall } from "../../shared/messages.ts";
import { WORKS } from "./work.ts";

/** A model that does each work as it is written down, from the context alone. `places` stand for words in it. */
export const scriptedCore = (places: Readonly<Record<string, string>>): LlmCore => ({
  info: {
    id: coreId("scripted"),
    title: "A core that does what is written down",
    kind: "offline",
    baseUrl: null,
    model: "scripted",
    source: "built-in",
    capabilities: {
      slots: 4,
      contextTokens: null,
      tools: "native",
      jsonSchema: "none",
      embeddings: "none",
      preemption: "none",
      summaries: "none",
      price: null,
    },
    health: { status: "ready" },
  },
  async complete(request) {
    const toolCalls = nextCalls(request, places);
    return {
      type: "finished",
      message: { role: "assistant", content: toolCalls.length === 0 ? "done" : "", toolCalls },
      finishReason: toolCalls.length === 0 ? "stop" : "tool-calls",
      usage: { promptTokens: 1, outputTokens: 1, source: "estimated" },
    };
  },
  close: async () => {},
});

function nextCalls(
  { messages }: CompletionRequest,
  places: Readonly<Record<string, string>>,
): readonly ToolCall[] {
  const task = messages.find(({ role }) => role === "user")?.content;
  const step = messages.filter(({ role }) => role === "assistant").length;
  const turn = WORKS.find((each) => each.task === task)?.turns[step] ?? [];
  return turn.map(([name, args], n) => ({
    id: `call_${step}_${n}`,
    name,
    arguments: placed(args, places),
  }));
}

function placed(args: JsonObject, places: Readonly<Record<string, string>>): JsonObject {
  const text = Object.entries(places).reduce(
    (json, [name, place]) => json.replaceAll(`"${name}`, `"${place}`),
    JSON.stringify(args),
  );
  return JSON.parse(text);
}

import { afterEach, describe, expect, test } from "vitest";
import {
  type MisbehavingServer,
  type MisbehavingServerOptions,
  startMisbehavingServer,
} from "../../e2e/misbehaving-server.ts";
import { agentId } from "../../shared/ids.ts";
import type { Message } from "../../shared/messages.ts";
import { coreConfig, finished, openTestCore, RecordingRun, requestOf, TEST_KEY } from "./openai/testing.ts";
import { createOpenAiCore } from "./openai-core.ts";
import { createSystemClock } from "./system-clock.ts";

const servers: MisbehavingServer[] = [];
async function serve(options: MisbehavingServerOptions = {}): Promise<MisbehavingServer> {
  const server = await startMisbehavingServer(options);
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const DONE = "data: [DONE]\n\n";

/** What a core makes of these pieces of a stream. */
async function answerTo(pieces: readonly string[], ending: "end" | "drop" | "hang" = "end") {
  const server = await serve({ script: [{ pieces, ending }] });
  const run = new RecordingRun();
  const outcome = await finished(openTestCore(server.baseUrl, "any").complete(requestOf(), run));
  return { ...outcome, streamed: run.text };
}

describe("an answer", () => {
  test("streams, with the usage that the server reports", async () => {
    const server = await serve();
    const run = new RecordingRun();
    const core = openTestCore(server.baseUrl, "good");
    const outcome = await finished(core.complete(requestOf(), run));
    expect(outcome).toEqual({
      type: "finished",
      message: { role: "assistant", content: "The answer is 42.", toolCalls: [] },
      finishReason: "stop",
      usage: { promptTokens: 11, outputTokens: 5, source: "reported" },
    });
    expect(run.text).toBe("The answer is 42.");
    expect(run.tokens).toBeGreaterThan(0);
    expect(server.completions[0]).toMatchObject({ credentials: "bearer", model: "good" });
  });

  test("may be one JSON body", async () => {
    const server = await serve();
    const run = new RecordingRun();
    const outcome = await finished(openTestCore(server.baseUrl, "whole-json").complete(requestOf(), run));
    expect(outcome.message.content).toBe("The answer is 42.");
    expect(run.text).toBe("The answer is 42.");
  });

  test("has estimated usage where the server reports none", async () => {
    const outcome = await answerTo([chunk({ content: "Forty-two." }), chunk({}, "stop"), DONE]);
    expect(outcome.usage.source).toBe("estimated");
    expect(outcome.usage.promptTokens).toBeGreaterThan(10);
    expect(outcome.usage.outputTokens).toBe(3);
  });

  test.each([
    ["without [DONE]", [chunk({ content: "42" }, "stop")], "end"],
    ["without [DONE] and with a broken connection", [chunk({ content: "42" }, "stop")], "drop"],
    ["without [DONE] on a connection that stays open", [chunk({ content: "42" }, "stop")], "hang"],
    ["without a finish reason but with [DONE]", [chunk({ content: "42" }), DONE], "end"],
    [
      "with its event cut into pieces",
      ['data: {"choices":[{"del', 'ta":{"content":"42"}}]}\r', "\n\r\n", DONE],
      "end",
    ],
    ["with comments in between", [": waiting\n\n", chunk({ content: "42" }), ": still\n\n", DONE], "end"],
    ["with content in parts", [chunk({ content: [{ type: "text", text: "42" }] }, "stop"), DONE], "end"],
  ] as const)("is whole %s", async (_name, pieces, ending) => {
    const outcome = await answerTo(pieces, ending);
    expect(outcome.message.content).toBe("42");
    expect(outcome.finishReason).toBe("stop");
  });

  test("leaves the model's thoughts out, and says when it was cut at the limit", async () => {
    const outcome = await answerTo([
      chunk({ reasoning_content: "Let me think" }),
      chunk({ reasoning: " harder" }),
      chunk({ content: "4" }, "length"),
      DONE,
    ]);
    expect(outcome.message.content).toBe("4");
    expect(outcome.streamed).toBe("4");
    expect(outcome.finishReason).toBe("length");
    expect(outcome.usage.outputTokens).toBeGreaterThan(4);
  });
});

describe("tool calls", () => {
  const call = (piece: object) => chunk({ tool_calls: [piece] });
  const END = [chunk({}, "tool_calls"), DONE];

  test("come back with the tool's result, and the next answer uses it", async () => {
    const server = await serve();
    const core = openTestCore(server.baseUrl, "tools");
    const question: Message = { role: "user", content: "What is 6 * 7?", from: agentId(3) };
    const first = await finished(core.complete(requestOf([question]), new RecordingRun()));
    expect(first.finishReason).toBe("tool-calls");
    expect(first.message.toolCalls).toEqual([
      { id: "call_1", name: "calculate", arguments: { expression: "6 * 7" } },
    ]);
    const second = await finished(
      core.complete(
        requestOf([
          question,
          first.message,
          { role: "tool", toolCallId: "call_1", name: "calculate", content: "42", outcome: "ok" },
        ]),
        new RecordingRun(),
      ),
    );
    expect(second.message.content).toBe("42");
    expect(server.completions[1]?.body).toMatchObject({
      messages: [
        { role: "user", content: "What is 6 * 7?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              id: "call_1",
              type: "function",
              function: { name: "calculate", arguments: '{"expression":"6 * 7"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: "42" },
      ],
      tools: [{ type: "function", function: { name: "calculate" } }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test.each([
    [
      "without ids",
      [
        call({ index: 0, function: { name: "a", arguments: "{}" } }),
        call({ index: 1, function: { name: "b", arguments: "{}" } }),
      ],
      ["call_1", "call_2"],
    ],
    [
      "with one id for all",
      [
        call({ index: 0, id: "x", function: { name: "a", arguments: "{}" } }),
        call({ index: 1, id: "x", function: { name: "b", arguments: "{}" } }),
      ],
      ["x", "call_1"],
    ],
    [
      "with index 0 for all",
      [
        call({ index: 0, id: "x", function: { name: "a", arguments: '{"n":' } }),
        call({ index: 0, function: { arguments: "1}" } }),
        call({ index: 0, id: "y", function: { name: "b", arguments: "{}" } }),
      ],
      ["x", "y"],
    ],
    [
      "without an index",
      [
        call({ id: "x", function: { name: "a", arguments: "{}" } }),
        call({ id: "y", function: { name: "b" } }),
      ],
      ["x", "y"],
    ],
    [
      "as objects",
      [
        call({ index: 0, id: "x", function: { name: "a", arguments: {} } }),
        call({ index: 1, id: "y", function: { name: "b", arguments: { n: 1 } } }),
      ],
      ["x", "y"],
    ],
  ] as const)("are told apart %s", async (_name, pieces, ids) => {
    const { message, finishReason } = await answerTo([...pieces, ...END]);
    expect(finishReason).toBe("tool-calls");
    expect(message.toolCalls.map(({ id, name }) => [id, name])).toEqual([
      [ids[0], "a"],
      [ids[1], "b"],
    ]);
  });

  test("get ids that the context does not hold yet", async () => {
    const server = await serve({
      script: [
        { pieces: [call({ index: 0, id: "call_1", function: { name: "a" } }), ...END], ending: "end" },
      ],
    });
    const earlier: Message[] = [
      { role: "assistant", content: "", toolCalls: [{ id: "call_1", name: "a", arguments: {} }] },
      { role: "tool", toolCallId: "call_1", name: "a", content: "done", outcome: "ok" },
    ];
    const core = openTestCore(server.baseUrl, "any");
    const { message } = await finished(core.complete(requestOf(earlier), new RecordingRun()));
    expect(message.toolCalls).toEqual([{ id: "call_2", name: "a", arguments: {} }]);
  });

  test("with sloppy JSON are mended without asking again", async () => {
    const server = await serve();
    const run = new RecordingRun();
    const core = openTestCore(server.baseUrl, "sloppy-tool-json");
    const { message } = await finished(core.complete(requestOf(), run));
    expect(message.toolCalls[0]?.arguments).toEqual({ expression: "6 * 7" });
    expect(server.completions).toHaveLength(1);
    expect(run.restarts).toEqual([]);
  });

  test("with broken JSON are asked for once more, and both answers are counted", async () => {
    const server = await serve();
    const run = new RecordingRun();
    const core = openTestCore(server.baseUrl, "bad-tool-json-then-good");
    const { message, usage } = await finished(core.complete(requestOf(), run));
    expect(message.toolCalls[0]?.arguments).toEqual({ expression: "6 * 7" });
    expect(server.completions).toHaveLength(2);
    expect(run.restarts).toHaveLength(1);
    expect(usage).toEqual({ promptTokens: 22, outputTokens: 10, source: "reported" });
  });
});

describe("a core", () => {
  test("shows its address without credentials and completes it with /v1", () => {
    const clock = createSystemClock();
    const { info } = createOpenAiCore(coreConfig("http://ada:secret@127.0.0.1:9/", "m"), null, { clock });
    expect(info.baseUrl).toBe("http://127.0.0.1:9/v1");
    expect(info.capabilities).toMatchObject({ slots: 2, tools: "native", preemption: "none" });
    expect(info.health).toEqual({ status: "untested" });
  });

  test("sends no authorisation without a key", async () => {
    const server = await serve();
    await openTestCore(server.baseUrl, "good", {}, null).complete(requestOf(), new RecordingRun());
    expect(server.completions[0]?.credentials).toBe("none");
  });

  test("learns once that a server knows no stream_options, also from calls at the same time", async () => {
    const server = await serve();
    const core = openTestCore(server.baseUrl, "no-stream-options");
    await Promise.all([1, 2].map(() => core.complete(requestOf(), new RecordingRun())));
    expect(server.completions).toHaveLength(4);
    const { message } = await finished(core.complete(requestOf(), new RecordingRun()));
    expect(message.content).toBe("The answer is 42.");
    expect(server.completions).toHaveLength(5);
  });

  test("names the output limit as the server wants it", async () => {
    const refusal = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
    const server = await serve({
      script: [{ status: 400, body: JSON.stringify({ error: { message: refusal } }) }],
    });
    const core = openTestCore(server.baseUrl, "good");
    await core.complete(requestOf(undefined, { maxOutputTokens: 9 }), new RecordingRun());
    expect(server.completions[0]?.body).toMatchObject({ max_tokens: 9 });
    expect(server.completions[1]?.body).toMatchObject({ max_completion_tokens: 9 });
    expect(server.completions[1]?.body).not.toHaveProperty("max_tokens");
  });

  test("never shows the key in what it tells about itself", async () => {
    const server = await serve();
    expect(JSON.stringify(openTestCore(server.baseUrl, "good").info)).not.toContain(TEST_KEY);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ErrorCode } from "../../shared/errors.ts";
import { type FakeAnswer, FakeOllama, line } from "./ollama/testing/fake-ollama.ts";
import { createOllamaCore } from "./ollama-core.ts";
import { coreConfig, errorOf, RecordingRun, requestOf, TEST_KEY, TEST_TIMEOUTS } from "./openai/testing.ts";
import { createSystemClock } from "./system-clock.ts";

let fake: FakeOllama;
beforeEach(async () => {
  fake = await FakeOllama.start();
});
afterEach(() => fake.close());

const open = (model: string, timeouts = TEST_TIMEOUTS) =>
  createOllamaCore(coreConfig(fake.baseUrl, model, { contextTokens: 2_048 }), TEST_KEY, {
    clock: createSystemClock(),
    timeouts,
  });

const half = ["Half ", "of an "].map(line);
const refusal = (status: number, error: string): FakeAnswer => ({ status, body: JSON.stringify({ error }) });

describe("every fault ends in its typed error, naming the address and without the key:", () => {
  test.each([
    ["no such model", null, "model-not-found", "has no model missing:1b: model 'missing:1b' not found"],
    ["a failure", refusal(500, `runner died for ${TEST_KEY}`), "model-server-error", "runner died for [key]"],
    ["too many at once", refusal(503, "server busy, please try again"), "model-server-error", "server busy"],
    ["no tools", refusal(400, "m does not support tools"), "model-bad-request", "does not support tools"],
    [
      "an old way to be too long",
      refusal(400, "the input length exceeds the context length"),
      "context-too-long",
      "",
    ],
    ["another way", refusal(400, "the prompt is longer than the context length"), "context-too-long", ""],
    [
      "a redirect",
      { status: 307, headers: { location: "http://127.0.0.1:9/api/chat" }, body: "" },
      "model-bad-request",
      "http://127.0.0.1:9/api/chat",
    ],
    [
      "an error in the middle",
      { lines: [...half, { error: `oops ${TEST_KEY}` }], ending: "end" },
      "model-stream-malformed",
      "oops [key]",
    ],
    [
      "a dropped connection",
      { lines: half, ending: "drop" },
      "model-stream-dropped",
      "closed the connection",
    ],
    [
      "an end before the end",
      { lines: half, ending: "end" },
      "model-stream-dropped",
      "closed the connection",
    ],
    ["nothing at all", { lines: [], ending: "end" }, "model-stream-dropped", "closed the connection"],
    [
      "a line that is cut off",
      { lines: [...half, '{"message": {"con'], ending: "end" },
      "model-stream-dropped",
      "",
    ],
    ["garbage", { lines: [...half, "what?\n"], ending: "end" }, "model-stream-malformed", "what?"],
    ["other JSON", { lines: [{ status: "pulling" }], ending: "end" }, "model-stream-malformed", "pulling"],
    [
      "a web page",
      { lines: [`<html>${TEST_KEY}</html>`], ending: "end" },
      "model-stream-malformed",
      "web page",
    ],
    ["silence", { lines: [], ending: "hang" }, "model-timed-out", "sent nothing for 0.4 s"],
    ["a stall", { lines: half, ending: "hang" }, "model-timed-out", "stopped in the middle"],
    [
      "no end",
      { lines: Array.from({ length: 600 }, () => line("and so on ".repeat(1_000))), ending: "hang" },
      "model-stream-malformed",
      "without end",
    ],
  ] as const satisfies readonly (readonly [string, FakeAnswer | null, ErrorCode, string])[])(
    "%s",
    async (_name, answer, code, said) => {
      await fake.close();
      fake = await FakeOllama.start({ script: answer ? [answer] : [] });
      const core = open(answer ? "llama3.2:3b" : "missing:1b");
      const run = new RecordingRun();
      const error = await errorOf(core.complete(requestOf(), run));
      expect(error.code).toBe(code);
      expect(error.message).toContain(`Ollama at 127.0.0.1:${fake.port}`);
      expect(error.message).toContain(said);
      expect(JSON.stringify(error)).not.toContain("0123456789");
      // What was streamed before is exactly what came.
      if (code === "model-stream-dropped") expect("Half of an ").toContain(run.text);
      expect(fake.bodiesOf("/api/chat")).toHaveLength(1);
    },
  );

  test("a connection that is refused", async () => {
    await fake.close();
    const error = await errorOf(open("llama3.2:3b").complete(requestOf(), new RecordingRun()));
    expect(error.code).toBe("model-refused-connection");
    expect(error.message).toMatch(/^Ollama at 127\.0\.0\.1:\d+ refused the connection$/);
  });
});

describe("cancel", () => {
  test("ends a call that hangs, and so does closing the core", async () => {
    const patient = { ...TEST_TIMEOUTS, firstByteMs: 30_000, stallMs: 30_000 };
    for (const how of ["cancel", "close"] as const) {
      await fake.close();
      fake = await FakeOllama.start({ script: [{ lines: half, ending: "hang" }] });
      const core = open("llama3.2:3b", patient);
      const run = new RecordingRun();
      const heard = run.untilOutput();
      const ended = errorOf(core.complete(requestOf(), run));
      await heard;
      if (how === "cancel") run.cancel();
      else await core.close();
      expect((await ended).code).toBe("cancelled");
    }
  });

  test("before the start asks nothing", async () => {
    const run = new RecordingRun();
    run.cancel();
    expect((await errorOf(open("llama3.2:3b").complete(requestOf(), run))).code).toBe("cancelled");
    expect(fake.requests).toHaveLength(0);
  });
});

import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type BehaviourName,
  type CustomBehaviour,
  type MisbehavingServer,
  startMisbehavingServer,
} from "../../e2e/misbehaving-server.ts";
import type { ErrorCode, KernelErrorData } from "../../shared/errors.ts";
import { errorOf, openTestCore, RecordingRun, requestOf, TEST_KEY } from "./openai/testing.ts";

let server: MisbehavingServer;
beforeEach(async () => {
  server = await startMisbehavingServer();
});
afterEach(() => server.close());

function expectHonest(error: KernelErrorData, code: ErrorCode, address: string): void {
  expect(error.code).toBe(code);
  expect(error.message).toContain(address);
  expect(JSON.stringify(error)).not.toContain(TEST_KEY);
  expect(JSON.stringify(error)).not.toContain("0123456789");
}

/** The error of one call that is answered like this. */
async function faultOf(behaviour: CustomBehaviour, code: ErrorCode): Promise<KernelErrorData> {
  server.enqueue(behaviour);
  const error = await errorOf(openTestCore(server.baseUrl, "any").complete(requestOf(), new RecordingRun()));
  expectHonest(error, code, server.address);
  return error;
}

const refusal = (
  status: number,
  error: unknown,
  headers: Readonly<Record<string, string>> = {},
): CustomBehaviour => ({ status, headers, body: JSON.stringify({ error }) });

describe("every fault ends in its typed error, naming the address and without the key:", () => {
  test.each([
    ["unauthorised", "model-unauthorised", "refused the key (401)"],
    ["forbidden", "model-unauthorised", "(403)"],
    ["missing", "model-not-found", "has no model missing"],
    ["rate-limited", "model-rate-limited", "slow down (429)"],
    ["no-quota", "model-rate-limited", "no quota left"],
    ["server-error", "model-server-error", "failed (500): worker crashed"],
    ["too-long", "context-too-long", "maximum context length is 4096"],
    ["bad-request", "model-bad-request", "temperature out of range"],
    ["hang", "model-timed-out", "sent nothing for 0.4 s"],
    ["stall", "model-timed-out", "stopped in the middle of its answer for 0.4 s"],
    ["drop-early", "model-stream-dropped", "closed the connection"],
    ["drop", "model-stream-dropped", "closed the connection"],
    ["cut-off", "model-stream-dropped", "closed the connection"],
    ["html", "model-stream-malformed", "web page"],
    ["plain-text", "model-stream-malformed", "It works! [key]"],
    ["bad-json", "model-stream-malformed", '{"choices": [{"delta": [key]'],
    ["error-in-stream", "model-rate-limited", "slow down, [key]"],
    ["unknown-error-in-stream", "model-stream-malformed", "something broke for [key]"],
    ["endless", "model-stream-malformed", "without end: and so on"],
    ["bad-tool-json", "model-tool-call-malformed", "also when asked again"],
  ] as const satisfies readonly (readonly [BehaviourName, ErrorCode, string])[])(
    "%s",
    async (name, code, said) => {
      const error = await errorOf(
        openTestCore(server.baseUrl, name).complete(requestOf(), new RecordingRun()),
      );
      expectHonest(error, code, server.address);
      expect(error.message).toContain(said);
      if (code !== "model-timed-out") expect(error.message).toMatch(/Ollama at 127\.0\.0\.1:\d+/);
      // Nothing is asked twice but a broken tool call.
      expect(server.completions).toHaveLength(name === "bad-tool-json" ? 2 : 1);
    },
  );

  test("a connection that is refused", async () => {
    const { address, baseUrl } = server;
    await server.close();
    const error = await errorOf(openTestCore(baseUrl, "good").complete(requestOf(), new RecordingRun()));
    expectHonest(error, "model-refused-connection", address);
    expect(error.message).toBe(`Ollama at ${address} refused the connection`);
    expect(error.hint).toBe("Start it, or choose another model in Models.");
  });

  test("a name without an address", async () => {
    // Names under .invalid never resolve (RFC 6761, 6.4).
    const core = openTestCore("http://models.invalid:1234/v1", "good", { firstByteMs: 5_000 });
    const error = await errorOf(core.complete(requestOf(), new RecordingRun()));
    expectHonest(error, "model-refused-connection", "models.invalid:1234");
    expect(error.message).toMatch(/no address \((ENOTFOUND|EAI_AGAIN)\)/);
  });

  test("a server that speaks no HTTP", async () => {
    const greeter = createServer((socket) => void socket.end("220 mail.example ESMTP\r\n"));
    greeter.listen(0, "127.0.0.1");
    await once(greeter, "listening");
    const address = greeter.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const core = openTestCore(`http://127.0.0.1:${port}/v1`, "good");
    const error = await errorOf(core.complete(requestOf(), new RecordingRun()));
    greeter.close();
    expectHonest(error, "model-stream-malformed", `127.0.0.1:${port}`);
  });

  test("https where the server speaks http", async () => {
    const core = openTestCore(server.baseUrl.replace("http:", "https:"), "good");
    const error = await errorOf(core.complete(requestOf(), new RecordingRun()));
    expectHonest(error, "model-refused-connection", server.address);
    expect(error.message).toContain("does not speak https");
  });

  test("a key that no header can carry", async () => {
    const core = openTestCore(server.baseUrl, "good", {}, `${TEST_KEY}\nx`);
    const error = await errorOf(core.complete(requestOf(), new RecordingRun()));
    expectHonest(error, "model-unauthorised", server.address);
  });

  test("a redirect is not followed", async () => {
    const error = await faultOf(
      { status: 307, headers: { location: "http://127.0.0.1:9/v1" }, body: "" },
      "model-bad-request",
    );
    expect(error.message).toContain("http://127.0.0.1:9/v1");
  });

  test("an answer that says nothing at all", async () => {
    await faultOf({ pieces: ["data: [DONE]\n\n"], ending: "end" }, "model-stream-dropped");
    await faultOf({ pieces: [], ending: "end" }, "model-stream-dropped");
  });

  test("a tool call that the output limit cuts is not asked for again", async () => {
    const call = { index: 0, id: "x", function: { name: "calculate", arguments: '{"expression": "6 *' } };
    const error = await faultOf(
      {
        pieces: [
          `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [call] }, finish_reason: "length" }] })}\n\n`,
        ],
        ending: "end",
      },
      "model-tool-call-malformed",
    );
    expect(error.message).toContain("cut off at the output limit");
  });

  test("a trickle is ended by the limit for the whole answer", async () => {
    const drips = Array.from({ length: 2_000 }, () => ": still here\n\n");
    const slow = await startMisbehavingServer({
      script: [{ pieces: drips, ending: "hang" }],
      pieceDelayMs: 20,
    });
    const core = openTestCore(slow.baseUrl, "any", { wholeMs: 500 });
    const error = await errorOf(core.complete(requestOf(), new RecordingRun()));
    expectHonest(error, "model-timed-out", slow.address);
    await slow.close();
  });
});

describe("cancel", () => {
  test.each(["hang", "stall"] as const)("ends a call that would %s", async (name) => {
    const run = new RecordingRun();
    const core = openTestCore(server.baseUrl, name, { firstByteMs: 30_000, stallMs: 30_000 });
    const asked = server.untilCompletions(1);
    const heard = run.untilOutput();
    const ended = errorOf(core.complete(requestOf(), run));
    await (name === "hang" ? asked : heard);
    run.cancel();
    expectHonest(await ended, "cancelled", server.address);
  });

  test("before the start asks nothing", async () => {
    const run = new RecordingRun();
    run.cancel();
    const error = await errorOf(openTestCore(server.baseUrl, "good").complete(requestOf(), run));
    expect(error.code).toBe("cancelled");
    expect(server.completions).toHaveLength(0);
  });

  test("closing the core ends its calls", async () => {
    const core = openTestCore(server.baseUrl, "hang", { firstByteMs: 30_000 });
    const ended = errorOf(core.complete(requestOf(), new RecordingRun()));
    await server.untilCompletions(1);
    await core.close();
    expect((await ended).code).toBe("cancelled");
  });
});

describe("a rate limit says when to come back:", () => {
  test.each([
    ["retry-after", { "retry-after": "7" }, 7_000],
    ["retry-after-ms", { "retry-after-ms": "250", "retry-after": "1" }, 250],
    ["a duration", { "x-ratelimit-reset-requests": "1m2s" }, 62_000],
  ] as const)("%s", async (_name, headers, wait) => {
    const before = Date.now();
    const error = await faultOf(refusal(429, { message: "slow down" }, headers), "model-rate-limited");
    expect(error.retryAt).toBeGreaterThanOrEqual(before + wait);
    expect(error.retryAt).toBeLessThanOrEqual(Date.now() + wait);
  });

  test("but not without a word from the server, and not when the quota is used up", async () => {
    const plain = await faultOf(refusal(429, { message: "slow down" }), "model-rate-limited");
    expect(plain.retryAt).toBeUndefined();
    const error = await errorOf(
      openTestCore(server.baseUrl, "no-quota").complete(requestOf(), new RecordingRun()),
    );
    expect(error.retryAt).toBeUndefined();
    expect(error.hint).toContain("Waiting does not help");
  });
});

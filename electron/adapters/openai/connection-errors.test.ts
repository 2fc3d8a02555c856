import { expect, test } from "vitest";
import { KernelError } from "../../../shared/errors.ts";
import { HttpRefusal } from "./client.ts";
import { findRefusal, requestError } from "./connection-errors.ts";
import { identifyAddress } from "./server-identity.ts";
import { TEST_KEY } from "./testing.ts";

const SERVER = identifyAddress("Ollama", "http://127.0.0.1:11434/v1", "m", TEST_KEY);
const withCode = (code: string): Error => Object.assign(new Error(`${code} of ${TEST_KEY}`), { code });
const wrapped = (cause: unknown): Error =>
  new Error("outer", { cause: new TypeError("fetch failed", { cause }) });

test.each([
  ["ECONNREFUSED", "model-refused-connection"],
  ["ENOTFOUND", "model-refused-connection"],
  ["EHOSTUNREACH", "model-refused-connection"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "model-refused-connection"],
  ["ETIMEDOUT", "model-timed-out"],
  ["UND_ERR_HEADERS_TIMEOUT", "model-timed-out"],
  ["ECONNRESET", "model-stream-dropped"],
  ["UND_ERR_SOCKET", "model-stream-dropped"],
  ["HPE_INVALID_CONSTANT", "model-stream-malformed"],
  ["ESOMETHING", "model-refused-connection"],
])("%s is %s", (code, kind) => {
  const { data } = requestError(wrapped(withCode(code)), SERVER, 0);
  expect(data.code).toBe(kind);
  expect(data.message).toContain("Ollama at 127.0.0.1:11434");
  expect(data.hint).toBeTruthy();
  expect(JSON.stringify(data)).not.toContain(TEST_KEY);
});

test("a name with two addresses that both refuse is a refused connection", () => {
  const both = new AggregateError([withCode("ECONNREFUSED"), withCode("ECONNREFUSED")], "");
  expect(requestError(wrapped(both), SERVER, 0).data.code).toBe("model-refused-connection");
});

test("a refusal is found in its wrapping, and our own errors pass", () => {
  const refusal = new HttpRefusal(401, new Headers(), "no");
  expect(findRefusal(wrapped(refusal))).toBe(refusal);
  expect(requestError(wrapped(refusal), SERVER, 0).data.code).toBe("model-unauthorised");
  const own = new KernelError("cancelled", "x");
  expect(requestError(own, SERVER, 0)).toBe(own);
  expect(findRefusal("text")).toBeNull();
  expect(requestError("text", SERVER, 0).data.message).toContain("text");
});

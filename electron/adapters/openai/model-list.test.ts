import { afterEach, expect, test } from "vitest";
import { type MisbehavingServer, startMisbehavingServer } from "../../../e2e/misbehaving-server.ts";
import { canChat, listModels } from "./model-list.ts";
import { identifyAddress } from "./server-identity.ts";
import { errorOf, TEST_KEY } from "./testing.ts";

const servers: MisbehavingServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function listingOf(body: unknown, form: "strict" | "lenient") {
  const server = await startMisbehavingServer({ listing: { status: 200, body: JSON.stringify(body) } });
  servers.push(server);
  return listModels({
    baseUrl: server.baseUrl,
    apiKey: TEST_KEY,
    server: identifyAddress("The server", server.baseUrl, "m", TEST_KEY),
    form,
    signal: AbortSignal.timeout(5_000),
    timeoutMs: 5_000,
    now: 0,
  });
}

test("models come with the context that their server names", async () => {
  const data = [{ id: "a", max_model_len: 8 }, { id: "b", context_length: 9, created: 3 }, { id: "c" }];
  expect(await listingOf({ object: "list", data }, "strict")).toEqual([
    { id: "a", contextTokens: 8, created: 0 },
    { id: "b", contextTokens: 9, created: 3 },
    { id: "c", contextTokens: null, created: 0 },
  ]);
});

test("a list without its envelope is taken where the person named the address", async () => {
  expect(await listingOf([{ id: "a" }], "lenient")).toHaveLength(1);
  expect(await listingOf({ data: [{ id: "a" }] }, "lenient")).toHaveLength(1);
  const error = await errorOf(listingOf({ data: [{ id: `user ${TEST_KEY}` }] }, "strict"));
  expect(error.code).toBe("model-stream-malformed");
  expect(error.message).toContain("user [key]");
});

test("models that only embed, listen or draw are known by their names", () => {
  const names = ["nomic-embed-text", "bge-m3", "text-embedding-3-small", "whisper-1", "tts-1", "gpt-image-1"];
  expect(names.filter(canChat)).toEqual([]);
  const chat = ["llama3.2:3b", "gpt-5-mini", "Qwen/Qwen3-8B", "mistral-small", "deepseek-r1"];
  expect(chat.filter(canChat)).toEqual(chat);
});

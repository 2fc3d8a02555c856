import { afterEach, expect, test } from "vitest";
import { type MisbehavingServer, startMisbehavingServer } from "../../../e2e/misbehaving-server.ts";
import { createClient, HttpRefusal } from "./client.ts";
import { findRefusal } from "./connection-errors.ts";

const servers: MisbehavingServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

test("a refusal is kept as it came, however long, and the request is not made again", async () => {
  const server = await startMisbehavingServer({
    listing: { status: 503, headers: { "retry-after": "1" }, body: `busy ${"x".repeat(1_000_000)}` },
  });
  servers.push(server);
  const thrown: unknown = await createClient(server.baseUrl, null, 5_000)
    .models.list()
    .asResponse()
    .catch((error: unknown) => error);
  const refusal = findRefusal(thrown);
  expect(refusal).toBeInstanceOf(HttpRefusal);
  expect(refusal?.status).toBe(503);
  expect(refusal?.headers.get("retry-after")).toBe("1");
  expect(refusal?.body.length).toBe(64 * 1024);
  expect(server.requests).toHaveLength(1);
});

test.each([
  [" padded-key\n", "bearer"],
  ["  ", "none"],
  [null, "none"],
] as const)("the key %j is sent as %s", async (key, credentials) => {
  const server = await startMisbehavingServer();
  servers.push(server);
  await createClient(server.baseUrl, key, 5_000).models.list().asResponse();
  expect(server.requests[0]?.credentials).toBe(credentials);
});

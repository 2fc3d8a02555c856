import { expect, test } from "vitest";
import { z } from "zod";
import { startMisbehavingServer } from "../../../e2e/misbehaving-server.ts";
import { askerOf, chatModels, describeModels } from "./known-servers.ts";

const listed = (id: string) => ({ id, contextTokens: null, created: 0 });

test("a server's own interface is asked with care", async () => {
  const server = await startMisbehavingServer({ routes: { "/props": { total_slots: 2 } } });
  const ask = askerOf(`http://${server.address}`, () => AbortSignal.timeout(2_000));
  const schema = z.object({ total_slots: z.number() });
  expect(await ask("/props", schema)).toEqual({ total_slots: 2 });
  expect(await ask("/props", z.object({ other: z.string() }))).toBeNull();
  expect(await ask("/missing", schema)).toBeNull();
  await server.close();
  expect(await ask("/props", schema)).toBeNull();
});

test("a server that answers none of the further questions still has its models", async () => {
  const silent = () => Promise.resolve(null);
  for (const server of ["ollama", "lm-studio", "llama-server"] as const) {
    // Ollama is told its window.
    const contextTokens = server === "ollama" ? 8_192 : null;
    expect(await describeModels(server, [listed("m")], silent, {})).toMatchObject([
      { model: "m", slots: 1, contextTokens },
    ]);
  }
});

test("Ollama's settings in the environment count where nothing nearer is known", async () => {
  const silent = () => Promise.resolve(null);
  const environment = { OLLAMA_CONTEXT_LENGTH: "16384", OLLAMA_NUM_PARALLEL: "900" };
  expect(await describeModels("ollama", [listed("m")], silent, environment)).toMatchObject([
    { model: "m", slots: 64, contextTokens: 16_384 },
  ]);
});

test("chat models are taken in the server's order, up to a number", () => {
  const models = ["a", "bge-m3", "b", "c"].map(listed);
  expect(chatModels(models, 2).map((model) => model.id)).toEqual(["a", "b"]);
});

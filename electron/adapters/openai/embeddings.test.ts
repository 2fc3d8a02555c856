import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { makesEmbeddings } from "./embeddings.ts";
import { errorOf, openTestCore, TEST_KEY } from "./testing.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

type Asked = { readonly path: string; readonly key: string; readonly input: readonly string[] };

/** A model server as OpenAI's interface describes it; `vectors` makes the answer's data of the texts. */
async function serve(vectors: (input: readonly string[]) => readonly object[]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      const { input } = JSON.parse(body);
      asked.push({ path: request.url ?? "", key: request.headers.authorization ?? "", input });
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ object: "list", data: vectors(input) }));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { asked, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

const lengths = (input: readonly string[]) =>
  input.map((text, index) => ({ index, embedding: [text.length, 1] }));

describe("embeddings of an OpenAI-compatible server", () => {
  test("come one for each text, in the texts' order and in batches, with the key", async () => {
    const { asked, baseUrl } = await serve((input) => lengths(input).toReversed());
    const core = openTestCore(baseUrl, "text-embedding-3-small");
    const texts = Array.from({ length: 40 }, (_, length) => "x".repeat(length + 1));
    const vectors = await core.embed?.(texts, new AbortController().signal);
    expect(vectors?.map(([first]) => first)).toEqual(texts.map((text) => text.length));
    expect(asked.map(({ input }) => input.length)).toEqual([32, 8]);
    expect(asked[0]).toMatchObject({ path: "/v1/embeddings", key: `Bearer ${TEST_KEY}` });
  });

  test("of another number, of two lengths or of no server are typed errors", async () => {
    const { baseUrl } = await serve((input) => lengths(input).slice(1));
    const embed = (address: string) =>
      errorOf(
        openTestCore(address, "nomic-embed-text").embed?.(["a", "b"], new AbortController().signal) ??
          Promise.resolve(),
      );
    expect(await embed(baseUrl)).toMatchObject({ code: "model-stream-malformed" });
    const uneven = await serve((input) =>
      input.map((text, index) => ({
        index,
        embedding: text
          .split("")
          .map(() => 1)
          .concat(index === 0 ? [] : [1]),
      })),
    );
    expect(await embed(uneven.baseUrl)).toMatchObject({ code: "model-stream-malformed" });
    expect(await embed("http://127.0.0.1:1/v1")).toMatchObject({ code: "model-refused-connection" });
  });

  test("are promised by models that are made for them alone, which do not serve agents", () => {
    expect(openTestCore("http://127.0.0.1:1/v1", "gpt-4o-mini").embed).toBeUndefined();
    const { capabilities } = openTestCore("http://127.0.0.1:1/v1", "bge-m3").info;
    expect(capabilities).toMatchObject({ embeddings: "native", chat: "none" });
    expect(makesEmbeddings("bge-reranker-v2")).toBe(false);
  });
});

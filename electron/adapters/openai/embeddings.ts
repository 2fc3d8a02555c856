import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import type { Clock } from "../../kernel/ports.ts";
import { readBounded } from "./bounded-body.ts";
import { fetchOrRefuse } from "./client.ts";
import { requestError } from "./connection-errors.ts";
import type { ServerIdentity } from "./server-identity.ts";
import { type AnswerTimeouts, startWatchdog } from "./watchdog.ts";

/** Texts of one request. */
const BATCH = 32;
/** Of an answer: 32 vectors of 8,192 numbers as text. */
const ANSWER_BYTES = 8 * 1024 * 1024;

const vectorsSchema = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1) })),
});

/** Names of models that make vectors of texts and nothing else. The interface itself does not tell. */
const EMBEDS = /embed|\bbge\b|bge-|\be5-|\bgte-|minilm/i;

export const makesEmbeddings = (model: string): boolean => EMBEDS.test(model) && !/rerank/i.test(model);

export interface Embedder {
  /** Without a slash at the end, as in `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  readonly server: ServerIdentity;
  readonly clock: Clock;
  readonly timeouts: AnswerTimeouts;
}

/** One vector for each text, all of one length. Throws KernelError as `LlmCore.embed` does. */
export async function embedTexts(
  embedder: Embedder,
  texts: readonly string[],
  signals: readonly AbortSignal[],
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let from = 0; from < texts.length; from += BATCH) {
    vectors.push(...(await embedBatch(embedder, texts.slice(from, from + BATCH), signals)));
  }
  const length = vectors[0]?.length;
  if (vectors.some((vector) => vector.length !== length)) throw malformed(embedder.server);
  return vectors;
}

async function embedBatch(
  { baseUrl, apiKey, model, server, clock, timeouts }: Embedder,
  input: readonly string[],
  signals: readonly AbortSignal[],
): Promise<readonly Float32Array[]> {
  const watchdog = startWatchdog(clock, timeouts, server, signals);
  const key = apiKey?.trim() ?? "";
  try {
    watchdog.signal.throwIfAborted();
    const response = await fetchOrRefuse(`${baseUrl.replace(/\/+$/, "")}/embeddings`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ model, input, encoding_format: "float" }),
      signal: watchdog.signal,
    });
    const { text } = await readBounded(response, ANSWER_BYTES);
    const vectors = vectorsOf(text);
    if (vectors?.length !== input.length) throw malformed(server);
    return vectors;
  } catch (thrown) {
    throw requestError(watchdog.signal.aborted ? watchdog.signal.reason : thrown, server, clock.wall());
  } finally {
    watchdog.stop();
  }
}

/** In the order of the texts, whatever the order in the answer. */
function vectorsOf(json: string): readonly Float32Array[] | null {
  try {
    return vectorsSchema
      .parse(JSON.parse(json))
      .data.toSorted((a, b) => a.index - b.index)
      .map(({ embedding }) => Float32Array.from(embedding));
  } catch {
    return null;
  }
}

const malformed = (server: ServerIdentity): KernelError =>
  new KernelError("model-stream-malformed", `${server.subject} answered without one vector for each text`, {
    hint: "Choose a model that makes embeddings in Models.",
  });

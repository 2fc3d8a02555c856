import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import type { Clock } from "../../kernel/ports.ts";
import { readBounded } from "../openai/bounded-body.ts";
import { fetchOrRefuse } from "../openai/client.ts";
import { requestError } from "../openai/connection-errors.ts";
import type { ServerIdentity } from "../openai/server-identity.ts";
import { type AnswerTimeouts, startWatchdog } from "../openai/watchdog.ts";

/** Texts of one request. */
const BATCH = 32;
/** Of an answer: 32 vectors of 8,192 numbers as text. */
const ANSWER_BYTES = 8 * 1024 * 1024;

const vectorsSchema = z.object({ embeddings: z.array(z.array(z.number()).min(1)) });

export interface Embedder {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
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
  { base, headers, model, server, clock, timeouts }: Embedder,
  input: readonly string[],
  signals: readonly AbortSignal[],
): Promise<readonly Float32Array[]> {
  const watchdog = startWatchdog(clock, timeouts, server, signals);
  try {
    watchdog.signal.throwIfAborted();
    const response = await fetchOrRefuse(`${base}/api/embed`, {
      method: "POST",
      headers,
      // A text that is too long is refused, not cut.
      body: JSON.stringify({ model, input, truncate: false }),
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

function vectorsOf(json: string): readonly Float32Array[] | null {
  try {
    return vectorsSchema.parse(JSON.parse(json)).embeddings.map((vector) => Float32Array.from(vector));
  } catch {
    return null;
  }
}

const malformed = (server: ServerIdentity): KernelError =>
  new KernelError("model-stream-malformed", `${server.subject} answered without one vector for each text`, {
    hint: "Choose a model that makes embeddings in Models.",
  });

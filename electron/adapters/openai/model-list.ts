import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import { readBounded } from "./bounded-body.ts";
import { createClient } from "./client.ts";
import { requestError } from "./connection-errors.ts";
import { quote } from "./scrub.ts";
import type { ServerIdentity } from "./server-identity.ts";

const LIST_BYTES = 4 * 1024 * 1024;
/** Models of one list that are looked at; the longest public lists hold several hundred. */
const LISTED = 2_000;

/** One model as its server lists it. */
export interface ListedModel {
  readonly id: string;
  /** Where the server says it. */
  readonly contextTokens: number | null;
  /** Seconds since 1970; 0 where the server does not say. */
  readonly created: number;
}

const tokens = z.int().positive().nullish().catch(null);
const modelSchema = z
  .object({
    id: z.string().min(1).max(200),
    created: z.number().catch(0),
    max_model_len: tokens,
    context_length: tokens,
    context_window: tokens,
  })
  .transform(
    (model): ListedModel => ({
      id: model.id,
      created: model.created,
      contextTokens: model.max_model_len ?? model.context_length ?? model.context_window ?? null,
    }),
  );
const dataSchema = z
  .array(modelSchema)
  .nullable()
  .transform((models) => (models ?? []).slice(0, LISTED));
const listSchemas = {
  /** As OpenAI gives it, by which a model server is told from another program on the same port. */
  strict: z.object({ object: z.literal("list"), data: dataSchema }).transform((list) => list.data),
  /** Also without its envelope, as some hosted services give it. */
  lenient: z.union([z.object({ data: dataSchema }).transform((list) => list.data), dataSchema]),
} as const;

/** Asks an address for its models. Throws KernelError with a `model-*` code. `now` is wall time in ms. */
export async function listModels(question: {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly server: ServerIdentity;
  readonly form: "strict" | "lenient";
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly now: number;
}): Promise<readonly ListedModel[]> {
  const { server, signal, now } = question;
  try {
    const client = createClient(question.baseUrl, question.apiKey, question.timeoutMs);
    const response = await client.models.list({ signal }).asResponse();
    const { text } = await readBounded(response, LIST_BYTES);
    return parseList(text, question.form, server);
  } catch (thrown) {
    if (signal.aborted) {
      throw new KernelError("model-timed-out", `${server.subject} did not list its models in time`, {
        hint: "Check that it is running and not overloaded.",
      });
    }
    throw requestError(thrown, server, now);
  }
}

function parseList(text: string, form: "strict" | "lenient", server: ServerIdentity): readonly ListedModel[] {
  try {
    return listSchemas[form].parse(JSON.parse(text));
  } catch {
    throw new KernelError(
      "model-stream-malformed",
      `${server.subject} answered with something that is no list of models: ${quote(text, server.secret)}`,
      { hint: "Check the address: that of an OpenAI-compatible server mostly ends in /v1." },
    );
  }
}

/** Names of models that make no text out of text. */
const NO_CHAT =
  /embed|\bbge\b|bge-|\be5-|\bgte-|minilm|rerank|whisper|tts|dall-e|image|transcri|moderation|realtime|audio|sora|davinci|babbage/i;

export const canChat = (model: string): boolean => !NO_CHAT.test(model);

import type { JsonObject } from "../../../shared/messages.ts";
import type { CompletionRequest } from "../../kernel/ports.ts";
import { type AnswerReader, createAnswerReader } from "./answer-reader.ts";
import type { ChatFormat } from "./chat-format.ts";
import { grammarFor } from "./grammar.ts";
import type { LoadedModel } from "./loaded-model.ts";
import type { NativeGrammarState } from "./native.ts";

/** Reads text and calls of tools, or JSON that has to fit a schema from its first character on. */
export function readerFor(request: CompletionRequest, format: ChatFormat): AnswerReader {
  const schema = request.responseSchema;
  if (schema === undefined) return createAnswerReader(request.tools, format.callStyle);
  const text = createAnswerReader([]);
  return { push: (piece) => text.push(piece), finish: () => text.finish(), constraint: () => schema };
}

/** The beginning of the grammar for a schema. */
export async function grammarState(loaded: LoadedModel, schema: JsonObject): Promise<NativeGrammarState> {
  const { native } = await grammarFor(loaded.engine.llama, schema);
  return new loaded.module.LlamaGrammarEvaluationState({ model: loaded.model, grammar: native });
}

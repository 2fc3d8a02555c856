import type { JsonObject } from "../../../../shared/messages.ts";
import type { AnswerReader } from "../answer-reader.ts";

/**
 * Reads an answer that is asked for as JSON: all of it is text, and all of it is held to the schema. Under the grammar
 * for it the model can but end its turn when the JSON is whole.
 */
export function createJsonReader(schema: JsonObject): AnswerReader {
  let content = "";
  return {
    push(text) {
      content += text;
      return text;
    },
    constraint: () => schema,
    finish: () => ({ content, toolCalls: [] }),
  };
}

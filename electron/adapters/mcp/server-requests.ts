import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  CreateMessageRequestSchema,
  type CreateMessageResult,
  ElicitRequestSchema,
  type ElicitResult,
  ErrorCode,
  LoggingMessageNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  type SamplingMessage,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { toErrorData } from "../../../shared/errors.ts";
import type { JsonObject, Message } from "../../../shared/messages.ts";
import type { ServerEvents } from "../../kernel/ports.ts";
import { LOG_LINE_CHARACTERS } from "./limits.ts";
import { type Redact, redactJson } from "./redaction.ts";

/** An error that the server reads. */
class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A client that answers what a server asks: for a model, for the person. It names no roots: servers take those in
 * place of the folders in their arguments, which the person has reviewed.
 */
export function createClient(events: ServerEvents, redact: Redact): Client {
  const client = new Client(
    { name: "aios-desktop", title: "AIOS Desktop", version: "0.1.0" },
    { capabilities: { sampling: {}, elicitation: { form: {} } } },
  );
  client.setRequestHandler(CreateMessageRequestSchema, async ({ params }, { signal }) => {
    if (params.tools || params.toolChoice) throw refused("Tools are not offered to models that servers ask");
    // The question is logged, and goes to a model that may be elsewhere.
    const messages = [...systemMessage(params.systemPrompt), ...params.messages.map(messageOf)].map(
      (message): Message => ({ ...message, content: redact(message.content) }),
    );
    const answer = await events.sample({ messages, maxTokens: params.maxTokens, signal }).catch(sayWhy);
    return {
      role: "assistant",
      content: { type: "text", text: answer.text },
      model: answer.model,
      stopReason: answer.finishReason === "stop" ? "endTurn" : "maxTokens",
    } satisfies CreateMessageResult;
  });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }, { signal }): Promise<ElicitResult> => {
    if (!("requestedSchema" in params)) throw refused("Only forms are put to the person, not addresses");
    // It came as JSON, so it is JSON.
    const schema = redactJson(redact, params.requestedSchema as unknown as JsonObject);
    const answer = await events.elicit(redact(params.message), schema, signal);
    return answer.type === "accept" ? { action: "accept", content: answer.content } : { action: answer.type };
  });
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    const data = typeof params.data === "string" ? params.data : JSON.stringify(params.data);
    const text = params.logger === undefined ? (data ?? "") : `${params.logger}: ${data}`;
    events.logged(params.level, redact(text.slice(0, LOG_LINE_CHARACTERS)));
  });
  const changed = (): void => events.listChanged();
  client.setNotificationHandler(ToolListChangedNotificationSchema, changed);
  client.setNotificationHandler(ResourceListChangedNotificationSchema, changed);
  client.setNotificationHandler(PromptListChangedNotificationSchema, changed);
  return client;
}

const refused = (why: string): Refusal => new Refusal(ErrorCode.InvalidParams, why);

function sayWhy(thrown: unknown): never {
  const { message, hint } = toErrorData(thrown);
  throw new Refusal(ErrorCode.InvalidRequest, hint === undefined ? message : `${message}. ${hint}`);
}

const systemMessage = (text: string | undefined): readonly Message[] =>
  text === undefined || text === "" ? [] : [{ role: "system", content: text.toWellFormed() }];

function messageOf({ role, content }: SamplingMessage): Message {
  const texts = [content].flat().map((block) => {
    if (block.type === "text") return block.text;
    throw refused(`Models that servers ask here take text only, and this message holds ${block.type}`);
  });
  const text = texts.join("\n").toWellFormed();
  return role === "user" ? { role, content: text } : { role, content: text, toolCalls: [] };
}

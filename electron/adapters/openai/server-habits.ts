import type { JsonObject } from "../../../shared/messages.ts";
import type { HttpRefusal } from "./client.ts";

/** The parts of a request that differ between servers. */
export interface HabitParameters {
  readonly stream_options?: { readonly include_usage: true };
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly response_format?: {
    readonly type: "json_schema";
    readonly json_schema: { readonly name: string; readonly schema: Record<string, unknown> };
  };
}

/**
 * What one server turned out not to accept. Learnt from its refusals and kept as long as the core is open, so that
 * only the first calls pay.
 */
export class ServerHabits {
  #streamOptions: "sent" | "left-out" = "sent";
  #limitField: "max_tokens" | "max_completion_tokens" = "max_tokens";
  #schemas: "sent" | "left-out" = "sent";

  /** `schema` is null where the server is not known to take one. */
  parameters(maxOutputTokens: number | null, schema: JsonObject | null): HabitParameters {
    return {
      ...(schema === null || this.#schemas === "left-out"
        ? {}
        : {
            response_format: { type: "json_schema", json_schema: { name: "answer", schema: { ...schema } } },
          }),
      ...(this.#streamOptions === "sent" ? { stream_options: { include_usage: true } } : {}),
      ...(maxOutputTokens === null ? {} : { [this.#limitField]: maxOutputTokens }),
    };
  }

  /** Takes in how a request was refused. `ask-again` when the next one will differ from the one sent. */
  learn(refusal: HttpRefusal | null, sent: HabitParameters): "ask-again" | "no-change" {
    if (refusal === null || (refusal.status !== 400 && refusal.status !== 422)) return "no-change";
    if (sent.stream_options !== undefined && /stream_options|include_usage/.test(refusal.body)) {
      this.#streamOptions = "left-out";
      return "ask-again";
    }
    if (sent.max_tokens !== undefined && refusal.body.includes("max_completion_tokens")) {
      this.#limitField = "max_completion_tokens";
      return "ask-again";
    }
    if (sent.response_format !== undefined && /response_format|json_schema|grammar/.test(refusal.body)) {
      this.#schemas = "left-out";
      return "ask-again";
    }
    return "no-change";
  }
}

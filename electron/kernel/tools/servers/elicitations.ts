import { KernelError } from "../../../../shared/errors.ts";
import type { ElicitationId, ServerName, SyscallId } from "../../../../shared/ids.ts";
import { APPROVAL_MS } from "../../../../shared/limits.ts";
import type { JsonObject } from "../../../../shared/messages.ts";
import type { ElicitationAnswer } from "../../../../shared/servers.ts";
import type { EventLog } from "../../events/event-log.ts";
import {
  ELICITATION_CHARACTERS,
  ELICITATION_FIELDS,
  ELICITATION_SCHEMA_CHARACTERS,
  SERVER_ELICITATIONS,
  SERVER_ELICITATIONS_A_MINUTE,
} from "../../limits.ts";
import type { Clock, ServerConnector } from "../../ports.ts";
import { QuestionRate } from "./question-rate.ts";

export interface ElicitationOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly validate: ServerConnector["validate"];
}

export interface Question {
  readonly server: ServerName;
  /** The call in whose course it came, if that is known. */
  readonly syscallId: SyscallId | null;
  readonly message: string;
  readonly schema: JsonObject;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

interface Open {
  readonly server: ServerName;
  readonly schema: JsonObject;
  end(answer: ElicitationAnswer, by: "person" | "expired" | "server-gone"): void;
}

/** Questions of servers to the person. They end with an answer, after APPROVAL_MS, or with whoever asked. */
export class Elicitations {
  readonly #options: ElicitationOptions;
  readonly #open = new Map<ElicitationId, Open>();
  readonly #rate: QuestionRate;

  constructor(options: ElicitationOptions) {
    this.#options = options;
    this.#rate = new QuestionRate(options.clock, SERVER_ELICITATIONS_A_MINUTE);
  }

  /** Resolves with the answer, `cancel` when there is none. Throws `bad-input` and `limit-reached`, asking nobody. */
  async ask({ server, syscallId, message, schema, signal }: Question): Promise<ElicitationAnswer> {
    refuse(message, schema);
    const count = [...this.#open.values()].filter((each) => each.server === server).length;
    if (count >= SERVER_ELICITATIONS) {
      throw new KernelError("limit-reached", `${server} has ${SERVER_ELICITATIONS} open questions already`);
    }
    if (signal.aborted) return { type: "cancel" };
    if (this.#rate.take(server) === "too-many") {
      const most = `${SERVER_ELICITATIONS_A_MINUTE} questions in a minute`;
      throw new KernelError("limit-reached", `${server} has asked ${most}`);
    }
    const { log, clock } = this.#options;
    const id = log.ids.nextElicitation();
    const requestedAt = clock.wall();
    const expiresAt = requestedAt + APPROVAL_MS;
    return new Promise((resolve) => {
      const gone = (): void => this.#open.get(id)?.end({ type: "cancel" }, "server-gone");
      const stopTimer = clock.after(APPROVAL_MS, () =>
        this.#open.get(id)?.end({ type: "cancel" }, "expired"),
      );
      signal.addEventListener("abort", gone, { once: true });
      this.#open.set(id, {
        server,
        schema,
        end: (answer, by) => {
          this.#open.delete(id);
          stopTimer();
          signal.removeEventListener("abort", gone);
          log.append({ type: "elicitation.ended", elicitationId: id, answer: answer.type, by });
          resolve(answer);
        },
      });
      log.append({
        type: "elicitation.requested",
        elicitation: {
          id,
          server,
          syscallId,
          message: message.toWellFormed(),
          schema,
          requestedAt,
          expiresAt,
        },
      });
    });
  }

  /** Throws `not-found` for a question that is not open, `bad-input` for content that does not fit its form. */
  answer(id: ElicitationId, answer: ElicitationAnswer): void {
    const open = this.#open.get(id);
    if (!open) {
      throw new KernelError(
        "not-found",
        `${id} is not open: it was answered, has expired, or its server is gone`,
      );
    }
    if (answer.type === "accept") {
      const problem = this.#options.validate(open.schema, answer.content);
      if (problem !== null) {
        throw new KernelError("bad-input", `The answer to ${open.server} does not fit: ${problem}`, {
          field: "answer.content",
        });
      }
    }
    open.end(answer, "person");
  }
}

function refuse(message: string, schema: JsonObject): void {
  const { properties } = schema;
  const fields = typeof properties === "object" && properties !== null ? Object.keys(properties).length : 0;
  const problem =
    message.length > ELICITATION_CHARACTERS
      ? `its text has ${message.length} characters, and ${ELICITATION_CHARACTERS} are the most`
      : fields > ELICITATION_FIELDS
        ? `its form has ${fields} fields, and ${ELICITATION_FIELDS} are the most`
        : JSON.stringify(schema).length > ELICITATION_SCHEMA_CHARACTERS
          ? `its form is longer than ${ELICITATION_SCHEMA_CHARACTERS} characters`
          : null;
  if (problem !== null) throw new KernelError("bad-input", `The question cannot be shown: ${problem}`);
}

import { invariant, KernelError } from "../../../../shared/errors.ts";
import type { ServerName } from "../../../../shared/ids.ts";
import type { Message } from "../../../../shared/messages.ts";
import type { ServerOptions } from "../../../../shared/servers.ts";
import { DEFAULT_PRIORITY } from "../../../../shared/settings.ts";
import { SAMPLE_CHARACTERS, SERVER_SAMPLES, SERVER_SAMPLES_A_MINUTE } from "../../limits.ts";
import type { Clock, ServerEvents } from "../../ports.ts";
import type { SyscallOutcome } from "../../syscall.ts";
import type { SyscallPath } from "../../syscall-path.ts";
import { QuestionRate } from "./question-rate.ts";

type Sample = ServerEvents["sample"];

/** A server's questions to our models: each is a syscall of its own in the model queue. */
export class Sampling {
  readonly #path: () => Pick<SyscallPath, "submit" | "cancel">;
  readonly #rate: QuestionRate;
  readonly #underWay = new Map<ServerName, number>();

  constructor(path: () => Pick<SyscallPath, "submit" | "cancel">, clock: Clock) {
    this.#path = path;
    this.#rate = new QuestionRate(clock, SERVER_SAMPLES_A_MINUTE);
  }

  /** Throws `not-allowed` where the person has not allowed it, `limit-reached`, or why there is no answer. */
  async ask(
    server: ServerName,
    options: ServerOptions,
    { messages, maxTokens, signal }: Parameters<Sample>[0],
  ): Promise<Awaited<ReturnType<Sample>>> {
    refuse(server, options, messages);
    const before = this.#underWay.get(server) ?? 0;
    if (before >= SERVER_SAMPLES) {
      throw new KernelError("limit-reached", `${server} has ${SERVER_SAMPLES} questions to models under way`);
    }
    if (signal.aborted) throw new KernelError("cancelled", `${server} took its question back`);
    if (this.#rate.take(server) === "too-many") {
      const most = `${SERVER_SAMPLES_A_MINUTE} questions to models in a minute`;
      throw new KernelError("limit-reached", `${server} has asked ${most}`);
    }
    this.#underWay.set(server, before + 1);
    try {
      const limit = Math.max(1, Math.min(maxTokens, options.samplingTokens));
      return answerOf(await this.#submit(server, messages, limit, signal));
    } finally {
      const left = (this.#underWay.get(server) ?? 1) - 1;
      if (left > 0) this.#underWay.set(server, left);
      else this.#underWay.delete(server);
    }
  }

  async #submit(
    server: ServerName,
    messages: readonly Message[],
    maxOutputTokens: number,
    signal: AbortSignal,
  ): Promise<SyscallOutcome> {
    const path = this.#path();
    let takeBack = (): void => {};
    const outcome = path.submit(
      {
        agentId: null,
        call: { kind: "llm", model: null, tools: [], maxOutputTokens, messages },
        parent: null,
        priority: DEFAULT_PRIORITY,
        deadline: null,
        tokenBudget: maxOutputTokens,
        prompt: [],
        memoryOwner: `server:${server}`,
        caller: { type: "server", server },
      },
      (id) => {
        takeBack = () => path.cancel(id, "agent-ended", `the server ${server} took its question back`);
      },
    );
    const onAbort = (): void => takeBack();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await outcome;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}

function refuse(server: ServerName, options: ServerOptions, messages: readonly Message[]): void {
  if (options.sampling !== "allow") {
    throw new KernelError("not-allowed", `${server} may not ask models`, {
      hint: `The person can allow it: Tools, ${server}, Sampling`,
    });
  }
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  if (characters > SAMPLE_CHARACTERS) {
    throw new KernelError(
      "bad-input",
      `The question has ${characters} characters, and ${SAMPLE_CHARACTERS} are the most`,
    );
  }
}

function answerOf(outcome: SyscallOutcome): Awaited<ReturnType<Sample>> {
  switch (outcome.state) {
    case "done": {
      const { result } = outcome;
      invariant(result.kind === "llm", "a model call has a model's result");
      const finishReason = result.finishReason === "length" ? "length" : "stop";
      return { text: result.message.content, model: result.model, finishReason };
    }
    case "failed":
      throw KernelError.from(outcome.error);
    case "cancelled":
      throw new KernelError("cancelled", `The question was cancelled: ${outcome.reason}`);
    case "denied":
      throw new KernelError("denied", outcome.reason);
  }
}

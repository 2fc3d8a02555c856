import { estimateTokens } from "../../../shared/messages.ts";
import type { CompletionRun } from "../../kernel/ports.ts";
import type { TextJoint } from "./text-joint.ts";

/** The text of one answer on its way to the kernel: from its beginning, or joined to what an earlier stream brought. */
export class AnswerText {
  readonly #run: Pick<CompletionRun, "output" | "restart">;
  readonly #subject: string;
  #joint: TextJoint | null;
  #text: string;
  #repeated = false;

  /** `joint` continues `partial`; null begins with nothing. `subject` names the server. */
  constructor(
    run: Pick<CompletionRun, "output" | "restart">,
    subject: string,
    continued: { readonly partial: string; readonly joint: TextJoint } | null,
  ) {
    this.#run = run;
    this.#subject = subject;
    this.#joint = continued?.joint ?? null;
    this.#text = continued?.partial ?? "";
  }

  /** The whole answer so far: exactly what the kernel has streamed since the last restart. */
  get text(): string {
    return this.#text;
  }

  /** Whether the server was asked to continue and began its answer again. */
  get outcome(): "as-asked" | "repeated" {
    return this.#repeated ? "repeated" : "as-asked";
  }

  push(text: string): void {
    const joined = this.#joint?.push(text) ?? { type: "text", text };
    if (joined.type === "repeated") {
      this.#repeated = true;
      this.#joint = null;
      this.#text = "";
      this.#run.restart(`${this.#subject} began its answer again instead of continuing it`);
    }
    this.#emit(joined.text);
  }

  /** The answer is whole. */
  end(): void {
    const held = this.#joint?.end() ?? "";
    this.#joint = null;
    this.#emit(held);
  }

  #emit(text: string): void {
    if (text === "") return;
    this.#text += text;
    this.#run.output(text, estimateTokens(text));
  }
}

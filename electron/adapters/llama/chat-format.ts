import { KernelError } from "../../../shared/errors.ts";
import type { Message, ToolSpecification } from "../../../shared/messages.ts";
import type { CallStyle } from "./answer-reader.ts";
import { CHATML } from "./chat-format/chatml.ts";
import { type JinjaTemplate, parseTemplate } from "./chat-format/jinja-template.ts";
import { findPrefixProblem } from "./chat-format/prefix-problem.ts";
import { createSpecialText, piecesOf, type SpecialText } from "./chat-format/special-text.ts";
import {
  findAbilities,
  LEAST_ABILITIES,
  renderAs,
  type TokenTexts,
} from "./chat-format/template-abilities.ts";
import type { TemplateAbilities } from "./chat-format/template-messages.ts";

export interface ChatFormatOptions {
  /** Jinja source out of the model file; null where it has none. */
  readonly template: string | null;
  /** Texts of these tokens; empty where the model has none. */
  readonly bosToken: string;
  readonly eosToken: string;
  /** Texts of the vocabulary's control tokens, so that no message can forge one. Common forms are known without. */
  readonly specialTokens?: readonly string[];
}

/**
 * How a model wants its prompts. A prompt comes in pieces: tokenise each one by itself, with special tokens parsed and
 * (but for the first) no space put before it, and join the tokens. Joined as text they are the prompt. A piece ends
 * inside every text of a message that reads as a special token, so `<|im_end|>` in a message becomes plain text;
 * nearly always there is one piece. The text of the BOS token is in there if the template writes it.
 *
 * The prompt of a conversation is a prefix of the prompt of the same conversation with more messages at its end, the
 * next one being the assistant's, unless `prefixProblem` says otherwise. The same arguments always give the same
 * prompt: templates are told no date.
 */
export interface ChatFormat {
  /** Where the format comes from, and why the file's own template is not used. */
  readonly source: { readonly type: "file" } | { readonly type: "chatml"; readonly problem: string };
  /** How calls of tools look in this format, for `createAnswerReader`. */
  readonly callStyle: CallStyle;
  /** What ends the assistant's turn, where it is not a token of its own kind; null when that is unknown. */
  readonly endOfTurn: string | null;
  /** How the template breaks the rule about prefixes; null when it keeps it. */
  readonly prefixProblem: string | null;
  /** The prompt up to where the assistant's answer begins. Throws `model-file-unusable`. */
  render(messages: readonly Message[], tools: readonly ToolSpecification[]): readonly string[];
  /**
   * What all prompts begin with that have these system messages and tools, whatever the user says: their common part,
   * in pieces. Its last tokens may turn out otherwise in a prompt, where a token crosses the end; compare them.
   * Throws `model-file-unusable`.
   */
  renderShared(messages: readonly Message[], tools: readonly ToolSpecification[]): readonly string[];
}

const HINT = "Choose another file of this model, with a chat template that works.";
const QUOTED_CHARACTERS = 200;

/**
 * Reads a model's chat template. Templates are untrusted and differ in what they know: what one does not know of
 * tools, results and system messages is told in words instead. No template, or one that cannot render a question,
 * means ChatML. Never throws.
 */
export function createChatFormat(options: ChatFormatOptions): ChatFormat {
  const { template: source, bosToken, eosToken } = options;
  const texts = { bosToken, eosToken };
  const special = createSpecialText(source ?? CHATML, [bosToken, eosToken, ...(options.specialTokens ?? [])]);
  if (source !== null && source.trim() !== "") {
    const own = open(source, texts, special);
    if (typeof own !== "string") return new Format(own, texts, special, { type: "file" });
    return chatMl(texts, special, `its chat template cannot be used: ${own}`);
  }
  return chatMl(texts, special, "it has no chat template");
}

interface OpenTemplate {
  readonly template: JinjaTemplate;
  readonly abilities: TemplateAbilities;
  readonly callStyle: CallStyle;
}

/** The template with what it can do, or why it is of no use. */
function open(source: string, texts: TokenTexts, special: SpecialText): OpenTemplate | string {
  try {
    const template = parseTemplate(source);
    const found = findAbilities(template, texts);
    if (found !== null) return { template, ...found };
    renderAs(template, LEAST_ABILITIES, texts, [{ role: "user", content: "Hello" }], [], special);
    return "it leaves out what the user says";
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function chatMl(texts: TokenTexts, special: SpecialText, problem: string): ChatFormat {
  const opened = open(CHATML, texts, special);
  if (typeof opened === "string") throw new Error(`Invariant broken: ChatML renders: ${opened}`);
  return new Format(opened, texts, special, { type: "chatml", problem });
}

class Format implements ChatFormat {
  readonly source: ChatFormat["source"];
  readonly callStyle: CallStyle;
  readonly endOfTurn: string | null;
  readonly prefixProblem: string | null;
  readonly #opened: OpenTemplate;
  readonly #texts: TokenTexts;
  readonly #special: SpecialText;

  constructor(opened: OpenTemplate, texts: TokenTexts, special: SpecialText, source: ChatFormat["source"]) {
    this.#opened = opened;
    this.#texts = texts;
    this.#special = special;
    this.source = source;
    this.callStyle = opened.callStyle;
    this.endOfTurn = this.#findEndOfTurn();
    this.prefixProblem = findPrefixProblem(this);
  }

  render(messages: readonly Message[], tools: readonly ToolSpecification[]): readonly string[] {
    return piecesOf(this.#text(messages, tools));
  }

  renderShared(messages: readonly Message[], tools: readonly ToolSpecification[]): readonly string[] {
    const systems = messages.filter((message) => message.role === "system");
    const asking = (content: string) => this.#text([...systems, { role: "user", content }], tools);
    // Blank words too, since a template may trim them together with the space before them.
    const one = asking("a");
    const others = [asking("0"), asking(" ")];
    let length = 0;
    while (length < one.length && others.every((other) => one[length] === other[length])) length += 1;
    return piecesOf(one.slice(0, length));
  }

  #text(messages: readonly Message[], tools: readonly ToolSpecification[]): string {
    const { template, abilities } = this.#opened;
    try {
      return renderAs(template, abilities, this.#texts, messages, tools, this.#special);
    } catch {
      // A conversation that the probes did not foresee: tell it as simply as can be.
      return this.#plainText(messages, tools);
    }
  }

  #plainText(messages: readonly Message[], tools: readonly ToolSpecification[]): string {
    const { template, abilities } = this.#opened;
    const least = { ...LEAST_ABILITIES, content: abilities.content };
    try {
      return renderAs(template, least, this.#texts, messages, tools, this.#special);
    } catch (thrown) {
      throw new KernelError(
        "model-file-unusable",
        `The chat template of the model file refuses this conversation: ${messageOf(thrown)}`,
        { hint: HINT },
      );
    }
  }

  #findEndOfTurn(): string | null {
    const answer = "zq-answer";
    const { template, abilities } = this.#opened;
    const messages: readonly Message[] = [
      { role: "user", content: "Hello" },
      { role: "assistant", content: answer, toolCalls: [] },
    ];
    try {
      const text = renderAs(template, abilities, this.#texts, messages, [], this.#special, "no");
      const end = text.slice(text.lastIndexOf(answer) + answer.length).trim();
      return end !== "" && end.length <= 64 ? end : null;
    } catch {
      return null;
    }
  }
}

const messageOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, QUOTED_CHARACTERS);

import type { Message, ToolSpecification } from "../../../../shared/messages.ts";
import { type CallStyle, createAnswerReader } from "../answer-reader.ts";
import type { JinjaTemplate } from "./jinja-template.ts";
import { createSpecialText } from "./special-text.ts";
import { type TemplateAbilities, toTemplateInput } from "./template-messages.ts";

/** What is assumed where a template does not say: every template can do this much. */
export const LEAST_ABILITIES: TemplateAbilities = {
  system: "none",
  tools: "text",
  arguments: "object",
  calls: "several",
  besideCalls: "with",
  turns: "alternating",
  content: "string",
};

export interface TokenTexts {
  readonly bosToken: string;
  readonly eosToken: string;
}

/** Words that no template has by itself. */
const WORDS = {
  system: "zq-system",
  later: "zq-later",
  first: "zq-first",
  second: "zq-second",
  third: "zq-third",
  result: "zq-result",
  other: "zq-other",
  tool: "zq_tool",
  value: "zq-value",
} as const;

const TOOL: ToolSpecification = {
  name: WORDS.tool,
  description: "A tool",
  parameters: { type: "object", properties: { key: { type: "string" } }, required: ["key"] },
};
const system = (content: string): Message => ({ role: "system", content });
const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content, toolCalls: [] });
const calling = (...values: readonly string[]): Message => callingBeside("", ...values);
const callingBeside = (content: string, ...values: readonly string[]): Message => ({
  role: "assistant",
  content,
  toolCalls: values.map((value, index) => ({
    id: `id${index}`,
    name: WORDS.tool,
    arguments: { key: value },
  })),
});
const result = (index: number, content: string): Message => ({
  role: "tool",
  toolCallId: `id${index}`,
  name: WORDS.tool,
  content,
  outcome: "ok",
});

/** Renders with these abilities taken for granted. Throws as the template does. */
export function renderAs(
  template: JinjaTemplate,
  abilities: TemplateAbilities,
  texts: TokenTexts,
  messages: readonly Message[],
  tools: readonly ToolSpecification[] = [],
  special = createSpecialText("", []),
  openAssistantTurn: "yes" | "no" = "yes",
): string {
  return template.render({
    ...toTemplateInput(messages, tools, abilities, special),
    ...texts,
    openAssistantTurn,
  });
}

/**
 * What a template can do, found by rendering small conversations and looking whether their words come out, in order
 * and without an exception. null when it cannot even render a question.
 */
export function findAbilities(
  template: JinjaTemplate,
  texts: TokenTexts,
): { readonly abilities: TemplateAbilities; readonly callStyle: CallStyle } | null {
  let abilities = LEAST_ABILITIES;
  const tells = (
    change: Partial<TemplateAbilities>,
    messages: readonly Message[],
    words: readonly string[],
    tools: readonly ToolSpecification[] = [],
  ): boolean => {
    const tried = { ...abilities, ...change };
    try {
      if (!inOrder(renderAs(template, tried, texts, messages, tools), words)) return false;
    } catch {
      return false;
    }
    abilities = tried;
    return true;
  };

  const { first, second, third } = WORDS;
  if (!tells({}, [user(first)], [first]) && !tells({ content: "parts" }, [user(first)], [first])) return null;
  tells(
    { turns: "free" },
    [user(first), user(second), assistant(third), assistant(WORDS.other)],
    [first, second, third, WORDS.other],
  );
  // Some templates move the system's words behind the first question, or leave them out in between.
  const opened = [system(WORDS.system), user(first), assistant(second), user(third)];
  if (tells({ system: "first" }, opened, [WORDS.system, first, second, third])) {
    const interrupted = [...opened.slice(0, 3), system(WORDS.later), user(third)];
    tells({ system: "anywhere" }, interrupted, [WORDS.system, first, second, WORDS.later, third]);
  }
  const used = [user(first), calling(WORDS.value), result(0, WORDS.result), assistant(second), user(third)];
  const usedWords = [first, WORDS.tool, WORDS.value, WORDS.result, second, third];
  for (const wanted of ["object", "string"] as const) {
    const before = abilities;
    const native = { tools: "native", arguments: wanted, calls: "one" } as const;
    const style = tells(native, used, usedWords, [TOOL]) ? findStyle(template, abilities, texts) : null;
    if (style === null) {
      abilities = before;
      continue;
    }
    const several = [user(first), calling(WORDS.value, second), result(0, WORDS.result), result(1, third)];
    tells({ calls: "several" }, several, [first, WORDS.value, second, WORDS.result, third], [TOOL]);
    const beside = [
      user(first),
      callingBeside(second, WORDS.value),
      result(0, third),
      assistant(WORDS.other),
    ];
    const besideWords = [first, second, WORDS.value, third, WORDS.other];
    if (!tells({}, beside, besideWords, [TOOL]))
      tells({ besideCalls: "before" }, beside, besideWords, [TOOL]);
    return { abilities, callStyle: style };
  }
  return { abilities, callStyle: "tagged" };
}

/**
 * The style of a template's calls, by reading one as if a model had written it; null when it shows no tools before
 * they are used, or writes calls in a form that our reader does not know.
 */
function findStyle(
  template: JinjaTemplate,
  abilities: TemplateAbilities,
  texts: TokenTexts,
): CallStyle | null {
  const render = (messages: readonly Message[], open: "yes" | "no"): string =>
    renderAs(template, abilities, texts, messages, [TOOL], undefined, open);
  const asked = [user(WORDS.first)];
  const before = render(asked, "yes");
  const whole = render([...asked, calling(WORDS.value)], "no");
  if (!before.includes(WORDS.tool)) return null;
  // A template may write more behind the opening of a turn than a model is left to write, such as empty thoughts.
  const opening = whole.startsWith(before) ? before : render(asked, "no");
  if (!whole.startsWith(opening)) return null;
  const written = whole.slice(opening.length);
  if (!readable(written)) return null;
  if (written.includes("<tool_call>")) return "tagged";
  if (!written.includes("[TOOL_CALLS]")) return "bare";
  return written.includes("[ARGS]") ? "named" : "list";
}

function readable(written: string): boolean {
  const reader = createAnswerReader([TOOL]);
  reader.push(written);
  try {
    const [call] = reader.finish().toolCalls;
    return call?.name === WORDS.tool && call.arguments.key === WORDS.value;
  } catch {
    return false;
  }
}

function inOrder(text: string, words: readonly string[]): boolean {
  let at = 0;
  for (const word of words) {
    const index = text.indexOf(word, at);
    if (index === -1) return false;
    at = index + word.length;
  }
  return true;
}

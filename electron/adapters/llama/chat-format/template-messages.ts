import type { Message, ToolCall, ToolSpecification } from "../../../../shared/messages.ts";
import type { SpecialText } from "./special-text.ts";
import { callAsText, resultAsText, toolsAsText } from "./tool-text.ts";

/** What a template can do. The rest is put in a form that it can. */
export interface TemplateAbilities {
  /** Where a system message may stand; `none`: its text goes before the first words of the user. */
  readonly system: "anywhere" | "first" | "none";
  /** `native`: it knows tools, calls and results. `text`: they are told in plain words. */
  readonly tools: "native" | "text";
  /** How it wants the arguments of calls. */
  readonly arguments: "object" | "string";
  /** Whether one message may hold several calls. */
  readonly calls: "several" | "one";
  /** Where what is said beside calls goes: `before` for templates that leave it out of a message with calls. */
  readonly besideCalls: "with" | "before";
  /** `alternating`: user and assistant must take turns, the user first. */
  readonly turns: "free" | "alternating";
  /** Whether content is a string or a list of parts. */
  readonly content: "string" | "parts";
}

/** A conversation on its way to a template. */
interface Turn {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly calls?: readonly ToolCall[];
  readonly answers?: { readonly id: string; readonly name: string };
}

/** Said where a template insists on a turn that did not take place. */
const NOTHING_SAID = "...";

/** Messages and tools as this template takes them; what they say is marked, what is added here is not. */
export function toTemplateInput(
  messages: readonly Message[],
  tools: readonly ToolSpecification[],
  abilities: TemplateAbilities,
  special: SpecialText,
): { readonly messages: readonly object[]; readonly tools: readonly object[] | null } {
  const native = abilities.tools === "native";
  let turns = messages.map((message) => toTurn(message, special));
  if (!native) turns = withToolsAsText(turns, special.markAll(toJson(tools)));
  turns = withSystem(turns, abilities.system);
  if (abilities.calls === "one") turns = turns.flatMap(oneCallEach(turns));
  if (abilities.besideCalls === "before") turns = turns.flatMap(textBefore);
  if (abilities.turns === "alternating") turns = alternating(turns);
  const ids = callIds(turns);
  return {
    messages: turns.map((turn) => toTemplateMessage(turn, abilities, ids)),
    tools: native && tools.length > 0 ? special.markAll(toJson(tools)).map(toTemplateTool) : null,
  };
}

const toJson = (tools: readonly ToolSpecification[]) =>
  tools.map(({ name, description, parameters }) => ({ name, description, parameters }));

const toTemplateTool = (tool: ToolSpecification): object => ({ type: "function", function: { ...tool } });

function toTurn(message: Message, special: SpecialText): Turn {
  const content = special.mark(message.content);
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content };
    case "assistant": {
      const calls = message.toolCalls.map((call) => ({
        id: call.id,
        name: special.mark(call.name),
        arguments: special.markAll(call.arguments),
      }));
      return calls.length > 0 ? { role: "assistant", content, calls } : { role: "assistant", content };
    }
    case "tool":
      return { role: "tool", content, answers: { id: message.toolCallId, name: special.mark(message.name) } };
  }
}

function withToolsAsText(turns: readonly Turn[], tools: readonly ToolSpecification[]): Turn[] {
  const told = turns.map((turn): Turn => {
    if (turn.answers !== undefined) {
      return { role: "user", content: resultAsText(turn.answers.name, turn.content) };
    }
    if (turn.calls === undefined) return turn;
    return { role: "assistant", content: joined([turn.content, ...turn.calls.map(callAsText)], "\n") };
  });
  if (tools.length === 0) return told;
  const systems = leadingSystems(told);
  return [...told.slice(0, systems), { role: "system", content: toolsAsText(tools) }, ...told.slice(systems)];
}

function withSystem(turns: readonly Turn[], system: TemplateAbilities["system"]): Turn[] {
  const leading = leadingSystems(turns);
  const words = joined(turns.slice(0, leading).map((turn) => turn.content));
  const rest = turns
    .slice(leading)
    .map(
      (turn): Turn => (turn.role === "system" && system !== "anywhere" ? { ...turn, role: "user" } : turn),
    );
  if (words === "") return rest;
  if (system !== "none") return [{ role: "system", content: words }, ...rest];
  const [first, ...others] = rest;
  return first?.role === "user"
    ? [{ role: "user", content: joined([words, first.content]) }, ...others]
    : [{ role: "user", content: words }, ...rest];
}

const leadingSystems = (turns: readonly Turn[]): number => {
  const first = turns.findIndex((turn) => turn.role !== "system");
  return first === -1 ? turns.length : first;
};

/** A message with several calls as several messages, each followed by its result. */
const oneCallEach =
  (turns: readonly Turn[]) =>
  (turn: Turn, index: number): readonly Turn[] => {
    const callsBefore = turns.slice(0, index).findLast((other) => other.calls !== undefined)?.calls ?? [];
    if (turn.answers !== undefined && callsBefore.length > 1) {
      return callsBefore.some((call) => call.id === turn.answers?.id) ? [] : [turn];
    }
    if (turn.calls === undefined || turn.calls.length < 2) return [turn];
    return turn.calls.flatMap((call, position): readonly Turn[] => {
      const result = turns.slice(index + 1).find((other) => other.answers?.id === call.id);
      const asked: Turn = {
        role: "assistant",
        content: position === 0 ? turn.content : "",
        calls: [call],
      };
      return result === undefined ? [asked] : [asked, result];
    });
  };

/** What is said beside calls as a message of its own. */
const textBefore = (turn: Turn): readonly Turn[] =>
  turn.calls === undefined || turn.content === ""
    ? [turn]
    : [
        { role: turn.role, content: turn.content },
        { ...turn, content: "" },
      ];

/** User and assistant in turns, the user first: neighbours become one, and a turn that is missing is made up. */
function alternating(turns: readonly Turn[]): Turn[] {
  const result: Turn[] = [];
  for (const turn of turns) {
    const before = result.at(-1);
    const speaks = turn.calls === undefined && turn.answers === undefined;
    const merges =
      before?.role === turn.role && speaks && before.calls === undefined && before.answers === undefined;
    if (merges) {
      result[result.length - 1] = { role: turn.role, content: joined([before.content, turn.content]) };
      continue;
    }
    if (turn.role === "assistant" && (before === undefined || before.role === "system")) {
      result.push({ role: "user", content: NOTHING_SAID });
    }
    if (turn.role === "user" && (before?.role === "tool" || before?.calls !== undefined)) {
      result.push({ role: "assistant", content: NOTHING_SAID });
    }
    result.push(turn);
  }
  return result;
}

const joined = (texts: readonly string[], separator = "\n\n"): string =>
  texts.filter((text) => text !== "").join(separator);

/** Ids that every template takes, Mistral's wanting nine letters and digits: by order, so they never change. */
function callIds(turns: readonly Turn[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const turn of turns) {
    const named = [...(turn.calls ?? []), ...(turn.answers === undefined ? [] : [turn.answers])];
    for (const { id } of named) if (!ids.has(id)) ids.set(id, `call${String(ids.size).padStart(5, "0")}`);
  }
  return ids;
}

function toTemplateMessage(
  turn: Turn,
  abilities: TemplateAbilities,
  ids: ReadonlyMap<string, string>,
): object {
  const content = abilities.content === "string" ? turn.content : [{ type: "text", text: turn.content }];
  if (turn.answers !== undefined) {
    return { role: turn.role, tool_call_id: ids.get(turn.answers.id), name: turn.answers.name, content };
  }
  if (turn.calls === undefined) return { role: turn.role, content };
  return {
    role: turn.role,
    content,
    tool_calls: turn.calls.map((call) => ({
      id: ids.get(call.id),
      type: "function",
      function: {
        name: call.name,
        arguments: abilities.arguments === "object" ? call.arguments : JSON.stringify(call.arguments),
      },
    })),
  };
}

import type { Message, ToolCall, ToolSpecification } from "../../../shared/messages.ts";
import { readConversation } from "./conversation.ts";
import { replay } from "./program.ts";
import { recognise } from "./recognise.ts";

/** Longest task that is read, in characters; more is answered with the way out. */
const MAX_TASK_LENGTH = 10_000;
/** Calls on record after which a task is ended: no task of the range needs more. */
const MAX_CALLS = 400;

/** The next thing to do: the sentence that is streamed, and the calls; no calls when the text is the answer. */
export interface Plan {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
}

/**
 * Decides the next step from a conversation and the tools on offer. Pure and deterministic; never throws. Every
 * value in an answer comes from the results on record.
 */
export function plan(messages: readonly Message[], tools: readonly ToolSpecification[]): Plan {
  const { task, recorded, turns, previousAnswer } = readConversation(messages);
  if (task.length > MAX_TASK_LENGTH) {
    return answer(
      `This task is too long for the offline core: it reads at most ${MAX_TASK_LENGTH} characters.`,
    );
  }
  if (recorded.length > MAX_CALLS)
    return answer("I stop here: this task took more calls than I allow myself.");
  const setting = { tools: new Set(tools.map((tool) => tool.name)), previousAnswer };
  const next = replay(recognise(task, setting).start(), recorded);
  if (next.type === "answer") return answer(next.value);
  return {
    text: next.step.say,
    toolCalls: next.step.calls.map(({ name, arguments: args }, index) => ({
      id: `call_${turns}_${index}`,
      name,
      arguments: args,
    })),
  };
}

const answer = (text: string): Plan => ({ text, toolCalls: [] });

import type { Continuation } from "../../../shared/context.ts";
import type { CoreInfo } from "../../../shared/cores.ts";
import { estimateTokens, type Message } from "../../../shared/messages.ts";
import type { ResumeState } from "../ports.ts";
import type { Syscall } from "../syscall.ts";

/** How a turn begins: from where, and what is to be said about it. */
export interface TurnStart {
  readonly resume: ResumeState | null;
  /** null for a first turn, and for one that a slice had ended on the same core: nothing was lost there. */
  readonly continuation: Continuation | null;
}

/**
 * Decides how a model call goes on after its answer, or that of the call before it, was broken off, or came to another
 * core: from the state or the text so far where the core can, else again from the prompt.
 */
export function startOf(syscall: Syscall, core: CoreInfo, messages: readonly Message[]): TurnStart {
  const { options, brokenOff } = syscall;
  const canContinue = core.capabilities.preemption !== "none";
  if (brokenOff !== "no") {
    const goesOn = brokenOff === "goes-on" && canContinue && syscall.streamed !== "";
    const partial = { text: syscall.streamed, tokens: syscall.outputTokens };
    return begin(syscall, core, messages, null, goesOn ? partial : null);
  }
  if (syscall.resume === null && syscall.attempts === 0 && options.continues) {
    const { from, text, tokens } = options.continues;
    const goesOn = canContinue && text !== "";
    return begin(syscall, core, messages, from, goesOn ? { text, tokens } : null);
  }
  const { resume } = syscall;
  if (resume !== null && syscall.resumeOn !== core.id) {
    const partial = { text: resume.partial, tokens: syscall.outputTokens };
    return begin(syscall, core, messages, null, canContinue && partial.text !== "" ? partial : null);
  }
  return { resume, continuation: null };
}

function begin(
  { options }: Syscall,
  { capabilities }: CoreInfo,
  messages: readonly Message[],
  from: Continuation["from"],
  partial: { readonly text: string; readonly tokens: number } | null,
): TurnStart {
  const how = partial === null ? "again" : capabilities.preemption === "kv" ? "state" : "prefill";
  // What a core in this process reads again is in its own report of the switch.
  const resentTokens =
    how === "state"
      ? 0
      : options.counted
        ? options.counted.messages + options.counted.tools
        : estimate(messages);
  const { price } = capabilities;
  const costUsd = price === null ? null : (resentTokens * price.prompt) / 1_000_000;
  const { text, tokens } = partial ?? { text: "", tokens: 0 };
  return {
    resume: partial && { partial: text, state: null },
    continuation: { from, how, text, tokens, resentTokens, costUsd },
  };
}

const estimate = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);

import type { Compaction, CompactionCause, Summariser } from "../../../shared/context.ts";
import type { Message, ToolSpecification } from "../../../shared/messages.ts";
import type { AgentProcess } from "../agents/process.ts";
import type { CoreRegistry } from "../cores/core-registry.ts";
import type { EventLog } from "../events/event-log.ts";
import type { CountedPrompt } from "../syscall.ts";
import type { SyscallPath } from "../syscall-path.ts";
import { type CompactionPlan, planCompaction } from "./compaction-plan.ts";
import { extract } from "./extraction.ts";
import { type Reader, readerOf } from "./readers.ts";
import { inForce } from "./reductions.ts";
import { readSummary, type SummaryTask, summaryMessages, summaryOf } from "./summary.ts";
import type { TokenCounter } from "./token-counts.ts";
import { type ContextWindow, windowOf } from "./window.ts";

export interface ContextManagerOptions {
  readonly log: EventLog;
  readonly cores: CoreRegistry;
  readonly counter: TokenCounter;
  readonly path: () => Pick<SyscallPath, "submit">;
  readonly specifications: (names: readonly string[]) => readonly ToolSpecification[];
}

/** What is known of a prompt that is about to be sent; null where no core serves the agent's model. */
export interface Fit {
  readonly counted: CountedPrompt | null;
}

/** A context as it was counted for its reader. */
interface Measured {
  readonly reader: Reader;
  readonly window: ContextWindow | null;
  /** Of each message of the whole history. */
  readonly history: readonly number[];
  /** Of what models see. */
  readonly messages: number;
  readonly tools: number;
  readonly source: CountedPrompt["source"];
}

/** Keeps the contexts of agents within the windows of the cores that read them, between two turns. */
export class ContextManager {
  readonly #options: ContextManagerOptions;

  constructor(options: ContextManagerOptions) {
    this.#options = options;
  }

  /**
   * Counts the next prompt, and makes the context smaller first when its window fills or the person asked for it.
   * `offered` are the tools of the step. A context that cannot be made to fit is left to the core to judge: counts
   * may be estimates. Never rejects.
   */
  async fit(agent: AgentProcess, offered: readonly string[]): Promise<Fit> {
    const cause = agent.compaction === "wanted" ? "person" : "window";
    agent.compaction = "as-needed";
    let measured = await this.#measure(agent, offered);
    if (measured === null) return { counted: null };
    if ((await this.#reduce(agent, measured, cause)) === "smaller") {
      measured = (await this.#measure(agent, offered)) ?? measured;
      agent.lastPrompt = "unknown";
    }
    const { messages, tools, source } = measured;
    const added = addedTo(agent.lastPrompt, messages + tools);
    agent.lastPrompt = messages + tools;
    return { counted: { messages, tools, source, added } };
  }

  /** After a core refused the prompt as too long: smaller, once for each step, or there is nothing to be done. */
  async refused(agent: AgentProcess, offered: readonly string[]): Promise<"smaller" | "no-room"> {
    const { length } = agent.fold.history;
    if (agent.refusedAt === length) return "no-room";
    agent.refusedAt = length;
    const measured = await this.#measure(agent, offered);
    return measured === null ? "no-room" : this.#reduce(agent, measured, "refused");
  }

  async #measure(agent: AgentProcess, offered: readonly string[]): Promise<Measured | null> {
    const { cores, counter, specifications } = this.#options;
    const reader = readerOf(cores, agent.spec.model);
    if (reader === null) return null;
    const { history, messages } = agent.fold;
    const whole = await counter.messages(reader.core, [...history]);
    const shown = messages === history ? whole : await counter.messages(reader.core, [...messages]);
    const tools = await counter.tools(reader.core, specifications(offered));
    return {
      reader,
      window: windowOf(reader.contextTokens, null),
      history: whole.counts,
      messages: shown.counts.reduce((sum, count) => sum + count, 0),
      tools: tools.tokens,
      source: shown.source,
    };
  }

  async #reduce(
    agent: AgentProcess,
    { reader, window, history: tokens, tools }: Measured,
    cause: CompactionCause,
  ): Promise<"smaller" | "no-room"> {
    const { fold, course } = agent;
    const plan = planCompaction({
      history: fold.history,
      tokens,
      inForce: inForce(fold.compactions).flatMap(({ reductions }) => reductions),
      others: { tools, partial: fold.partial?.tokens ?? 0 },
      window,
      cause,
      summaries: reader.summaries === "native" ? "model" : "extraction",
      mark: fold.compactions.at(-1)?.state === "undone" ? "full" : "high",
    });
    if (plan.type !== "reduce") return "no-room";
    const compaction = await this.#carryOut(agent, plan, cause, reader);
    // Rewound or ended while the summary was written: it is of a course that is left.
    if (agent.end !== null || agent.course !== course) return "no-room";
    this.#options.log.append({ type: "context.compacted", agentId: agent.id, compaction });
    await new Promise<void>((resolve) => this.#options.log.committed(resolve));
    return "smaller";
  }

  async #carryOut(
    agent: AgentProcess,
    { reductions, summarise, tokensBefore, tokensAfter }: Extract<CompactionPlan, { type: "reduce" }>,
    cause: CompactionCause,
    reader: Reader,
  ): Promise<Compaction> {
    const rest = { cause, tokensBefore, tokensAfter };
    if (summarise === null) {
      const extracted = reductions.some(({ type }) => type === "summary");
      return { ...rest, reductions, by: { type: extracted ? "extraction" : "none" } };
    }
    const { text, by } = await this.#summary(agent, summarise, reader);
    const { counts } = await this.#options.counter.texts(reader.core, [text]);
    return { ...rest, reductions: [...reductions, summaryOf(summarise, text, counts[0] ?? 0)], by };
  }

  /** By a syscall of the agent's own model; by extraction where that fails. */
  async #summary(
    agent: AgentProcess,
    task: SummaryTask,
    reader: Reader,
  ): Promise<{ readonly text: string; readonly by: Summariser }> {
    const messages = summaryMessages(task, windowOf(reader.contextTokens, task.maxTokens));
    let syscallId: Extract<Summariser, { type: "model" }>["syscallId"] | null = null;
    const outcome = await this.#options.path().submit(callOf(agent, messages, task.maxTokens), (id) => {
      syscallId = id;
    });
    if (outcome.state === "done" && outcome.result.kind === "llm" && syscallId !== null) {
      const text = readSummary(outcome.result.message.content);
      if (text !== null) return { text, by: { type: "model", syscallId } };
    }
    return { text: extract(task).text, by: { type: "extraction" } };
  }
}

/** Where nobody knows what a server has of the prompt already, all of it may be new, so that nothing is held against it. */
function addedTo(before: AgentProcess["lastPrompt"], now: number): number | null {
  if (before === "none") return null;
  return before === "unknown" || now < before ? now : now - before;
}

const callOf = (agent: AgentProcess, messages: readonly Message[], maxOutputTokens: number) => ({
  agentId: agent.id,
  call: {
    kind: "llm" as const,
    model: agent.spec.model,
    tools: [],
    maxOutputTokens,
    messages,
    purpose: "summary" as const,
  },
  parent: null,
  priority: agent.spec.priority,
  deadline: null,
  tokenBudget: null,
  prompt: [],
  memoryOwner: agent.memoryOwner,
});

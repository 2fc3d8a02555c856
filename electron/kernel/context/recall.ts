import type {
  MemoryId,
  MemoryItem,
  MemoryItemView,
  MemoryOwner,
  Recall,
  RecalledItem,
  SearchedBy,
} from "../../../shared/memory.ts";
import type { Message } from "../../../shared/messages.ts";
import type { ContextMarks } from "../access/context-marks.ts";
import type { Gate } from "../access/gate.ts";
import type { AgentProcess } from "../agents/process.ts";
import type { CoreRegistry } from "../cores/core-registry.ts";
import type { EventLog } from "../events/event-log.ts";
import { MEMORY_SHARE } from "../limits.ts";
import { QUERY_CHARACTERS, RECALL_HITS, RECALL_SHARE, RECALL_TOKENS } from "../limits-recall.ts";
import type { MemorySearch } from "../memory/memory-manager.ts";
import type { EffectsCaller, QueryVector } from "../ports.ts";
import { type Reader, readerOf } from "./readers.ts";
import { type RecallHit, wellMatched, withinBudget } from "./recall-choice.ts";
import { isRecall, RECALL_HEAD, recallLine } from "./recall-message.ts";
import type { TokenCounter } from "./token-counts.ts";
import { roomOf, windowOf } from "./window.ts";

/** What recall needs of memory. */
export interface RecallMemory {
  search(
    search: MemorySearch,
  ): Promise<{ readonly items: readonly MemoryItemView[]; readonly searchedBy: SearchedBy }>;
  use(owner: MemoryOwner, id: MemoryId): Promise<MemoryItem>;
  /** null: by words alone. */
  vectorOf(query: string): Promise<QueryVector | null>;
  /** Memories that a caller reads without naming them: an agent's own, its groups' and the person's, as they allow. */
  readable(caller: EffectsCaller): readonly MemoryOwner[];
}

export interface RecallOptions {
  readonly log: EventLog;
  readonly cores: CoreRegistry;
  readonly counter: TokenCounter;
  readonly gate: Pick<Gate, "foresee">;
  readonly marks: Pick<ContextMarks, "private" | "taint">;
  readonly memory: () => RecallMemory;
}

/** The tool whose holders get what memory has about a turn. */
const RECALL_TOOL = "recall";

/** Puts what memory has about a turn into the context at its beginning: once for each turn, before the model is asked. */
export class Recaller {
  readonly #options: RecallOptions;

  constructor(options: RecallOptions) {
    this.#options = options;
  }

  /**
   * For an agent that has the recall tool, unless its manifest says no, where a call of the tool would be allowed
   * unasked. The context has the message when this resolves. Nothing is logged when nothing matches well, and a
   * memory that cannot be read is no reason not to answer. Never rejects.
   */
  async recall(agent: AgentProcess, offered: readonly string[]): Promise<void> {
    const { manifest } = agent.spec;
    if (manifest.recall !== "on" || !offered.includes(RECALL_TOOL)) return;
    // An answer that has begun goes on with the prompt that it began with.
    const turn = agent.fold.partial === null ? turnText(agent.fold.messages) : "";
    if (turn === "") return;
    try {
      const { course } = agent;
      const query = turn.slice(0, QUERY_CHARACTERS).toWellFormed();
      if (!(await this.#isAllowed(agent, query))) return;
      const recall = await this.#find(agent, query);
      // Rewound or ended meanwhile: the turn is of a course that is left.
      if (recall === null || agent.end !== null || agent.course !== course) return;
      this.#keep(agent, recall);
      await new Promise<void>((resolve) => this.#options.log.committed(resolve));
    } catch {
      // The turn goes on without it, as it would with an empty memory; the Memory screen says what is wrong.
    }
  }

  async #isAllowed({ id, memoryOwner, spec }: AgentProcess, query: string): Promise<boolean> {
    const decision = await this.#options.gate.foresee({
      agentId: id,
      call: { kind: "memory", tool: RECALL_TOOL, arguments: { query }, toolCallId: null },
      parent: null,
      priority: spec.priority,
      deadline: null,
      tokenBudget: null,
      prompt: [],
      memoryOwner,
    });
    return decision.verdict === "allow";
  }

  async #find(agent: AgentProcess, query: string): Promise<Recall | null> {
    const memory = this.#options.memory();
    const { id: agentId, memoryOwner } = agent;
    const vector = await memory.vectorOf(query);
    const { items: found, searchedBy } = await memory.search({
      text: query,
      owners: memory.readable({ agentId, memoryOwner }),
      tag: null,
      limit: RECALL_HITS,
      vector,
      as: "look",
    });
    const hits = found.flatMap(({ item, match }): RecallHit[] => (match ? [{ item, match }] : []));
    const { cores } = this.#options;
    const reader = readerOf(cores, agent.spec.model);
    const known = agent.fold.messages.filter(isRecall);
    const fresh = wellMatched(query, hits).filter(({ item }) => !isIn(known, lineOf(item)));
    if (fresh.length === 0) return null;
    const { head, counted } = await this.#count(fresh, reader);
    const budgetTokens = await this.#budget(known, reader);
    const { items, left } = withinBudget(counted, budgetTokens - head);
    if (items.length === 0) return null;
    const tokens = items.reduce((sum, item) => sum + item.tokens, head);
    const by = vector === null ? this.#wordsAlone() : searchedBy;
    return { query, searchedBy: by, items, left, tokens, budgetTokens };
  }

  /** Why there was no vector to search with. */
  #wordsAlone(): SearchedBy {
    const { meaning } = this.#options.log.state();
    const reason =
      meaning.type === "words-only" ? meaning.reason : "the vector of the words was not there in time";
    return { type: "words", reason };
  }

  async #count(hits: readonly RecallHit[], reader: Reader | null) {
    const texts = [RECALL_HEAD, ...hits.map(({ item }) => `\n${lineOf(item)}`)];
    const { counts } = await this.#options.counter.texts(reader?.core ?? null, texts);
    const counted = hits.map(({ item, match }, index): RecalledItem => {
      const { id, owner, text, provenance } = item;
      return { id, owner, text, origin: provenance.origin, match, tokens: counts[index + 1] ?? 0 };
    });
    return { head: counts[0] ?? 0, counted };
  }

  /** What one turn may take, and what the window's part for memory still has. */
  async #budget(known: readonly Message[], reader: Reader | null): Promise<number> {
    const window = windowOf(reader?.contextTokens ?? null, null);
    if (window === null) return RECALL_TOKENS;
    const room = roomOf(window);
    const { counts } = await this.#options.counter.messages(reader?.core ?? null, known);
    const held = counts.reduce((sum, count) => sum + count, 0);
    return Math.min(RECALL_TOKENS, Math.floor(room * RECALL_SHARE), Math.floor(room * MEMORY_SHARE) - held);
  }

  /** The marks go before the words that they are about. */
  #keep({ id: agentId }: AgentProcess, recall: Recall): void {
    const { log, marks, memory } = this.#options;
    marks.private(agentId, { type: "memory" }, null);
    for (const { id, origin } of recall.items) {
      if (origin !== null) marks.taint(agentId, { type: "memory", item: id, origin }, null);
    }
    log.append({ type: "context.recalled", agentId, recall });
    // One that was removed meanwhile has no uses to count.
    for (const { owner, id } of recall.items)
      void memory()
        .use(owner, id)
        .catch(() => {});
  }
}

/** What was said since the model last spoke or memory was last asked; empty in the middle of a turn. */
export function turnText(messages: readonly Message[]): string {
  const before = messages.findLastIndex((message) => message.role !== "user" || isRecall(message));
  return messages
    .slice(before + 1)
    .map(({ content }) => content)
    .join("\n")
    .trim();
}

const lineOf = ({ id, owner, text, provenance }: MemoryItem): string =>
  recallLine({ id, owner, text, origin: provenance.origin });

const isIn = (messages: readonly Message[], line: string): boolean =>
  messages.some(({ content }) => content.split("\n").includes(line) || content.includes(`\n${line}\n`));

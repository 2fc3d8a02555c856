import type { AgentId } from "../../../shared/ids.ts";
import type { MemoryId, MemoryItem } from "../../../shared/memory.ts";
import type { Settings } from "../../../shared/settings.ts";
import { readerOf } from "../context/readers.ts";
import type { CoreRegistry } from "../cores/core-registry.ts";
import { NOTE_NEIGHBOURS, NOTE_PRIORITY, NOTE_TOKENS, NOTES_WAITING } from "../limits-recall.ts";
import type { QueryVector } from "../ports.ts";
import type { SyscallPath } from "../syscall-path.ts";
import type { MemoryListener, MemoryManager } from "./memory-manager.ts";
import { NOTE_SCHEMA, noteMessages, readNotes } from "./note-words.ts";

export interface NoteTakerOptions {
  readonly memory: Pick<MemoryManager, "search" | "note">;
  readonly cores: CoreRegistry;
  readonly path: () => Pick<SyscallPath, "submit">;
  readonly settings: () => Pick<Settings, "memoryNotes">;
  readonly vectorOf: (query: string) => Promise<QueryVector | null>;
  /** Whether the groups of an agent let a model read what it wrote. */
  readonly mayRead: (agentId: AgentId | null, model: string) => boolean;
}

/**
 * Notes by a model, after A-MEM (Xu et al., "A-MEM: Agentic Memory for LLM Agents", arXiv 2502.12110): of each item
 * that is added a language model names keywords and tags, and those of the nearest items that it belongs with, which
 * become links. In the background, one at a time, after agents' own calls. What fails leaves the item as it is: the
 * log has the call.
 */
export class NoteTaker {
  readonly #options: NoteTakerOptions;
  /** In order of arrival. */
  readonly #waiting = new Map<MemoryId, MemoryItem>();
  #phase: "idle" | "working" | "closed" = "idle";

  constructor(options: NoteTakerOptions) {
    this.#options = options;
  }

  /** For the memory manager's `onChange`. */
  readonly changed: MemoryListener = ({ change, item }) => {
    if (change === "removed") this.#waiting.delete(item.id);
    if (change !== "added" || this.#options.settings().memoryNotes === "off" || this.#phase === "closed")
      return;
    this.#waiting.set(item.id, item);
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= NOTES_WAITING) break;
      this.#waiting.delete(oldest);
    }
    if (this.#phase === "idle") void this.#work();
  };

  close(): void {
    this.#phase = "closed";
    this.#waiting.clear();
  }

  async #work(): Promise<void> {
    this.#phase = "working";
    for (const [id, item] of this.#waiting) {
      this.#waiting.delete(id);
      // An item that is gone, or a memory that cannot be read, has no notes.
      await this.#take(item).catch(() => {});
    }
    if (this.#phase === "working") this.#phase = "idle";
  }

  async #take(item: MemoryItem): Promise<void> {
    const { memory, vectorOf, settings } = this.#options;
    const model = this.#model(item);
    if (model === null || settings().memoryNotes === "off") return;
    const { items } = await memory.search({
      text: item.text.slice(0, 1_000),
      owners: [item.owner],
      tag: null,
      limit: NOTE_NEIGHBOURS + 1,
      vector: await vectorOf(item.text),
      as: "look",
    });
    const nearest = items
      .map((view) => view.item)
      .filter(({ id }) => id !== item.id)
      .slice(0, NOTE_NEIGHBOURS);
    const answer = await this.#ask(item, nearest, model);
    const notes =
      answer === null
        ? null
        : readNotes(
            answer,
            nearest.map(({ id }) => id),
          );
    if (notes) await memory.note(item.owner, item.id, notes, { agentId: null, syscallId: null });
  }

  /** The default model where it is a language model that may read the item; null else. */
  #model({ provenance }: MemoryItem): string | null {
    const reader = readerOf(this.#options.cores, null);
    if (reader?.summaries !== "native") return null;
    return this.#options.mayRead(provenance.agentId, reader.model) ? reader.model : null;
  }

  async #ask(item: MemoryItem, nearest: readonly MemoryItem[], model: string): Promise<string | null> {
    const outcome = await this.#options.path().submit({
      agentId: null,
      caller: { type: "kernel" },
      call: {
        kind: "llm",
        model,
        tools: [],
        maxOutputTokens: NOTE_TOKENS,
        messages: noteMessages(item, nearest),
        purpose: "memory-notes",
      },
      parent: null,
      priority: NOTE_PRIORITY,
      deadline: null,
      tokenBudget: null,
      prompt: [],
      memoryOwner: "kernel",
      responseSchema: NOTE_SCHEMA,
    });
    return outcome.state === "done" && outcome.result.kind === "llm" ? outcome.result.message.content : null;
  }
}

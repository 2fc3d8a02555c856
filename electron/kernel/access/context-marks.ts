import { KernelError } from "../../../shared/errors.ts";
import type { AgentId, SyscallId } from "../../../shared/ids.ts";
import { MARK_SOURCES_KEPT, MARKED_FILES_KEPT } from "../../../shared/limits.ts";
import {
  type ContextMark,
  type Marks,
  NO_MARKS,
  type PrivateSource,
  sourceText,
  type TaintSource,
  withMark,
} from "../../../shared/taint.ts";
import type { EventLog } from "../events/event-log.ts";

/**
 * Owns the marks on contexts and files: text of outside origin, and private data. Marks only grow, until the person
 * declassifies; they travel with words from agent to agent and with files that a marked agent writes.
 */
export class ContextMarks {
  readonly #log: EventLog;
  readonly #outsideFolders: () => readonly string[];
  /** Of agents whose marks changed since the start; the others' are in the state. */
  readonly #marks = new Map<AgentId, Marks>();
  readonly #files: Map<string, string>;

  /** `outsideFolders`: folders of the workspace whose files came from outside, as they are set now. */
  constructor(log: EventLog, outsideFolders: () => readonly string[]) {
    this.#log = log;
    this.#outsideFolders = outsideFolders;
    this.#files = new Map(log.state().markedFiles);
  }

  of(agentId: AgentId | null): Marks {
    if (agentId === null) return NO_MARKS;
    return this.#marks.get(agentId) ?? this.#log.state().agents.get(agentId)?.marks ?? NO_MARKS;
  }

  taint(agentId: AgentId, source: TaintSource, syscallId: SyscallId | null): void {
    this.#add(agentId, { type: "taint", source, syscallId });
  }

  private(agentId: AgentId, source: PrivateSource, syscallId: SyscallId | null): void {
    this.#add(agentId, { type: "private", source, syscallId });
  }

  /**
   * Words of one agent reach another: a task, an answer, a message. What the first has read may be in them, and a
   * question about the second names it: the agent between tells a person little.
   */
  share(from: AgentId, to: AgentId): void {
    const marks = this.of(from);
    if (marks.taint.length > 0) this.taint(to, { type: "agent", agentId: from }, null);
    for (const source of marks.taint) this.taint(to, source, null);
    for (const source of marks.private) this.private(to, source, null);
  }

  /** The person takes responsibility for what the context holds. Throws `not-found`. */
  declassify(agentId: AgentId, what: "taint" | "private"): void {
    if (!this.#log.state().agents.has(agentId)) {
      throw new KernelError("not-found", `There is no agent ${agentId}`);
    }
    this.#marks.set(agentId, { ...this.of(agentId), [what]: [] });
    this.#log.append({ type: "context.declassified", agentId, what });
  }

  /** What an agent has read from outside, in words: it may be in all that the agent writes. null: nothing. */
  originOf(agentId: AgentId | null): string | null {
    const [source] = this.of(agentId).taint;
    return source ? sourceText(source) : null;
  }

  /** An agent wrote a file: what it has read from outside may be in it. `path` is canonical. */
  wrote(agentId: AgentId, path: string): void {
    const origin = this.originOf(agentId);
    if (origin !== null) this.#markFile(path, origin);
  }

  /** What is at `from` goes to `to`, with all that is in it: what marks it goes along. Both are canonical. */
  carry(from: string, to: string): void {
    const origin = this.fileOrigin(from);
    if (origin !== null) {
      this.#markFile(to, origin);
      return;
    }
    for (const path of [...this.#files.keys(), ...this.#outsideFolders()]) {
      if (path.startsWith(`${from}/`))
        this.#markFile(to + path.slice(from.length), this.fileOrigin(path) ?? path);
    }
  }

  /** Where a file, or the folder that holds it, came from, in words; null for the workspace's own. */
  fileOrigin(path: string): string | null {
    const known = this.#markOn(path);
    if (known !== null) return known;
    return this.fileTaint(path).map(sourceText)[0] ?? null;
  }

  /** As `wrote`, for files that have to be looked for: where that fails, everything counts. Never rejects. */
  async wroteFiles(agentId: AgentId | null, files: () => Promise<readonly string[]>): Promise<void> {
    if (agentId === null || this.originOf(agentId) === null) return;
    for (const path of await files().catch(() => ["."])) this.wrote(agentId, path);
  }

  /** Whether a file, or a folder that holds it, came from outside. `path` is canonical. */
  fileTaint(path: string): readonly TaintSource[] {
    const inside = (folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
    const outside = this.#isMarked(path) || this.#outsideFolders().some(inside);
    return outside ? [{ type: "file", path }] : [];
  }

  #isMarked(path: string): boolean {
    return this.#markOn(path) !== null;
  }

  /** The mark on a file, or on a folder that holds it. */
  #markOn(path: string): string | null {
    const slash = path.lastIndexOf("/");
    const above = slash > 0 ? path.slice(0, slash) : ".";
    return this.#files.get(path) ?? (path === "." ? null : this.#markOn(above));
  }

  #markFile(path: string, origin: string): void {
    if (this.#files.get(path) === origin) return;
    this.#files.delete(path);
    this.#files.set(path, origin);
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= MARKED_FILES_KEPT) break;
      this.#files.delete(oldest);
    }
    this.#log.append({ type: "file.marked", path, origin });
  }

  agentEnded(agentId: AgentId): void {
    this.#marks.delete(agentId);
  }

  #add(agentId: AgentId, mark: ContextMark): void {
    const before = this.of(agentId);
    const after = withMark(before, mark, MARK_SOURCES_KEPT);
    if (after === before) return;
    this.#marks.set(agentId, after);
    this.#log.append({ type: "context.marked", agentId, mark });
  }
}

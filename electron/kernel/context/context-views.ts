import {
  type CompactionDetail,
  type CompactionView,
  type ContextMessage,
  type ContextView,
  type SnapshotView,
  snapshotSeq,
} from "../../../shared/context.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { EventOf, KernelEvent } from "../../../shared/events.ts";
import type { AgentId, Seq, SnapshotId } from "../../../shared/ids.ts";
import type { Message } from "../../../shared/messages.ts";
import type { ProcessTable } from "../agents/process-table.ts";
import type { CoreRegistry } from "../cores/core-registry.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock } from "../ports.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { withReadResult } from "../tools/result-tools.ts";
import type { ContextFold } from "./fold.ts";
import { type Reader, readerOf } from "./readers.ts";
import { recallMessage } from "./recall-message.ts";
import { recallsOf } from "./recall-views.ts";
import { applyReductions, inForce, type ShownContext } from "./reductions.ts";
import { findSnapshot, listingSnapshots } from "./snapshots.ts";
import { effectiveEvents, firstFold, rebuildFold } from "./timeline.ts";
import { estimateMessage, type TokenCounter } from "./token-counts.ts";
import { partOf, partTokens, partUses, windowOf } from "./window.ts";

export interface ContextViewParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly table: ProcessTable;
  readonly cores: CoreRegistry;
  readonly tools: ToolRegistry;
  readonly counter: TokenCounter;
}

/** Contexts for screens: now, as they stood, and what compactions made of them. Reads the log; changes nothing. */
export class ContextViews {
  readonly #parts: ContextViewParts;

  constructor(parts: ContextViewParts) {
    this.#parts = parts;
  }

  /** Throws `not-found`. */
  async view(agentId: AgentId, snapshotId: SnapshotId | null): Promise<ContextView> {
    const { tools, counter } = this.#parts;
    const events = this.#eventsOf(agentId);
    const snapshot = snapshotId === null ? null : findSnapshot(events, snapshotId);
    const until = snapshotId === null ? null : snapshotSeq(snapshotId);
    const fold = this.#foldOf(agentId, until);
    const spec = createdOf(events).spec;
    const reader = readerOf(this.#parts.cores, spec.model);
    const effective = effectiveEvents(events, until);
    const offered = snapshot ? lastOffered(effective) : null;
    const specifications = tools.specifications(offered ?? withReadResult(tools.offered(spec.manifest)));
    const { messages, counts, source } = await this.#show(fold, reader);
    const toolTokens = await counter.tools(reader?.core ?? null, specifications);
    const partial = fold.partial?.text ?? null;
    const partialCount = await counter.texts(reader?.core ?? null, partial === null ? [] : [partial]);
    const window = windowOf(reader?.contextTokens ?? null, null);
    const others = { tools: toolTokens.tokens, partial: partialCount.counts[0] ?? 0 };
    const shown = messages.map(({ message }) => message);
    return {
      agentId,
      snapshotId,
      seq: until ?? events.at(-1)?.seq ?? (0 as Seq),
      at: snapshot?.at ?? this.#parts.clock.wall(),
      model: reader?.model ?? spec.model ?? "",
      coreId: reader?.core.info.id ?? null,
      window,
      countedBy: source,
      parts: partUses(partTokens(shown, counts, others, this.#isMemoryTool), window),
      messages,
      tools: specifications,
      partial,
      compactions: fold.compactions.toReversed(),
      recalls: recallsOf(fold),
      kept: snapshotId === null ? (reader?.core.kept?.(agentId) ?? null) : null,
    };
  }

  /** Newest first. Throws `not-found`. */
  async snapshots(agentId: AgentId): Promise<{ snapshots: readonly SnapshotView[]; dropped: number }> {
    const { log, cores, counter } = this.#parts;
    const events = this.#eventsOf(agentId);
    const first = firstFold((id) => log.readAgent(id), events);
    const core = readerOf(cores, createdOf(events).spec.model)?.core ?? null;
    const known = new Map<Message, number>();
    const all = [...first.history, ...events.flatMap(messagesIn)];
    const { counts } = await counter.messages(core, all);
    all.forEach((message, index) => {
      known.set(message, counts[index] ?? 0);
    });
    const tokensOf = (message: Message) => known.get(message) ?? estimateMessage(message);
    const listing = listingSnapshots(events, tokensOf, first);
    let step = listing.next();
    while (!step.done) {
      await new Promise<void>((resolve) => this.#parts.clock.soon(resolve));
      step = listing.next();
    }
    return step.value;
  }

  /** Throws `not-found` for a compaction that the present course of events does not hold. */
  async compaction(agentId: AgentId, seq: Seq): Promise<CompactionDetail> {
    const { cores } = this.#parts;
    const reader = readerOf(cores, createdOf(this.#eventsOf(agentId)).spec.model);
    const compaction = this.#foldOf(agentId, null).compactions.find((each) => each.seq === seq);
    if (!compaction) throw new KernelError("not-found", `${agentId} has no compaction ${seq} in its context`);
    const { history, compactions } = this.#foldOf(agentId, seq);
    const earlier = inForce(compactions).filter((each) => each.seq < seq);
    const before = applyReductions(history, earlier);
    const after = applyReductions(history, [...earlier, compaction]);
    const touched = positionsOf(compaction);
    return {
      compaction,
      before: await this.#changed(before, touched, reader),
      after: await this.#changed(after, touched, reader),
    };
  }

  /** The live context where there is one: it is what the next call will be sent. */
  #foldOf(agentId: AgentId, until: Seq | null): ContextFold {
    const { log, table } = this.#parts;
    const live = until === null ? table.get(agentId) : null;
    return live?.fold ?? rebuildFold((id) => log.readAgent(id), agentId, until);
  }

  #eventsOf(agentId: AgentId): readonly KernelEvent[] {
    const events = [...this.#parts.log.readAgent(agentId)];
    if (events.length === 0) throw new KernelError("not-found", `There is no agent ${agentId}`);
    return events;
  }

  async #show(fold: ContextFold, reader: Reader | null) {
    const shown = applyReductions(fold.history, inForce(fold.compactions));
    const { counts, source } = await this.#parts.counter.messages(reader?.core ?? null, [...shown.messages]);
    return { messages: this.#rows(shown, counts), counts, source };
  }

  async #changed(shown: ShownContext, touched: ReadonlySet<number>, reader: Reader | null) {
    const { counts } = await this.#parts.counter.messages(reader?.core ?? null, [...shown.messages]);
    return this.#rows(shown, counts).filter((_, index) =>
      shown.shapes[index]?.positions.some((position) => touched.has(position)),
    );
  }

  #rows({ messages, shapes }: ShownContext, counts: readonly number[]): readonly ContextMessage[] {
    return messages.map((message, index) => ({
      message,
      part: partOf(message, this.#isMemoryTool),
      tokens: counts[index] ?? 0,
      shape: shapes[index]?.shape ?? "whole",
    }));
  }

  readonly #isMemoryTool = (name: string): boolean => this.#parts.tools.get(name)?.kind === "memory";
}

function createdOf(events: readonly KernelEvent[]): EventOf<"agent.created"> {
  const created = events.find((event) => event.type === "agent.created");
  if (created?.type !== "agent.created") throw new KernelError("not-found", "The agent has no beginning");
  return created;
}

/** The tools of the last step before; null when there was none. */
function lastOffered(events: readonly KernelEvent[]): readonly string[] | null {
  const step = events.findLast(
    (event) => event.type === "syscall.created" && event.call.kind === "llm" && event.call.messages === null,
  );
  return step?.type === "syscall.created" && step.call.kind === "llm" ? step.call.tools : null;
}

function messagesIn(event: KernelEvent): readonly Message[] {
  if (event.type === "context.recalled") return [recallMessage(event.recall)];
  if (event.type === "context.appended") return event.messages;
  return event.type === "syscall.done" && event.result.kind === "llm" ? [event.result.message] : [];
}

function positionsOf({ reductions }: CompactionView): ReadonlySet<number> {
  const positions = new Set<number>();
  for (const reduction of reductions) {
    if (reduction.type !== "summary") positions.add(reduction.position);
    else for (let at = reduction.from; at < reduction.to; at += 1) positions.add(at);
  }
  return positions;
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EVENT_VERSION,
  type EventOf,
  type EventType,
  type KernelEvent,
  type KernelEventBody,
} from "../../../shared/events.ts";
import { type Seq, seq, syscallId } from "../../../shared/ids.ts";
import { type MemoryOwner, memoryId } from "../../../shared/memory.ts";
import { reduce } from "../../../shared/reduce.ts";
import { emptyState, type SystemState } from "../../../shared/state.ts";
import { openMemoryInProcess } from "../../adapters/testing/memory-in-process.ts";
import type { MemoryBudgets, MemoryCaller, MemoryDraft, MemoryManager } from "../memory/memory-manager.ts";
import { createMemoryManager } from "../memory/tiered-memory.ts";
import type { MemoryStore } from "../ports.ts";
import { ManualClock } from "./manual-clock.ts";

/** Fake: a log that commits at once and is gone with the test. Its state is the real one. */
export class InstantLog {
  readonly events: KernelEvent[] = [];
  readonly #state: SystemState = emptyState();

  append(body: KernelEventBody): Seq {
    const event: KernelEvent = {
      v: EVENT_VERSION,
      seq: seq(this.events.length + 1),
      at: 0,
      mono: 0,
      ...body,
    };
    this.events.push(event);
    reduce(this.#state, event);
    return event.seq;
  }

  state(): SystemState {
    return this.#state;
  }

  of<T extends EventType>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }
}

export const THE_PERSON: MemoryCaller = { agentId: null, syscallId: syscallId(1) };

/** A memory manager over a real store in a folder of its own, with manual time. */
export class MemoryStand {
  readonly clock: ManualClock;
  readonly log: InstantLog;
  readonly #folder: string;
  readonly #open: (file: string) => MemoryStore | Promise<MemoryStore>;
  disk: MemoryStore;
  manager: MemoryManager;
  budgets: MemoryBudgets;
  #numbers = 0;

  private constructor(
    folder: string,
    open: (file: string) => MemoryStore | Promise<MemoryStore>,
    disk: MemoryStore,
    budgets: MemoryBudgets,
  ) {
    this.clock = new ManualClock();
    this.log = new InstantLog();
    this.#folder = folder;
    this.#open = open;
    this.disk = disk;
    this.budgets = budgets;
    this.manager = this.#newManager();
  }

  static async open(
    open: (file: string) => MemoryStore | Promise<MemoryStore> = openMemoryInProcess,
    budgets: MemoryBudgets = { standard: 100_000, own: {} },
  ): Promise<MemoryStand> {
    const folder = mkdtempSync(join(tmpdir(), "aios-memory-"));
    const stand = new MemoryStand(folder, open, await open(join(folder, "memory.db")), budgets);
    await stand.manager.open();
    return stand;
  }

  /** A draft with the next id. */
  draft(owner: MemoryOwner, text: string, fields: Partial<MemoryDraft> = {}): MemoryDraft {
    this.#numbers += 1;
    const id = memoryId(this.#numbers);
    return { id, owner, text, tags: [], metadata: {}, origin: null, duplicates: "merge", ...fields };
  }

  setBudgets(budgets: MemoryBudgets): void {
    this.budgets = budgets;
    this.manager.setBudgets(budgets);
  }

  /** A new manager over the same file: RAM is empty again. `kill` writes nothing down before. */
  async restart(how: "stop" | "kill"): Promise<void> {
    if (how === "stop") await this.manager.close();
    await this.disk.close();
    this.disk = await this.#open(join(this.#folder, "memory.db"));
    await this.restartManager("kill");
  }

  /** As `restart`, with the file left open: quick. */
  async restartManager(how: "stop" | "kill"): Promise<void> {
    if (how === "stop") await this.manager.close();
    this.manager = this.#newManager();
    await this.manager.open();
  }

  async close(): Promise<void> {
    await this.manager.close();
    await this.disk.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #newManager(): MemoryManager {
    const { disk, log, clock, budgets } = this;
    return createMemoryManager({ disk, log, clock, budgets });
  }
}

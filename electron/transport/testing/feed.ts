import { type ContractHandlers, METHOD_NAMES } from "../../../shared/contract.ts";
import type { KernelEventBody } from "../../../shared/events.ts";
import { EventLog } from "../../kernel/events/event-log.ts";
import { ManualClock, nextTurn } from "../../kernel/testing/manual-clock.ts";
import { MemoryEventStore } from "../../kernel/testing/memory-event-store.ts";

/** Fake: handlers that answer with their own name. */
export const namingHandlers = Object.fromEntries(
  METHOD_NAMES.map((name) => [name, async (input: unknown) => ({ name, input })]),
) as unknown as ContractHandlers;

/** A real event log to follow, over a log in memory. */
export class TestFeed {
  readonly store = new MemoryEventStore();
  readonly log = new EventLog(this.store, new ManualClock());

  /** Logs events and waits until they are committed. */
  async append(...bodies: readonly KernelEventBody[]): Promise<void> {
    for (const body of bodies) this.log.append(body);
    const last = this.store.rows.length + bodies.length;
    while (this.log.state().seq < last) await nextTurn();
  }
}

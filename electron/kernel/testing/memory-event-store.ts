import type { AuditReport } from "../../../shared/contract-access.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import { type Seq, seq } from "../../../shared/ids.ts";
import type { Store } from "../ports.ts";

/** Fake: a log in memory that refuses on demand, which no real disk does. Keeps events as JSON, like the real one. */
export class MemoryEventStore implements Store {
  readonly rows: string[];
  /** Sizes of the commits, in order. */
  readonly commits: number[] = [];
  checkpoint: { readonly seq: Seq; readonly text: string } | null = null;
  refuses: "nothing" | "appends" | "checkpoints" = "nothing";
  state: "open" | "closed" = "open";

  constructor(events: readonly KernelEvent[] = []) {
    this.rows = events.map((event) => JSON.stringify(event));
  }

  get events(): KernelEvent[] {
    return this.rows.map((row) => JSON.parse(row));
  }

  append(events: readonly KernelEvent[]): void {
    if (this.refuses === "appends") throw new Error("the disk is full");
    events.forEach((event, index) => {
      if (event.seq !== this.rows.length + 1 + index) throw new Error(`a gap before ${event.seq}`);
    });
    for (const event of events) this.rows.push(JSON.stringify(event));
    this.commits.push(events.length);
  }

  read({ from, limit, agentId }: Parameters<Store["read"]>[0]): KernelEvent[] {
    const later = this.rows.slice(from).map((row): KernelEvent => JSON.parse(row));
    return later
      .filter((event) => agentId === null || ("agentId" in event && event.agentId === agentId))
      .slice(0, limit);
  }

  readSyscall(syscallId: Parameters<Store["readSyscall"]>[0]): KernelEvent[] {
    return this.events.filter((event) => "syscallId" in event && event.syscallId === syscallId);
  }

  lastSeq(): Seq {
    return seq(this.rows.length);
  }

  saveCheckpoint(at: Seq, text: string): void {
    if (this.refuses === "checkpoints") throw new Error("the disk is full");
    this.checkpoint = { seq: at, text };
  }

  loadCheckpoint(): { readonly seq: Seq; readonly text: string } | null {
    return this.checkpoint;
  }

  readAudit(): ReturnType<Store["readAudit"]> {
    return { rows: [], more: "no" };
  }

  verifyAudit(): AuditReport {
    return { type: "intact", rows: 0, lastSeq: null };
  }

  close(): void {
    this.state = "closed";
  }
}

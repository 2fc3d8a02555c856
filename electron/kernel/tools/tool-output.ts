import type { Progress } from "../../../shared/syscall.ts";
import type { EventLog } from "../events/event-log.ts";
import { OUTPUT_CHARACTERS, PROGRESS_CHARACTERS, PROGRESS_MS } from "../limits.ts";
import { OutputStream } from "../output-stream.ts";
import type { Clock } from "../ports.ts";
import { isFinal, type Syscall } from "../syscall.ts";

const CUT_NOTE = `\n… (further output is not shown: ${OUTPUT_CHARACTERS} characters are)`;

/**
 * What a running tool lets screens see. Text is gathered and bounded; of progress the last word counts. Takes
 * anything at any time and never throws; what comes after `close` is dropped.
 */
export class ToolOutput {
  readonly #syscall: Syscall;
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #stream: OutputStream;
  #left = OUTPUT_CHARACTERS;
  /** First half of a surrogate pair whose second half is still to come. */
  #half = "";
  #pending: Progress | null = null;
  #stopTimer: (() => void) | null = null;
  #state: "open" | "closed" = "open";

  constructor(syscall: Syscall, log: EventLog, clock: Clock) {
    this.#syscall = syscall;
    this.#log = log;
    this.#clock = clock;
    this.#stream = new OutputStream(syscall, log, clock);
  }

  write(text: string): void {
    if (this.#state === "closed" || this.#left === 0 || text === "") return;
    const all = this.#half + text.slice(0, this.#left);
    this.#half = /[\ud800-\udbff]$/.exec(all)?.[0] ?? "";
    this.#left = Math.max(0, this.#left - text.length);
    const whole = all.slice(0, all.length - this.#half.length).toWellFormed();
    this.#stream.write(this.#left === 0 ? whole + CUT_NOTE : whole, 0);
  }

  progress({ done, total, message }: Progress): void {
    if (this.#state === "closed" || !Number.isFinite(done)) return;
    this.#pending = {
      done,
      total: total !== null && Number.isFinite(total) ? total : null,
      message: message.slice(0, PROGRESS_CHARACTERS).toWellFormed(),
    };
    if (this.#stopTimer === null) this.#deliver();
  }

  /** Delivers what is still held back. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.#append();
    if (this.#half !== "") this.#stream.write(this.#half.toWellFormed(), 0);
    this.#stream.flush();
  }

  #deliver(): void {
    this.#append();
    this.#stopTimer = this.#clock.after(PROGRESS_MS, () => {
      this.#stopTimer = null;
      if (this.#pending !== null) this.#deliver();
    });
  }

  #append(): void {
    const progress = this.#pending;
    this.#pending = null;
    const { id: syscallId, options, state } = this.#syscall;
    if (progress === null || isFinal(state)) return;
    this.#log.append({ type: "syscall.progressed", agentId: options.agentId, syscallId, progress });
  }
}

import type { EventLog } from "./events/event-log.ts";
import { STREAM_FLUSH_MS } from "./limits.ts";
import type { Clock } from "./ports.ts";
import { isFinal, type Syscall } from "./syscall.ts";

/** Gathers the output of a running call and puts it into the log every STREAM_FLUSH_MS (C5). */
export class OutputStream {
  readonly #syscall: Syscall;
  readonly #log: EventLog;
  readonly #clock: Clock;
  #text = "";
  #tokens = 0;
  #stopTimer: (() => void) | null = null;

  constructor(syscall: Syscall, log: EventLog, clock: Clock) {
    this.#syscall = syscall;
    this.#log = log;
    this.#clock = clock;
  }

  write(text: string, tokens: number): void {
    this.#text += text;
    this.#tokens += tokens;
    this.#stopTimer ??= this.#clock.after(STREAM_FLUSH_MS, () => this.flush());
  }

  flush(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    if (this.#tokens === 0 && this.#text === "") return;
    const { id: syscallId, options, state } = this.#syscall;
    if (!isFinal(state)) {
      const { agentId } = options;
      this.#log.append({
        type: "syscall.output",
        agentId,
        syscallId,
        text: this.#text,
        tokens: this.#tokens,
      });
    }
    this.#text = "";
    this.#tokens = 0;
  }

  restart(reason: string): void {
    this.flush();
    if (this.#syscall.outputTokens === 0) return;
    this.#syscall.outputTokens = 0;
    const { id: syscallId, options } = this.#syscall;
    this.#log.append({ type: "syscall.restarted", agentId: options.agentId, syscallId, reason });
  }

  /** The whole answer follows in the result: what is left needs no event of its own. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }
}

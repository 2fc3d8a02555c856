import type { TokenSource } from "../../shared/context.ts";
import { invariant, type KernelErrorData } from "../../shared/errors.ts";
import type { CancelCause } from "../../shared/events.ts";
import type { AgentId, CoreId, SyscallId } from "../../shared/ids.ts";
import type { JsonObject, Message } from "../../shared/messages.ts";
import type {
  SyscallCall,
  SyscallCaller,
  SyscallResult,
  SyscallState,
  SyscallTimes,
} from "../../shared/syscall.ts";
import type { ResumeState } from "./ports.ts";

/** How a syscall ended, for its caller. */
export type SyscallOutcome =
  | { readonly state: "done"; readonly result: SyscallResult }
  | { readonly state: "failed"; readonly error: KernelErrorData }
  | { readonly state: "cancelled"; readonly cause: CancelCause; readonly reason: string }
  | { readonly state: "denied"; readonly reason: string };

const NEXT: Readonly<Record<SyscallState, readonly SyscallState[]>> = {
  created: ["gated", "failed", "cancelled"],
  gated: ["queued", "denied", "failed", "cancelled"],
  queued: ["running", "failed", "cancelled"],
  running: ["suspended", "done", "failed", "cancelled"],
  suspended: ["queued", "failed", "cancelled"],
  done: [],
  failed: [],
  cancelled: [],
  denied: [],
};

/** Whether a syscall in `from` may go to `to`. */
export const allowsTransition = (from: SyscallState, to: SyscallState): boolean => NEXT[from].includes(to);

export const isFinal = (state: SyscallState): boolean => NEXT[state].length === 0;

export interface SyscallOptions {
  readonly agentId: AgentId | null;
  readonly call: SyscallCall;
  readonly parent: SyscallId | null;
  readonly priority: number;
  /** Wall time in ms. */
  readonly deadline: number | null;
  /** Output tokens that it may make in all. */
  readonly tokenBudget: number | null;
  /** Messages of an agent's context, for a model call without messages of its own. */
  readonly prompt: readonly Message[];
  /** Owner of the memory that the call may touch. */
  readonly memoryOwner: string;
  /** Who calls when it is no agent; a program by default. */
  readonly caller?: SyscallCaller;
  /** An earlier call of the agent whose answer had begun: this one goes on from there where the core can. */
  readonly continues?: PartialAnswer & { readonly from: SyscallId };
  /** The prompt's tokens as the kernel counted them, to compare with what the server reports. */
  readonly counted?: CountedPrompt;
  /** JSON Schema that a model's answer must fit, for cores that can promise it. */
  readonly responseSchema?: JsonObject;
  /** Takes the vectors of a call for embeddings, one for each text, before the call is done: the log has none. */
  readonly vectors?: (vectors: readonly Float32Array[]) => void;
}

export interface CountedPrompt {
  readonly messages: number;
  readonly tools: number;
  readonly source: TokenSource;
  /** Tokens that it has more than the agent's prompt before; null for the first one. */
  readonly added: number | null;
}

/** An answer that has only begun. */
export interface PartialAnswer {
  readonly text: string;
  readonly tokens: number;
}

/** The kernel's record of one syscall. Its only owner is the syscall table; `to` guards its states. */
export class Syscall {
  readonly id: SyscallId;
  readonly options: SyscallOptions;
  readonly createdAt: number;
  readonly settle: (outcome: SyscallOutcome) => void;
  priority: number;
  #state: SyscallState = "created";
  /** Monotonic time of the last change of state. */
  #since: number;
  #waitMs = 0;
  #serviceMs = 0;
  /** Runs when the call is cancelled while it is not running: leaves a queue, calls off a timer. */
  detach: (() => void) | null = null;
  #abort: AbortController | null = null;
  resume: ResumeState | null = null;
  /** The core that `resume` is of: no other understands its state. */
  resumeOn: CoreId | null = null;
  /** The answer so far on a core that goes on from text alone. */
  streamed = "";
  /** Set when the answer was broken off, until the next turn says how it goes on. */
  brokenOff: "no" | "goes-on" | "again" = "no";
  attempts = 0;
  outputTokens = 0;

  constructor(
    id: SyscallId,
    options: SyscallOptions,
    now: number,
    settle: (outcome: SyscallOutcome) => void,
  ) {
    this.id = id;
    this.options = options;
    this.priority = options.priority;
    this.createdAt = now;
    this.#since = now;
    this.settle = settle;
  }

  get state(): SyscallState {
    return this.#state;
  }

  /** Made on first use: most calls end before anyone asks. */
  get abort(): AbortController {
    this.#abort ??= new AbortController();
    return this.#abort;
  }

  /** Changes the state and adds the time since the last change to wait or service. Returns that time in ms. */
  to(next: SyscallState, now: number): number {
    invariant(
      allowsTransition(this.#state, next),
      `syscall ${this.id} cannot go from ${this.#state} to ${next}`,
    );
    const elapsed = Math.max(0, now - this.#since);
    if (this.#state === "running") this.#serviceMs += elapsed;
    else this.#waitMs += elapsed;
    this.#state = next;
    this.#since = now;
    return elapsed;
  }

  times(now: number): SyscallTimes {
    return { waitMs: this.#waitMs, serviceMs: this.#serviceMs, turnaroundMs: now - this.createdAt };
  }
}

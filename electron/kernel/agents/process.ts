import { KernelError, type KernelErrorData } from "../../../shared/errors.ts";
import type { AgentEnding, AgentSpec } from "../../../shared/events.ts";
import type { AgentId, SyscallId } from "../../../shared/ids.ts";
import type { Approval } from "../../../shared/permission.ts";
import type { SyscallTimes } from "../../../shared/syscall.ts";
import type { Decided } from "../access/approvals.ts";
import { ContextFold } from "../context/fold.ts";
import { MAILBOX_MESSAGES } from "../limits.ts";

export interface AgentEnd {
  readonly status: AgentEnding;
  readonly answer: string | null;
  readonly error: KernelErrorData | null;
}

export interface Mail {
  readonly from: AgentId | "person";
  readonly text: string;
}

/** A tool call that was with the person, or approved by one, when the last kernel stopped. */
export interface OpenRequest {
  readonly syscallId: SyscallId;
  readonly approval: Approval;
  readonly decided: Decided | null;
}

/** A stopped kernel's clock is gone: what a call of its time had taken cannot be told. */
export const NO_TIMES: SyscallTimes = { waitMs: 0, serviceMs: 0, turnaroundMs: 0 };

/** One live agent. Owned by the process table; its context changes only as events are committed. */
export class AgentProcess {
  readonly id: AgentId;
  spec: AgentSpec;
  /** Replaced by the log's follower when the agent was rewound or forked. */
  fold: ContextFold;
  readonly mailbox: Mail[] = [];
  readonly children = new Set<AgentId>();
  /** Children that a rewind ended with the course which had started them. */
  readonly leftChildren = new Set<AgentId>();
  /** By tool call id; each is used once, by the first step after a restart. */
  readonly openRequests = new Map<string, OpenRequest>();
  /** Model calls made in this run. */
  steps = 0;
  readonly ended = Promise.withResolvers<AgentEnd>();
  end: AgentEnd | null = null;
  control: "active" | "paused" = "active";
  /** Counts rewinds: what a step had begun before one is void after it. */
  course = 0;
  /** Settles when a rewind is in the log, and the context is the one of then. */
  ready: Promise<void> = Promise.resolve();
  /** The person wants the context smaller before the next step. */
  compaction: "as-needed" | "wanted" = "as-needed";
  /** Messages of the history when a prompt was last refused as too long: one more try, not two. */
  refusedAt: number | null = null;
  /** Tokens of the prompt before, as counted; `unknown` when a server may have read more, or other, than that. */
  lastPrompt: number | "none" | "unknown" = "none";
  #active = Promise.resolve();
  #activate: (() => void) | null = null;

  constructor(id: AgentId, spec: AgentSpec, fold = new ContextFold()) {
    this.id = id;
    this.spec = spec;
    this.fold = fold;
  }

  /** Each agent name has one memory, shared by its runs. */
  get memoryOwner(): string {
    return `agent:${this.spec.manifest.name}`;
  }

  /** Throws `limit-reached` when nobody reads the agent's mail. */
  receive(mail: Mail): void {
    if (this.mailbox.length >= MAILBOX_MESSAGES) {
      throw new KernelError("limit-reached", `${this.id} has ${MAILBOX_MESSAGES} unread messages`);
    }
    this.mailbox.push(mail);
  }

  pause(): void {
    if (this.control === "paused") return;
    this.control = "paused";
    this.#active = new Promise((resolve) => {
      this.#activate = resolve;
    });
  }

  /** What the steps before have left behind is void: of a course that is left, or of a kernel that stopped. */
  forgetSteps(): void {
    this.refusedAt = null;
    this.lastPrompt = "unknown";
  }

  resume(): void {
    this.control = "active";
    this.#activate?.();
  }

  /** Resolves at once for an active agent, else when it is resumed or ends. */
  whileActive(): Promise<void> {
    return this.#active;
  }
}

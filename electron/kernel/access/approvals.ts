import { KernelError } from "../../../shared/errors.ts";
import type { ApprovalId } from "../../../shared/ids.ts";
import { APPROVAL_MS } from "../../../shared/limits.ts";
import type { Approval, ApprovalAnswer, DecidedApprovalBy } from "../../../shared/permission.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock } from "../ports.ts";
import type { Syscall } from "../syscall.ts";

interface Pending {
  readonly approval: Approval;
  readonly syscall: Syscall;
  readonly stopTimer: () => void;
  readonly resolve: (decided: Decided) => void;
}

export interface Decided {
  readonly answer: ApprovalAnswer;
  readonly by: DecidedApprovalBy;
}

export interface ApprovalsOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  /** Throws why an answer cannot be taken. */
  readonly check: (approval: Approval, answer: ApprovalAnswer) => void;
  /** Told of an answer in the turn in which it is accepted: after its event, before anybody acts on it. */
  readonly decided: (approval: Approval, decided: Decided) => void;
}

/** Owns the requests that wait for a person. Each ends with one answer, by a person, by time or with its agent. */
export class Approvals {
  readonly #options: ApprovalsOptions;
  readonly #pending = new Map<ApprovalId, Pending>();

  constructor(options: ApprovalsOptions) {
    this.#options = options;
  }

  /** Puts a new request before the person. */
  ask(approval: Approval, syscall: Syscall): Promise<Decided> {
    const { agentId } = syscall.options;
    this.#options.log.append({ type: "approval.requested", agentId, syscallId: syscall.id, approval });
    return this.#wait(approval, syscall, APPROVAL_MS);
  }

  /** Waits again for an answer that was open when the kernel stopped, with the whole time to give it. */
  askAgain(approval: Approval, syscall: Syscall): Promise<Decided> {
    const { log, clock } = this.#options;
    const expiresAt = clock.wall() + APPROVAL_MS;
    const { agentId } = syscall.options;
    const approvalId = approval.id;
    log.append({ type: "approval.extended", agentId, syscallId: syscall.id, approvalId, expiresAt });
    return this.#wait({ ...approval, expiresAt }, syscall, APPROVAL_MS);
  }

  /** Throws `not-found` for a request that is not, or no longer, open, `not-allowed` for an answer too wide, and what `check` throws. */
  answer(approvalId: ApprovalId, answer: ApprovalAnswer, by: DecidedApprovalBy): void {
    const pending = this.#pending.get(approvalId);
    if (!pending) {
      throw new KernelError(
        "not-found",
        `${approvalId} waits for no answer: it was answered, it expired or its agent has ended`,
      );
    }
    const { approval, syscall } = pending;
    refuseTooWide(approval, answer);
    this.#options.check(approval, answer);
    this.#pending.delete(approvalId);
    pending.stopTimer();
    const { agentId } = syscall.options;
    this.#options.log.append({
      type: "approval.decided",
      agentId,
      syscallId: syscall.id,
      approvalId,
      answer,
      by,
    });
    // Whoever waits goes on after this turn: what the answer keeps is there by then, and the order is that of asking.
    pending.resolve({ answer, by });
    this.#options.decided(approval, { answer, by });
  }

  /** The kernel stops: nothing expires any more, and what waits is there again after the next start. */
  close(): void {
    for (const { stopTimer } of this.#pending.values()) stopTimer();
  }

  /** Requests of the same agent and tool that wait and may be allowed for the run. */
  alike({ agentId, tool }: Approval): readonly Approval[] {
    return [...this.#pending.values()]
      .map(({ approval }) => approval)
      .filter((each) => each.agentId === agentId && each.tool === tool && each.runGrantText !== null);
  }

  #wait(approval: Approval, syscall: Syscall, ms: number): Promise<Decided> {
    return new Promise((resolve) => {
      const stopTimer = this.#options.clock.after(ms, () => {
        this.answer(approval.id, { type: "deny", reason: "" }, "expired");
      });
      this.#pending.set(approval.id, { approval, syscall, stopTimer, resolve });
      // A call that is cancelled takes its request with it.
      syscall.detach = () => {
        if (this.#pending.has(approval.id)) {
          this.answer(approval.id, { type: "deny", reason: "The agent has ended" }, "agent-ended");
        }
      };
    });
  }
}

function refuseTooWide(approval: Approval, answer: ApprovalAnswer): void {
  const onlyOnce = (): KernelError =>
    new KernelError("not-allowed", `${approval.id} can be allowed once only: its risk is ${approval.risk}`);
  if (answer.type === "run" && approval.runGrantText === null) throw onlyOnce();
  if (answer.type === "rule" && !approval.ruleOffers[answer.index]) throw onlyOnce();
}

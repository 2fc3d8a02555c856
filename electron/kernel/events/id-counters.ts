import type { KernelEvent } from "../../../shared/events.ts";
import {
  type AgentId,
  type ApprovalId,
  agentId,
  approvalId,
  type GrantId,
  grantId,
  idNumber,
  type SyscallId,
  syscallId,
} from "../../../shared/ids.ts";

export interface IdNumbers {
  readonly agent: number;
  readonly syscall: number;
  readonly approval: number;
  readonly grant: number;
}

export const NO_IDS: IdNumbers = { agent: 0, syscall: 0, approval: 0, grant: 0 };

/** The last number given to each kind of id. Restored from the log, so that no id is given twice. */
export class IdCounters {
  #numbers: { agent: number; syscall: number; approval: number; grant: number };

  constructor(numbers: IdNumbers) {
    this.#numbers = { ...numbers };
  }

  nextAgent(): AgentId {
    this.#numbers.agent += 1;
    return agentId(this.#numbers.agent);
  }

  nextSyscall(): SyscallId {
    this.#numbers.syscall += 1;
    return syscallId(this.#numbers.syscall);
  }

  nextApproval(): ApprovalId {
    this.#numbers.approval += 1;
    return approvalId(this.#numbers.approval);
  }

  nextGrant(): GrantId {
    this.#numbers.grant += 1;
    return grantId(this.#numbers.grant);
  }

  /** Takes note of ids in a replayed event. */
  see(event: KernelEvent): void {
    const numbers = this.#numbers;
    if (event.type === "agent.created") numbers.agent = Math.max(numbers.agent, idNumber(event.agentId));
    else if (event.type === "syscall.created")
      numbers.syscall = Math.max(numbers.syscall, idNumber(event.syscallId));
    else if (event.type === "approval.requested") {
      numbers.approval = Math.max(numbers.approval, idNumber(event.approval.id));
    } else if (event.type === "grant.added")
      numbers.grant = Math.max(numbers.grant, idNumber(event.grant.id));
  }

  values(): IdNumbers {
    return { ...this.#numbers };
  }
}

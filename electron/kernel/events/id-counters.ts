import type { KernelEvent } from "../../../shared/events.ts";
import { type ShareId, shareId } from "../../../shared/files.ts";
import {
  type AgentId,
  type ApprovalId,
  agentId,
  approvalId,
  type ElicitationId,
  elicitationId,
  type GrantId,
  grantId,
  idNumber,
  type ResultId,
  type RuleId,
  resultId,
  ruleId,
  type SyscallId,
  syscallId,
} from "../../../shared/ids.ts";
import { type JobId, jobId } from "../../../shared/jobs.ts";

export interface IdNumbers {
  readonly agent: number;
  readonly syscall: number;
  readonly approval: number;
  readonly grant: number;
  readonly rule: number;
  readonly elicitation: number;
  readonly result: number;
  readonly job: number;
  readonly share: number;
}

export const NO_IDS: IdNumbers = {
  agent: 0,
  syscall: 0,
  approval: 0,
  grant: 0,
  rule: 0,
  elicitation: 0,
  result: 0,
  job: 0,
  share: 0,
};

/** The last number given to each kind of id. Restored from the log, so that no id is given twice. */
export class IdCounters {
  readonly #numbers: { -readonly [Kind in keyof IdNumbers]: number };

  constructor(numbers: IdNumbers) {
    this.#numbers = { ...NO_IDS, ...numbers };
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

  nextRule(): RuleId {
    this.#numbers.rule += 1;
    return ruleId(this.#numbers.rule);
  }

  nextElicitation(): ElicitationId {
    this.#numbers.elicitation += 1;
    return elicitationId(this.#numbers.elicitation);
  }

  nextResult(): ResultId {
    this.#numbers.result += 1;
    return resultId(this.#numbers.result);
  }

  nextJob(): JobId {
    this.#numbers.job += 1;
    return jobId(this.#numbers.job);
  }

  nextShare(): ShareId {
    this.#numbers.share += 1;
    return shareId(this.#numbers.share);
  }

  /** Takes note of ids in a replayed event. */
  see(event: KernelEvent): void {
    const saw = (kind: keyof IdNumbers, id: Parameters<typeof idNumber>[0]): void => {
      this.#numbers[kind] = Math.max(this.#numbers[kind], idNumber(id));
    };
    if (event.type === "agent.created") saw("agent", event.agentId);
    else if (event.type === "syscall.created") saw("syscall", event.syscallId);
    else if (event.type === "approval.requested") saw("approval", event.approval.id);
    else if (event.type === "grant.added") saw("grant", event.grant.id);
    else if (event.type === "rule.added") saw("rule", event.rule.id);
    else if (event.type === "elicitation.requested") saw("elicitation", event.elicitation.id);
    else if (event.type === "job.started") saw("job", event.job.id);
    else if (event.type === "share.added") saw("share", event.share.id);
    else if (event.type === "syscall.done" && event.result.kind !== "llm") {
      for (const { id } of event.result.attachments ?? []) saw("result", id);
    }
  }

  values(): IdNumbers {
    return { ...this.#numbers };
  }
}

import type { AgentSpec, KernelEvent } from "../../../shared/events.ts";
import type { AgentId, GrantId, SyscallId } from "../../../shared/ids.ts";
import type { Approval, Grant } from "../../../shared/permission.ts";
import type { SyscallCall } from "../../../shared/syscall.ts";
import type { Decided } from "../access/approvals.ts";
import { type ContextFold, isStep } from "../context/fold.ts";
import type { Tool } from "../ports.ts";
import { AgentProcess, type Mail } from "./process.ts";
import type { LeftCall } from "./withdrawal.ts";

interface OpenCall {
  readonly call: SyscallCall;
  started: "yes" | "no";
  approval: Approval | null;
  decided: Decided | null;
  /** `left`: a rewind came after it. */
  course: "current" | "left";
}

/** An agent rebuilt from the log, with what the restart must settle first. */
export interface Recovered {
  readonly agent: AgentProcess;
  readonly tokens: number;
  readonly grants: readonly Grant[];
  /** Whether the instructions and the task, or the place of a fork, are in the log yet. */
  readonly context: "begun" | "missing";
  /** Calls that are made again: they had no effect, or do no harm when repeated. */
  readonly repeat: readonly SyscallId[];
  /** Calls of a course that a rewind had left when the crash kept it from ending them. */
  readonly left: readonly LeftCall[];
  /** Calls whose outcome the crash hid: never run again (C2). */
  readonly unknown: readonly { readonly syscallId: SyscallId; readonly tool: string }[];
}

/**
 * Rebuilds an agent from its events and its context (C3): results are recorded, so no finished model call is made
 * again; requests that wait for a person, or were approved, under their old ids; unread mail.
 */
export function recoverAgent(
  agentId: AgentId,
  spec: AgentSpec,
  events: Iterable<KernelEvent>,
  fold: ContextFold,
  tool: (name: string) => Tool | null,
): Recovered {
  const agent = new AgentProcess(agentId, spec, fold);
  agent.forgetSteps();
  const open = new Map<SyscallId, OpenCall>();
  const grants = new Map<GrantId, Grant>();
  const mail: Mail[] = [];
  let delivered = 0;
  let appended = 0;
  let tokens = 0;
  for (const event of events) {
    switch (event.type) {
      case "agent.reprioritised":
        agent.spec = { ...agent.spec, priority: event.priority };
        break;
      case "agent.paused":
        agent.pause();
        break;
      case "agent.resumed":
        agent.resume();
        break;
      case "agent.reopened":
        agent.steps = 0;
        tokens = 0;
        break;
      case "agent.messaged":
        mail.push({ from: event.from, text: event.text });
        break;
      case "context.rewound":
        for (const call of open.values()) call.course = "left";
        for (const child of event.children ?? []) agent.leftChildren.add(child);
        break;
      case "context.forked":
        appended += 1;
        break;
      case "context.appended":
        // The first brings the instructions and the task; the others bring mail.
        if (appended > 0) delivered += event.messages.length;
        appended += 1;
        break;
      case "grant.added":
        grants.set(event.grant.id, event.grant);
        break;
      case "grant.ended":
        grants.delete(event.grantId);
        break;
      case "syscall.created":
        open.set(event.syscallId, {
          call: event.call,
          started: "no",
          approval: null,
          decided: null,
          course: "current",
        });
        break;
      case "approval.requested":
        update(open, event.syscallId, (call) => {
          call.approval = event.approval;
          // Edited arguments can be asked about again: what was said before is no answer to that.
          call.decided = null;
        });
        break;
      case "approval.decided":
        update(open, event.syscallId, (call) => {
          call.decided = { answer: event.answer, by: event.by };
        });
        break;
      case "syscall.running":
        update(open, event.syscallId, (call) => {
          call.started = "yes";
        });
        break;
      case "syscall.done":
        if (event.result.kind === "llm") {
          const call = open.get(event.syscallId)?.call;
          if (call && isStep(call)) agent.steps += 1;
          tokens += event.result.usage.promptTokens + event.result.usage.outputTokens;
        }
        open.delete(event.syscallId);
        break;
      case "syscall.failed":
      case "syscall.cancelled":
      case "syscall.denied":
        open.delete(event.syscallId);
        break;
      default:
        break;
    }
  }
  agent.mailbox.push(...mail.slice(delivered));
  return {
    agent,
    tokens,
    grants: [...grants.values()],
    context: appended > 0 ? "begun" : "missing",
    ...settle(agent, open, tool),
  };
}

function settle(
  agent: AgentProcess,
  open: ReadonlyMap<SyscallId, OpenCall>,
  tool: (name: string) => Tool | null,
): Pick<Recovered, "repeat" | "left" | "unknown"> {
  const repeat: SyscallId[] = [];
  const left: LeftCall[] = [];
  const unknown: { syscallId: SyscallId; tool: string }[] = [];
  for (const [syscallId, { call, course, started, approval, decided }] of open) {
    if (course === "left") {
      left.push({ syscallId, approval, decided });
    } else if (call.kind !== "llm" && started === "yes" && tool(call.tool)?.idempotent !== "yes") {
      unknown.push({ syscallId, tool: call.tool });
    } else if (call.kind !== "llm" && call.toolCallId !== null && approval !== null) {
      agent.openRequests.set(call.toolCallId, { syscallId, approval, decided });
    } else {
      repeat.push(syscallId);
    }
  }
  return { repeat, left, unknown };
}

function update(open: Map<SyscallId, OpenCall>, id: SyscallId, change: (call: OpenCall) => void): void {
  const call = open.get(id);
  if (call) change(call);
}

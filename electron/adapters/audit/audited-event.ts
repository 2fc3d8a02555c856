import { AUDIT_EVENTS, type AuditEvent } from "../../../shared/audit-events.ts";
import type { KernelEvent } from "../../../shared/events.ts";

const TYPES: ReadonlySet<string> = new Set(AUDIT_EVENTS);

/**
 * Whether an event belongs to the audit: decisions, outcomes and changes of policy. Not the decisions about calls
 * without effects that are let through, and not the answers of models, which change nothing.
 */
export function isAudited(event: KernelEvent): event is AuditEvent {
  if (!TYPES.has(event.type)) return false;
  if (event.type === "syscall.gated") {
    return event.decision.verdict !== "allow" || event.decision.effects.length > 0;
  }
  return event.type !== "syscall.done" || event.result.kind !== "llm";
}

/** What was decided in it, if anything was. */
export function verdictOf(event: AuditEvent): "allow" | "ask" | "deny" | null {
  switch (event.type) {
    case "syscall.gated":
      return event.decision.verdict;
    case "approval.requested":
      return "ask";
    case "approval.decided":
      return event.answer.type === "deny" ? "deny" : "allow";
    case "syscall.denied":
      return "deny";
    default:
      return null;
  }
}

/** The words by which a row is found: what was touched, and why it was decided so. */
export function wordsOf(event: AuditEvent): string {
  switch (event.type) {
    case "syscall.gated":
      return [...event.decision.effects.map(({ target }) => target), event.decision.reason].join("\n");
    case "approval.requested":
      return [...event.approval.effects.map(({ target }) => target), event.approval.reason].join("\n");
    case "approval.decided":
      return event.answer.type === "deny" ? event.answer.reason : "";
    case "syscall.failed":
      return event.error.message;
    case "syscall.cancelled":
    case "syscall.denied":
      return event.reason;
    case "grant.added":
      return `${event.grant.tool}\n${event.grant.text}`;
    case "rule.added":
      return event.rule.text;
    case "group.changed":
      return `${event.group.name}\n${event.group.title}`;
    case "group.removed":
    case "server.removed":
      return event.name;
    case "server.changed":
      return event.server.name;
    default:
      return "";
  }
}

import type { EventOf } from "./events.ts";

/** The events of the audit: decisions before effects, outcomes after them, and every change of policy. */
export const AUDIT_EVENTS = [
  "syscall.gated",
  "approval.requested",
  "approval.decided",
  "syscall.done",
  "syscall.failed",
  "syscall.cancelled",
  "syscall.denied",
  "grant.added",
  "grant.ended",
  "rule.added",
  "rule.ended",
  "group.changed",
  "group.removed",
  "context.declassified",
  "settings.changed",
  "server.changed",
  "server.removed",
] as const;
export type AuditEvent = EventOf<(typeof AUDIT_EVENTS)[number]>;

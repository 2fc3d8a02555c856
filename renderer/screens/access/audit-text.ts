import type { AuditEvent } from "../../../shared/audit-events.ts";
import type { AuditReport, AuditRow } from "../../../shared/contract-access.ts";
import { assertNever } from "../../../shared/errors.ts";
import { eventAgent } from "../../../shared/events.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { Effect } from "../../../shared/permission.ts";
import type { Tone } from "../../components/Badge.tsx";
import { formatCount } from "../../format.ts";
import { permissionAnswerLine } from "../agent/permission-text.ts";
import { VERDICT_LOOK } from "./words.ts";

/** A row of the audit in words. */
export interface AuditLine {
  readonly agentId: AgentId | null;
  readonly tool: string | null;
  /** What happened, in a word or two. */
  readonly what: string;
  readonly tone: Tone;
  /** Why, or what exactly. "" when the word says it all. */
  readonly detail: string;
  readonly effects: readonly Effect[];
}

/** The row as the table shows it. */
export const auditLine = ({ event, tool }: AuditRow): AuditLine => ({
  agentId: eventAgent(event),
  tool,
  effects: [],
  ...wordsOf(event),
});

type Words = Pick<AuditLine, "what" | "tone" | "detail"> & Partial<Pick<AuditLine, "effects">>;

function wordsOf(event: AuditEvent): Words {
  switch (event.type) {
    case "syscall.gated": {
      const { verdict, reason, effects } = event.decision;
      const { word, tone } = VERDICT_LOOK[verdict];
      return { what: word, tone, detail: reason, effects };
    }
    case "approval.requested":
      return {
        what: "Asked you",
        tone: "asking",
        detail: event.approval.reason,
        effects: event.approval.effects,
      };
    case "approval.decided": {
      const line = permissionAnswerLine(event.answer, event.by);
      const tone: Tone = line.tone === "allowed" ? "good" : line.tone === "denied" ? "danger" : "neutral";
      return { what: "Answered", tone, detail: [line.text, line.reason].filter(Boolean).join(": ") };
    }
    case "syscall.done":
      return { what: "Done", tone: "neutral", detail: outcomeText(event.result) };
    case "syscall.failed":
      return { what: "Failed", tone: "danger", detail: event.error.message };
    case "syscall.cancelled":
      return { what: "Cancelled", tone: "neutral", detail: event.reason };
    case "syscall.denied":
      return { what: "Not run", tone: "danger", detail: event.reason };
    case "grant.added":
      return { what: "Grant given", tone: "accent", detail: event.grant.text };
    case "grant.ended":
      return { what: "Grant ended", tone: "accent", detail: `${event.grantId}, ${ENDED[event.reason]}` };
    case "rule.added":
      return { what: "Rule added", tone: "accent", detail: event.rule.text };
    case "rule.ended":
      return { what: "Rule ended", tone: "accent", detail: `${event.ruleId}, ${ENDED[event.reason]}` };
    case "group.changed":
      return { what: "Group saved", tone: "accent", detail: `${event.group.title} (${event.group.name})` };
    case "group.removed":
      return { what: "Group removed", tone: "accent", detail: event.name };
    case "context.declassified":
      return {
        what: "Declassified",
        tone: "warning",
        detail: event.what === "taint" ? "its outside sources" : "its private data",
      };
    case "settings.changed":
      return { what: "Settings changed", tone: "accent", detail: `permission mode ${event.settings.mode}` };
    case "server.changed":
      return {
        what: "Server changed",
        tone: "accent",
        detail: `${event.server.name}: ${event.server.status.type}, trust ${event.server.trust}`,
      };
    case "server.removed":
      return { what: "Server removed", tone: "accent", detail: event.name };
    default:
      return assertNever(event);
  }
}

const ENDED = {
  revoked: "revoked by you",
  "agent-ended": "its agent ended",
  expired: "its time was over",
  "workspace-changed": "the workspace's own rules changed",
} as const;

const outcomeText = (result: { readonly kind: string; readonly outcome?: string }): string =>
  result.outcome === undefined || result.outcome === "ok" ? "" : `with outcome ${result.outcome}`;

/** What the verifier found, in words. */
export interface ReportWords {
  readonly tone: "good" | "bad";
  readonly head: string;
  readonly detail: string;
}

const BROKEN = {
  changed: "was changed after it was written",
  removed: "is missing: it was removed",
  moved: "is not in its place: it was moved",
  added: "was added by somebody else than this program",
} as const;

export function reportWords(report: AuditReport): ReportWords {
  switch (report.type) {
    case "intact":
      return {
        tone: "good",
        head: report.rows === 1 ? "Intact: 1 row" : `Intact: ${formatCount(report.rows)} rows`,
        detail: "Every row is as it was written, in its place, and none is missing.",
      };
    case "broken":
      return {
        tone: "bad",
        head: `Row ${formatCount(report.row)} ${BROKEN[report.what]}`,
        detail: `It is the first of ${formatCount(report.rows)} rows that is not as it was written. The rows before it are intact; of those after it nothing can be said.`,
      };
    case "no-key":
      return {
        tone: "bad",
        head: "The key is gone or is another one",
        detail: `Nothing can be said of the ${formatCount(report.rows)} rows that were written with it.`,
      };
    default:
      return assertNever(report);
  }
}

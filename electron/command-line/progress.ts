import type { KernelEvent } from "../../shared/events.ts";
import type { JsonObject } from "../../shared/messages.ts";

const LONGEST = 110;

/** One line about an event for someone who watches a terminal; null for those that say nothing new. */
export function describeEvent(event: KernelEvent): string | null {
  switch (event.type) {
    case "agent.created":
      return `${event.agentId} ${event.spec.manifest.name}: ${short(event.spec.task)}`;
    case "syscall.created":
      return event.call.kind === "llm"
        ? null
        : `${event.agentId} ${event.syscallId} ${event.call.kind} ${event.call.tool}(${argumentsOf(event.call.arguments)})`;
    case "approval.requested":
      return `${event.agentId} asks for permission: ${event.approval.reason}`;
    case "approval.decided":
      return `${event.agentId} ${event.approvalId} was answered: ${event.answer.type}`;
    case "syscall.suspended":
      return event.reason.type === "rate-limited" || event.reason.type === "retry"
        ? `${event.agentId} ${event.syscallId} waits (${event.reason.type}): ${short(event.reason.message)}`
        : null;
    case "syscall.done": {
      const { result, times } = event;
      const took = `${Math.round(times.serviceMs)} ms, waited ${Math.round(times.waitMs)} ms`;
      const said = result.kind === "llm" ? result.message.content : result.text;
      const name = result.kind === "llm" ? result.model : result.kind;
      return `${event.agentId} ${event.syscallId} ${name} (${took}): ${short(said)}`;
    }
    case "syscall.failed":
      return `${event.agentId} ${event.syscallId} failed: ${short(event.error.message)}`;
    case "syscall.denied":
      return `${event.agentId} ${event.syscallId} was denied: ${short(event.reason)}`;
    case "agent.ended":
      return `${event.agentId} ${event.status}`;
    default:
      return null;
  }
}

const argumentsOf = (args: JsonObject): string =>
  short(
    Object.entries(args)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
      .join(", "),
  );

function short(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}

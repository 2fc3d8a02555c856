import { assertNever } from "./errors.ts";
import type { EventOf } from "./events.ts";
import { SERVER_LOG_LINES_KEPT, TOOL_STATS_KEPT } from "./limits.ts";
import type { SyscallView, SystemState } from "./state.ts";

export type ServerEvent = EventOf<
  | "server.changed"
  | "server.status"
  | "server.removed"
  | "server.logged"
  | "elicitation.requested"
  | "elicitation.ended"
>;

/** The part of the reducer that keeps MCP servers and their questions. Never throws. */
export function reduceServers(state: SystemState, event: ServerEvent): void {
  switch (event.type) {
    case "server.changed":
      state.servers.set(event.server.name, event.server);
      return;
    case "server.status": {
      const server = state.servers.get(event.name);
      if (server)
        state.servers.set(event.name, { ...server, status: event.status, restarts: event.restarts });
      return;
    }
    case "server.removed":
      state.servers.delete(event.name);
      state.serverLogs.delete(event.name);
      return;
    case "server.logged": {
      const lines = state.serverLogs.get(event.name) ?? [];
      const next = [...lines, { ...event.line, at: event.at }].slice(-SERVER_LOG_LINES_KEPT);
      state.serverLogs.set(event.name, next);
      return;
    }
    case "elicitation.requested":
      state.elicitations.set(event.elicitation.id, event.elicitation);
      return;
    case "elicitation.ended":
      state.elicitations.delete(event.elicitationId);
      return;
    default:
      assertNever(event);
  }
}

/** Adds an ended call to its tool's sums. */
export function countToolCall(
  state: SystemState,
  call: SyscallView,
  event: EventOf<"syscall.done" | "syscall.failed" | "syscall.cancelled" | "syscall.denied">,
): void {
  if (call.kind === "llm") return;
  const before = state.toolStats.get(call.label);
  if (!before && state.toolStats.size >= TOOL_STATS_KEPT) return;
  state.toolStats.set(call.label, {
    calls: (before?.calls ?? 0) + 1,
    failed: (before?.failed ?? 0) + (event.type === "syscall.failed" ? 1 : 0),
    denied: (before?.denied ?? 0) + (event.type === "syscall.denied" ? 1 : 0),
    serviceMs: (before?.serviceMs ?? 0) + event.times.serviceMs,
    lastAt: event.at,
  });
}

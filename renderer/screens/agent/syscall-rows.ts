import type { SyscallDetail, TranscriptItem, Turn } from "../../../shared/agent-detail.ts";
import { assertNever } from "../../../shared/errors.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { SuspendReason, SyscallState, SyscallTimes } from "../../../shared/syscall.ts";

/** Longest "what" of a row, in characters; the details show everything. */
const WHAT_CHARACTERS = 120;

/** Syscalls of a transcript, oldest first. */
export function syscallsOf(items: readonly TranscriptItem[]): readonly SyscallDetail[] {
  const calls: SyscallDetail[] = [];
  for (const item of items) if (item.kind === "syscall") calls.push(item.syscall);
  return calls;
}

/** Whether the syscall can still change, and so be cancelled. */
export function liveness(state: SyscallState): "live" | "ended" {
  switch (state) {
    case "created":
    case "gated":
    case "queued":
    case "running":
    case "suspended":
      return "live";
    case "done":
    case "failed":
    case "cancelled":
    case "denied":
      return "ended";
    default:
      return assertNever(state);
  }
}

/** Arguments as one short line, such as `path: "squares.txt", content: "1\n4\n…"`. */
export function argumentsLine(values: JsonObject, characters: number = WHAT_CHARACTERS): string {
  const line = Object.entries(values)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ");
  return line.length <= characters ? line : `${line.slice(0, characters - 1)}…`;
}

/** What a syscall asks for, in a few words: the model, or the tool with its arguments. */
export function whatOf(call: SyscallDetail["call"]): { readonly name: string; readonly rest: string } {
  return call.kind === "llm"
    ? {
        name: call.purpose === "summary" ? "summary" : (call.model ?? "default model"),
        rest: call.tools.length === 0 ? "" : `${call.tools.length} tools offered`,
      }
    : { name: call.tool, rest: argumentsLine(call.arguments) };
}

/** The last turn on a slot, or null before the first. */
export const lastTurn = (call: SyscallDetail): Turn | null => call.turns.at(-1) ?? null;

/**
 * Times of a syscall in ms: as the kernel summed them up when it ended, else as they stand at `now`. Waits are time
 * in a queue and time waiting for a person; service is time on a slot.
 */
export function timesOf(call: SyscallDetail, now: number): SyscallTimes {
  if (call.times) return call.times;
  let waitMs = askedMs(call, now);
  let serviceMs = 0;
  for (const turn of call.turns) {
    waitMs += turn.waitedMs;
    serviceMs += Math.max(0, (turn.ended?.at ?? now) - turn.startedAt);
  }
  if (call.state === "queued") waitMs += Math.max(0, now - call.since);
  return { waitMs, serviceMs, turnaroundMs: Math.max(0, now - call.createdAt) };
}

function askedMs(call: SyscallDetail, now: number): number {
  if (!call.approval) return 0;
  const until = call.answer?.at ?? (liveness(call.state) === "live" ? now : call.since);
  return Math.max(0, until - call.approval.requestedAt);
}

/** Output tokens so far; what the model's server reported once it ended. null for calls of tools. */
export function tokensOf(call: SyscallDetail): number | null {
  if (call.result?.kind === "llm") return call.result.usage.outputTokens;
  return call.call.kind === "llm" ? call.outputTokens : null;
}

/** Core and slot of the last turn, such as `offline #0`. null before the first. */
export function placeOf(call: SyscallDetail): string | null {
  const turn = lastTurn(call);
  return turn ? `${turn.placement.coreId} #${turn.placement.slot}` : null;
}

/** Why a syscall left its slot, in words. */
export function suspensionText(reason: SuspendReason): string {
  switch (reason.type) {
    case "slice-end":
      return "Its slice ended";
    case "preempted":
      return `Preempted by ${reason.by}`;
    case "rate-limited":
      return `Rate-limited: ${reason.message}`;
    case "retry":
      return `Tries again: ${reason.message}`;
    case "waiting-for-agents":
      return `Waits for ${reason.agents.join(", ")}`;
    case "paused":
      return "Paused";
    default:
      return assertNever(reason);
  }
}

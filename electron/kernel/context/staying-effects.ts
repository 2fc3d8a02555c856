import type { StayingEffect } from "../../../shared/context.ts";
import type { EventOf, KernelEvent } from "../../../shared/events.ts";
import type { Seq, SyscallId } from "../../../shared/ids.ts";
import { STAYING_EFFECTS_KEPT } from "../../../shared/limits.ts";
import type { Effect } from "../../../shared/permission.ts";
import { cut } from "../access/reasons.ts";

/** Of one call, this many effects are named. */
const NAMED_EFFECTS = 8;

interface Run {
  readonly syscallId: SyscallId;
  readonly tool: string;
  effects: readonly Effect[];
  /** Of the last start; null for a call that never ran. */
  started: { readonly seq: Seq; readonly at: number } | null;
  end: { readonly seq: Seq; readonly outcome: StayingEffect["outcome"] | "none" } | null;
}

/**
 * What an agent's tools did to the world after the event `seq` and that a rewind to there leaves as it is: calls that
 * started after it, or were open at it, with an effect beyond reading. Whatever became of the course they belong to.
 * Calls that were broken off, or still run, are `unknown`. Newest first by their start, at most STAYING_EFFECTS_KEPT;
 * `more` counts the others. `events`: all of one agent, oldest first.
 */
export function effectsSince(
  events: Iterable<KernelEvent>,
  seq: Seq,
): { readonly effects: readonly StayingEffect[]; readonly more: number } {
  const effects = runsOf(events)
    .flatMap((run) => stayingEffect(run, seq))
    .toSorted((a, b) => b.started - a.started)
    .map(({ effect }) => effect);
  const kept = effects.slice(0, STAYING_EFFECTS_KEPT);
  return { effects: kept, more: effects.length - kept.length };
}

function runsOf(events: Iterable<KernelEvent>): readonly Run[] {
  const runs = new Map<SyscallId, Run>();
  for (const event of events) {
    switch (event.type) {
      case "syscall.created":
        if (event.call.kind !== "llm") {
          const { syscallId, call } = event;
          runs.set(syscallId, { syscallId, tool: call.tool, effects: [], started: null, end: null });
        }
        break;
      case "syscall.gated":
        change(runs, event.syscallId, (run) => {
          run.effects = event.decision.effects;
        });
        break;
      case "syscall.running":
        change(runs, event.syscallId, (run) => {
          run.started = { seq: event.seq, at: event.at };
        });
        break;
      case "syscall.done":
      case "syscall.failed":
      case "syscall.cancelled":
      case "syscall.denied":
        change(runs, event.syscallId, (run) => {
          run.end = { seq: event.seq, outcome: outcomeOf(event) };
        });
        break;
      default:
        break;
    }
  }
  return [...runs.values()];
}

function change(runs: ReadonlyMap<SyscallId, Run>, id: SyscallId, to: (run: Run) => void): void {
  const run = runs.get(id);
  if (run) to(run);
}

function outcomeOf(
  event: EventOf<"syscall.done" | "syscall.failed" | "syscall.cancelled" | "syscall.denied">,
): StayingEffect["outcome"] | "none" {
  switch (event.type) {
    case "syscall.done": {
      const outcome = event.result.kind === "llm" ? "ok" : event.result.outcome;
      return ({ ok: "done", error: "failed", unknown: "unknown", denied: "none" } as const)[outcome];
    }
    case "syscall.failed":
      return event.error.code === "outcome-unknown" ? "unknown" : "failed";
    // It ran, and nobody waited for how it would end.
    case "syscall.cancelled":
      return "unknown";
    case "syscall.denied":
      return "none";
  }
}

function stayingEffect(
  { syscallId, tool, effects, started, end }: Run,
  seq: Seq,
): { readonly started: Seq; readonly effect: StayingEffect }[] {
  const outcome = end?.outcome ?? "unknown";
  const lasting = effects.filter(({ type }) => type !== "read");
  const before = end !== null && end.seq <= seq;
  if (started === null || outcome === "none" || lasting.length === 0 || before) return [];
  return [
    {
      started: started.seq,
      effect: { syscallId, tool, at: started.at, effects: describe(lasting), outcome },
    },
  ];
}

function describe(effects: readonly Effect[]): readonly string[] {
  const named = effects.slice(0, NAMED_EFFECTS).map(({ type, target }) => `${type} ${cut(target)}`);
  const rest = effects.length - named.length;
  return rest > 0 ? [...named, `${rest} more`] : named;
}

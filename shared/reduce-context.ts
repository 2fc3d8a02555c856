import type { EventOf } from "./events.ts";
import { JOBS_KEPT } from "./limits.ts";
import type { SystemState } from "./state.ts";

type ContextEvent = EventOf<
  | "context.compacted"
  | "context.rewound"
  | "context.truncated"
  | "addon.changed"
  | "job.started"
  | "job.progressed"
  | "job.ended"
  | "job.dismissed"
>;

/** The part of the reducer about contexts, the add-on and long work. Changes `state` in place. */
export function reduceContext(state: SystemState, event: ContextEvent): void {
  switch (event.type) {
    case "context.compacted":
    case "context.rewound":
    case "context.truncated":
      reduceAgentContext(state, event);
      return;
    case "addon.changed":
      state.addOn = event.addOn;
      return;
    case "job.started":
      state.jobs.set(event.job.id, event.job);
      forgetOldJobs(state);
      return;
    case "job.progressed":
    case "job.ended": {
      const job = state.jobs.get(event.jobId);
      if (!job) return;
      const change = event.type === "job.ended" ? { end: event.end } : { progress: event.progress };
      state.jobs.set(job.id, { ...job, ...change });
      return;
    }
    case "job.dismissed":
      state.jobs.delete(event.jobId);
      return;
  }
}

function reduceAgentContext(
  state: SystemState,
  event: EventOf<"context.compacted" | "context.rewound" | "context.truncated">,
): void {
  const agent = state.agents.get(event.agentId);
  if (agent) {
    switch (event.type) {
      case "context.compacted":
        state.agents.set(agent.id, {
          ...agent,
          compactions: agent.compactions + 1,
          contextTokens: event.compaction.tokensAfter,
        });
        break;
      case "context.rewound":
        state.agents.set(agent.id, { ...agent, rewinds: agent.rewinds + 1 });
        break;
      case "context.truncated":
        state.agents.set(agent.id, { ...agent, truncation: event.truncation });
        break;
    }
  }
  if (event.type !== "context.truncated") return;
  const core = state.cores.get(event.truncation.coreId);
  if (core) state.cores.set(core.id, { ...core, truncation: event.truncation });
}

/** The oldest ended ones go first; those under way stay. */
function forgetOldJobs(state: SystemState): void {
  for (const job of state.jobs.values()) {
    if (state.jobs.size <= JOBS_KEPT) return;
    if (job.end !== null) state.jobs.delete(job.id);
  }
}

import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import { agentIdSchema } from "../../../shared/id-schemas.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import { modeSchema, type PermissionMode } from "../../../shared/permission.ts";
import type { ContextMarks } from "../access/context-marks.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Tool, ToolRun } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";
import type { Catalogue } from "./catalogue.ts";
import type { AgentEnd, AgentProcess } from "./process.ts";
import type { ProcessTable } from "./process-table.ts";

/** A join may wait for as long as its agents run; this bounds the rest of its work. */
const JOIN_TIMEOUT_MS = 60_000;
const idsSchema = z.array(agentIdSchema).min(1).max(64);
const taskSchema = z.string().trim().min(1, "expected a task").max(20_000);

export interface AgentToolOptions {
  readonly log: EventLog;
  readonly table: () => ProcessTable;
  readonly catalogue: Catalogue;
  readonly marks: Pick<ContextMarks, "share">;
  /** Throws what makes a launch impossible. */
  readonly openWorkspace: (manifest: AgentManifest) => Promise<void>;
}

/** A child runs no more freely than its parent, nor than its own manifest says. */
const stricter = (one: PermissionMode, other: PermissionMode): PermissionMode =>
  modeSchema.options.find((mode) => mode === one || mode === other) ?? "ask";

/** Tools by which agents start others, wait for their answers and write to each other. */
export function agentTools({
  log,
  table,
  catalogue,
  marks,
  openWorkspace,
}: AgentToolOptions): readonly Tool[] {
  const caller = (run: ToolRun): AgentProcess => {
    const agent = run.agentId === null ? null : table().get(run.agentId);
    if (!agent) throw new KernelError("not-allowed", "Only a running agent can work with other agents");
    return agent;
  };
  const startAgent = defineTool({
    name: "start_agent",
    description:
      "Starts a child agent on a task and returns its id at once; join_agents waits for its answer.",
    kind: "tool",
    input: z.strictObject({ agent: z.string().min(1).max(64), task: taskSchema }),
    idempotent: "yes",
    concurrency: 64,
    run: async ({ agent: name, task }, run) => {
      const parent = caller(run);
      const earlier = run.toolCallId === null ? null : startedBefore(parent.id, run.toolCallId);
      if (earlier !== null) return earlier;
      const { manifest, mode, priority } = parent.spec;
      if (!manifest.children.includes(name)) {
        throw new KernelError("not-allowed", `${manifest.name} may not start ${name}`, {
          hint: `It may start: ${manifest.children.join(", ") || "none"}`,
        });
      }
      const child = await catalogue.find(name);
      await openWorkspace(child);
      // From here on without a pause: calls that run side by side must each see the children of the others.
      caller(run);
      if (childCount(parent.id) >= manifest.limits.children) {
        throw new KernelError(
          "limit-reached",
          `${parent.id} has started ${manifest.limits.children} agents (limits.children)`,
        );
      }
      const id = table().launch({
        manifest: child,
        task,
        parent: parent.id,
        parentCall: run.toolCallId,
        priority,
        model: catalogue.modelOf(child, null),
        mode: stricter(mode, child.mode ?? mode),
      });
      return `Started ${id} (${name})`;
    },
  });
  const joinAgents = defineTool({
    name: "join_agents",
    description: "Waits until agents that you started have ended, and returns their answers.",
    kind: "tool",
    input: z.strictObject({ agents: idsSchema }),
    idempotent: "yes",
    concurrency: 64,
    timeoutMs: JOIN_TIMEOUT_MS,
    run: async ({ agents }, run) => {
      const parent = caller(run);
      const ends = agents.map((id) => endOf(parent.id, id));
      const results = await run.waitForAgents(agents, Promise.all(ends));
      // A child may have ended while its parent was not running: its words come only now.
      for (const id of agents) if (!run.signal.aborted) marks.share(id, parent.id);
      return results.join("\n\n");
    },
  });
  const sendMessage = defineTool({
    name: "send_message",
    description: "Sends a text to a running agent, by its id; it reads it at its next step.",
    kind: "tool",
    input: z.strictObject({ to: agentIdSchema, text: taskSchema }),
    idempotent: "no",
    run: async ({ to, text }, run) => {
      table().send(to, { from: caller(run).id, text });
      return `Sent to ${to}`;
    },
  });

  function startedBefore(parent: AgentId, toolCallId: string): string | null {
    const left = table().get(parent)?.leftChildren;
    for (const view of log.state().agents.values()) {
      if (view.parent === parent && view.parentCall === toolCallId && !left?.has(view.id))
        return `Started ${view.id} (${view.name})`;
    }
    return null;
  }

  function childCount(parent: AgentId): number {
    const agent = table().get(parent);
    const ids = new Set(agent?.children);
    for (const view of log.state().agents.values()) if (view.parent === parent) ids.add(view.id);
    // Those of a course that a rewind left have ended with it; a fork of one is the person's.
    return [...ids].filter((id) => !agent?.leftChildren.has(id) && !table().isFork(id)).length;
  }

  async function endOf(parent: AgentId, id: AgentId): Promise<string> {
    const live = table().get(id);
    const view = log.state().agents.get(id);
    if ((live?.spec.parent ?? view?.parent) !== parent) {
      throw new KernelError("not-allowed", `${parent} did not start ${id}`, {
        hint: "Join the agents you started",
      });
    }
    const name = live?.spec.manifest.name ?? view?.name ?? "";
    const end = live ? await live.ended.promise : await recordedEnd(id);
    const said = end.status === "done" ? end.answer : (end.error?.message ?? "no reason is known");
    return `${id} (${name}) ${end.status}: ${said}`;
  }

  /** The state holds shortened answers only; the log has them whole. */
  async function recordedEnd(id: AgentId): Promise<AgentEnd> {
    // It may have ended a moment ago.
    await new Promise<void>((resolve) => log.committed(resolve));
    let end: AgentEnd = { status: "failed", answer: null, error: null };
    for (const event of log.readAgent(id)) {
      if (event.type === "agent.ended") end = event;
    }
    return end;
  }

  return [startAgent, joinAgents, sendMessage];
}

import { z } from "zod";
import type { KernelEvent } from "../../shared/events.ts";
import type { AgentId } from "../../shared/ids.ts";
import type { RecordedRequest } from "../misbehaving-server.ts";

const bodySchema = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
});

/**
 * Requests for answers that this log already holds, named by task and turn. Tasks must be unique: then an agent's
 * task and the number of answers in the prompt tell which of its model calls a request is.
 */
export function boughtTwice(
  log: readonly KernelEvent[],
  requests: readonly RecordedRequest[],
): readonly string[] {
  const answers = answersByTask(log);
  return requests.flatMap(({ body }) => {
    const { messages } = bodySchema.parse(body);
    const task = String(messages.find(({ role }) => role === "user")?.content);
    const turn = messages.filter(({ role }) => role === "assistant").length;
    return turn < (answers.get(task) ?? 0) ? [`${task}, call ${turn + 1}`] : [];
  });
}

/** How many model answers of each task the log holds. */
function answersByTask(log: readonly KernelEvent[]): ReadonlyMap<string, number> {
  const tasks = new Map<AgentId, string>();
  const answers = new Map<string, number>();
  for (const event of log) {
    if (event.type === "agent.created") tasks.set(event.agentId, event.spec.task);
    if (event.type !== "syscall.done" || event.result.kind !== "llm" || event.agentId === null) continue;
    const task = tasks.get(event.agentId) ?? "";
    answers.set(task, (answers.get(task) ?? 0) + 1);
  }
  return answers;
}

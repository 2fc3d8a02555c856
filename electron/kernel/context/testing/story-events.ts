import type { AgentSpec, EventOf, KernelEvent, KernelEventBody } from "../../../../shared/events.ts";
import type { AgentId, SyscallId } from "../../../../shared/ids.ts";
import { manifestSchema } from "../../../../shared/manifest.ts";
import { memoryId, type Recall } from "../../../../shared/memory.ts";
import { agentMemory } from "../../../../shared/memory-owners.ts";
import type { Effect } from "../../../../shared/permission.ts";

export const SPEC: AgentSpec = {
  manifest: manifestSchema.parse({
    name: "clerk",
    title: "Clerk",
    description: "Does as told.",
    instructions: "You are a clerk.",
    tools: ["write"],
    sampleTasks: ["Say hello"],
  }),
  task: "task",
  parent: null,
  parentCall: null,
  priority: 5,
  model: null,
  mode: "ask",
};
export const TIMES = { waitMs: 0, serviceMs: 0, turnaroundMs: 0 };
export const WRITE: Effect = { type: "write", target: "notes/a.txt", reversible: "yes" };

/** One item that was found by words. */
export const sampleRecall = (text: string): Recall => ({
  query: "task",
  searchedBy: { type: "words", reason: "No model makes embeddings" },
  items: [
    {
      id: memoryId(7),
      owner: agentMemory("clerk"),
      text,
      origin: null,
      match: { score: 0.1, words: { rank: 1, bm25: -1 }, meaning: null },
      tokens: 9,
    },
  ],
  left: 0,
  tokens: 40,
  budgetTokens: 1_000,
});

/** `stopped`: by the kernel, which will make the call again. */
export type ToolEnding = "done" | "failed" | "unknown" | "denied" | "cancelled" | "stopped";

type End = EventOf<"syscall.done" | "syscall.failed" | "syscall.cancelled" | "syscall.denied">;

export const isEnd = (event: KernelEvent): event is End =>
  event.type === "syscall.done" ||
  event.type === "syscall.failed" ||
  event.type === "syscall.cancelled" ||
  event.type === "syscall.denied";

export function toolEnding(
  call: { readonly agentId: AgentId; readonly syscallId: SyscallId },
  ending: ToolEnding,
  text: string,
): KernelEventBody {
  const ids = { ...call, times: TIMES } as const;
  switch (ending) {
    case "done":
      return { ...ids, type: "syscall.done", result: { kind: "tool", text, outcome: "ok" } };
    case "failed":
      return { ...ids, type: "syscall.failed", error: { code: "tool-failed", message: text } };
    case "unknown":
      return { ...ids, type: "syscall.failed", error: { code: "outcome-unknown", message: text } };
    case "denied":
      return { ...ids, type: "syscall.denied", reason: text };
    case "cancelled":
      return { ...ids, type: "syscall.cancelled", cause: "person", reason: text };
    case "stopped":
      return { ...ids, type: "syscall.cancelled", cause: "kernel-stopped", reason: text };
  }
}

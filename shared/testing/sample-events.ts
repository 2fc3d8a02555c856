import type { CoreInfo } from "../cores.ts";
import type { EventOf, EventType } from "../events.ts";
import { type AgentId, type ApprovalId, coreId, type SyscallId } from "../ids.ts";
import type { Approval } from "../permission.ts";

/** Texts that only those may see who look at the agent. */
export const SECRETS = {
  context: "secret of the context",
  stream: "secret of the stream",
  argument: "secret of an argument",
  result: "secret of a result",
  answer: "secret of a model's answer",
  path: "notes.txt",
} as const;

type Body<T extends EventType> = Omit<EventOf<T>, "v" | "seq" | "at" | "mono" | "agentId" | "syscallId">;
type Ending =
  | Body<"syscall.done">
  | Body<"syscall.failed">
  | Body<"syscall.cancelled">
  | Body<"syscall.denied">;

export const sampleCore = (n: number): CoreInfo => ({
  id: coreId(`core-${n}`),
  title: `Core ${n}`,
  kind: "openai-compatible",
  baseUrl: "http://127.0.0.1:1",
  model: `model-${n}`,
  source: "added",
  capabilities: {
    slots: 2,
    contextTokens: null,
    tools: "native",
    jsonSchema: "none",
    embeddings: "none",
    preemption: "none",
    summaries: "none",
    price: n === 0 ? null : { prompt: n, output: 2 * n },
  },
  health: { status: "ready" },
});

export const sampleApproval = (id: ApprovalId, agentId: AgentId, syscallId: SyscallId): Approval => ({
  id,
  agentId,
  syscallId,
  tool: "write_file",
  arguments: { path: SECRETS.path },
  effects: [{ type: "write", target: SECRETS.path, reversible: "yes" }],
  risk: "medium",
  reason: "write notes.txt: risk medium",
  preview: { type: "none" },
  runGrantText: "it may",
  requestedAt: 1_000,
  by: "mode",
  taint: [],
  ruleOffers: [],
  expiresAt: 301_000,
});

export function syscallStart(n: number): Body<"syscall.created"> {
  const common = {
    type: "syscall.created",
    parent: null,
    priority: n % 10,
    deadline: null,
    tokenBudget: null,
  } as const;
  if (n % 2 === 0) {
    const messages = n % 4 === 0 ? [{ role: "user", content: SECRETS.context } as const] : null;
    return {
      ...common,
      call: { kind: "llm", model: "model-1", tools: ["clock"], maxOutputTokens: null, messages },
    };
  }
  const args = { content: SECRETS.argument };
  return {
    ...common,
    call: { kind: "storage", tool: "write_file", arguments: args, toolCallId: `call_${n}` },
  };
}

export function syscallEnd(as: "done" | "failed" | "cancelled" | "denied", kind: "llm" | "tool"): Ending {
  const times = { waitMs: 3, serviceMs: 4.25, turnaroundMs: 7.25 };
  switch (as) {
    case "failed":
      return { type: "syscall.failed", error: { code: "tool-failed", message: "it failed" }, times };
    case "cancelled":
      return { type: "syscall.cancelled", cause: "person", reason: "no more", times };
    case "denied":
      return { type: "syscall.denied", reason: "no", times };
    case "done": {
      if (kind === "tool") {
        return { type: "syscall.done", result: { kind, text: SECRETS.result, outcome: "ok" }, times };
      }
      const toolCalls = [{ id: "call_1", name: "write_file", arguments: { content: SECRETS.argument } }];
      return {
        type: "syscall.done",
        result: {
          kind,
          message: { role: "assistant", content: SECRETS.answer, toolCalls },
          model: "model-1",
          finishReason: "tool-calls",
          usage: { promptTokens: 7, outputTokens: 3, source: "reported" },
        },
        times,
      };
    }
  }
}

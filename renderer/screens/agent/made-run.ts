import { type AgentDetail, emptyDetail, reduceDetail } from "../../../shared/agent-detail.ts";
import { EVENT_VERSION, type KernelEvent, type KernelEventBody } from "../../../shared/events.ts";
import { type AgentId, agentId, coreId, type SyscallId, seq, syscallId } from "../../../shared/ids.ts";
import { type AgentManifest, manifestSchema } from "../../../shared/manifest.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { Effect } from "../../../shared/permission.ts";
import type { SyscallCall, SyscallTimes } from "../../../shared/syscall.ts";

/** Events of one agent for tests, numbered, with a wall clock that the test moves by hand. */
export class MadeRun {
  readonly agentId = agentId(7);
  readonly events: KernelEvent[] = [];
  now = 1_000_000;

  /** Adds events, all at the present moment. */
  add(...bodies: readonly KernelEventBody[]): this {
    for (const body of bodies) {
      this.events.push({
        v: EVENT_VERSION,
        seq: seq(this.events.length + 1),
        at: this.now,
        mono: this.now - 1_000_000,
        ...body,
      });
    }
    return this;
  }

  /** Moves the clock, in ms. */
  wait(ms: number): this {
    this.now += ms;
    return this;
  }

  created(n: number, call: SyscallCall): this {
    return this.add({
      type: "syscall.created",
      ...this.of(n),
      call,
      parent: null,
      priority: 5,
      deadline: null,
      tokenBudget: null,
    });
  }

  allowed(n: number, effects: readonly Effect[] = []): this {
    return this.add({
      type: "syscall.gated",
      ...this.of(n),
      decision: { verdict: "allow", by: "mode", risk: "low", effects, reason: "Low risk in this mode" },
    });
  }

  queued(n: number): this {
    return this.add({ type: "syscall.queued", ...this.of(n), queue: "llm", reason: "new" });
  }

  running(n: number, waitedMs: number): this {
    return this.add({
      type: "syscall.running",
      ...this.of(n),
      placement: { coreId: coreId("offline"), slot: 1 },
      decision: {
        policy: "fifo",
        winner: syscallId(n),
        candidates: [{ syscallId: syscallId(n), key: 1 }],
        waiting: 1,
        reason: "It came first",
      },
      waitedMs,
    });
  }

  done(n: number, text: string, kind: "storage" | "tool" = "storage", times: SyscallTimes = NO_TIMES): this {
    return this.add({ type: "syscall.done", ...this.of(n), result: { kind, text, outcome: "ok" }, times });
  }

  of(n: number): { readonly agentId: AgentId; readonly syscallId: SyscallId } {
    return { agentId: this.agentId, syscallId: syscallId(n) };
  }

  detail(): AgentDetail {
    return this.events.reduce(reduceDetail, emptyDetail(this.agentId));
  }
}

export const NO_TIMES: SyscallTimes = { waitMs: 0, serviceMs: 0, turnaroundMs: 0 };

export const storageCall = (tool: string, values: JsonObject): SyscallCall => ({
  kind: "storage",
  tool,
  arguments: values,
  toolCallId: null,
});

export const modelCall: SyscallCall = {
  kind: "llm",
  model: null,
  tools: ["calculate", "clock"],
  maxOutputTokens: null,
  messages: null,
};

/** A manifest for tests; the schema fills in the rest. */
export const madeManifest = (change: Partial<AgentManifest> = {}): AgentManifest => ({
  ...manifestSchema.parse({
    name: "maths-tutor",
    title: "Maths tutor",
    description: "Works out sums.",
    instructions: "You work out sums.",
    tools: ["calculate"],
    sampleTasks: ["What is 23 * 19 plus 7?", "How many days are there until 25 December?"],
  }),
  ...change,
});

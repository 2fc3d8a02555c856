import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KernelEvent, KernelEventBody } from "../../../shared/events.ts";
import { agentId, seq, syscallId } from "../../../shared/ids.ts";
import type { Message, ToolCall } from "../../../shared/messages.ts";
import { ContextFold } from "./fold.ts";

const AGENT = agentId(1);
const times = { waitMs: 0, serviceMs: 0, turnaroundMs: 0 };
const task = { role: "user", content: "task" } as const;

/** A fold with the events of one agent, written as they come. */
class Story {
  readonly fold = new ContextFold();
  #seq = 0;
  #syscall = 0;

  event(body: KernelEventBody): void {
    this.#seq += 1;
    const event: KernelEvent = { v: 4, seq: seq(this.#seq), at: this.#seq, mono: this.#seq, ...body };
    this.fold.apply(event);
  }

  start(call: Extract<KernelEventBody, { type: "syscall.created" }>["call"]) {
    this.#syscall += 1;
    const id = syscallId(this.#syscall);
    const rest = { parent: null, priority: 5, deadline: null, tokenBudget: null };
    this.event({ type: "syscall.created", agentId: AGENT, syscallId: id, call, ...rest });
    return { agentId: AGENT, syscallId: id, times } as const;
  }

  answer(toolCalls: readonly ToolCall[]): void {
    const call = { kind: "llm", model: null, tools: [], maxOutputTokens: null, messages: null } as const;
    const ids = this.start(call);
    const message = { role: "assistant", content: "", toolCalls } as const;
    const usage = { promptTokens: 1, outputTokens: 1, source: "reported" } as const;
    const result = { kind: "llm", message, model: "m", finishReason: "tool-calls", usage } as const;
    this.event({ ...ids, type: "syscall.done", result });
  }

  startTool(id: string) {
    return this.start({ kind: "tool", tool: "clock", arguments: {}, toolCallId: id });
  }
}

const toolCall = (id: string): ToolCall => ({ id, name: "clock", arguments: {} });
const resultsOf = (messages: readonly Message[]) =>
  messages.flatMap((message) => (message.role === "tool" ? [message.toolCallId] : []));

const endings = fc.constantFrom("done", "failed", "cancelled", "denied", "stopped-then-done");
const turns = fc.array(fc.array(fc.record({ ending: endings, order: fc.nat() }), { maxLength: 6 }), {
  maxLength: 4,
});

test("each tool call has exactly one message, in order of the calls, right after its answer", () => {
  fc.assert(
    fc.property(turns, (all) => {
      const story = new Story();
      story.event({ type: "context.appended", agentId: AGENT, messages: [task] });
      all.forEach((turn, index) => {
        const ids = turn.map((_, call) => `call_${index}_${call}`);
        story.answer(ids.map(toolCall));
        const started = turn.map(({ ending, order }, call) => {
          return { ids: story.startTool(ids[call] ?? ""), ending, order, id: ids[call] ?? "" };
        });
        for (const { ids: call, ending, id } of started.toSorted((a, b) => a.order - b.order)) {
          const before = story.fold.unanswered().map((each) => each.id);
          expect(before).toContain(id);
          end(story, call, ending, id);
          expect(story.fold.unanswered().map((each) => each.id)).toEqual(
            before.filter((each) => each !== id),
          );
        }
        expect(story.fold.unanswered()).toEqual([]);
        const after = story.fold.messages.slice(-1 - ids.length);
        expect(after[0]?.role).toBe("assistant");
        expect(resultsOf(after)).toEqual(ids);
      });
      const { messages } = story.fold;
      const calls = messages.flatMap((each) => (each.role === "assistant" ? each.toolCalls : []));
      expect(resultsOf(messages)).toEqual(calls.map(({ id }) => id));
    }),
  );
});

function end(story: Story, ids: ReturnType<Story["startTool"]>, ending: string, id: string): void {
  const done = { kind: "tool", text: "12:00", outcome: "ok" } as const;
  switch (ending) {
    case "failed":
      story.event({ ...ids, type: "syscall.failed", error: { code: "tool-failed", message: "no" } });
      return;
    case "denied":
      story.event({ ...ids, type: "syscall.denied", reason: "no" });
      return;
    case "cancelled":
      story.event({ ...ids, type: "syscall.cancelled", cause: "person", reason: "no" });
      return;
    case "stopped-then-done": {
      story.event({ ...ids, type: "syscall.cancelled", cause: "kernel-stopped", reason: "stopped" });
      expect(story.fold.unanswered().map((each) => each.id)).toContain(id);
      story.event({ ...story.startTool(id), type: "syscall.done", result: done });
      return;
    }
    default:
      story.event({ ...ids, type: "syscall.done", result: done });
  }
}

describe("what the model reads of", () => {
  const read = (write: (story: Story, ids: ReturnType<Story["startTool"]>) => void): Message | undefined => {
    const story = new Story();
    story.answer([toolCall("c")]);
    write(story, story.startTool("c"));
    return story.fold.messages.at(-1);
  };

  test("a failure: the message and the way out", () => {
    const error = { code: "not-found", message: "There is no x", hint: "Try y" } as const;
    expect(read((story, ids) => story.event({ ...ids, type: "syscall.failed", error }))).toEqual({
      role: "tool",
      toolCallId: "c",
      name: "clock",
      content: "Error: There is no x. Try y",
      outcome: "error",
    });
  });

  test("an outcome that a crash hid", () => {
    const error = { code: "outcome-unknown", message: "Nobody knows" } as const;
    expect(read((story, ids) => story.event({ ...ids, type: "syscall.failed", error }))).toMatchObject({
      content: "Error: Nobody knows",
      outcome: "unknown",
    });
  });

  test("a denial: the reason", () => {
    expect(read((story, ids) => story.event({ ...ids, type: "syscall.denied", reason: "no" }))).toMatchObject(
      {
        content: "Denied: no",
        outcome: "denied",
      },
    );
  });
});

describe("leaves out", () => {
  test("calls that no model asked for, and answers to prompts of their own", () => {
    const story = new Story();
    const tool = story.start({ kind: "tool", tool: "clock", arguments: {}, toolCallId: null });
    story.event({ ...tool, type: "syscall.done", result: { kind: "tool", text: "x", outcome: "ok" } });
    const call = { kind: "llm", model: null, tools: [], maxOutputTokens: null, messages: [task] } as const;
    const result = {
      kind: "llm",
      message: { role: "assistant", content: "aside", toolCalls: [] },
      model: "m",
      finishReason: "stop",
      usage: { promptTokens: 1, outputTokens: 1, source: "reported" },
    } as const;
    story.event({ ...story.start(call), type: "syscall.done", result });
    expect(story.fold.messages).toEqual([]);
  });

  test("a second result of the same call", () => {
    const story = new Story();
    story.answer([toolCall("c")]);
    const [first, second] = [story.startTool("c"), story.startTool("c")];
    for (const ids of [first, second])
      story.event({ ...ids, type: "syscall.denied", reason: `no ${ids.syscallId}` });
    expect(resultsOf(story.fold.messages)).toEqual(["c"]);
  });
});

describe("holds", () => {
  test("what is said while tool calls are open until their results are there", () => {
    const story = new Story();
    story.answer([toolCall("c")]);
    const ids = story.startTool("c");
    story.event({ type: "context.appended", agentId: AGENT, messages: [task] });
    expect(story.fold.messages.at(-1)?.role).toBe("assistant");
    end(story, ids, "done", "c");
    expect(story.fold.messages.map(({ role }) => role)).toEqual(["assistant", "tool", "user"]);
  });

  test("no result for the model when a rewind ended the call: it will be made again", () => {
    const story = new Story();
    story.answer([toolCall("c")]);
    story.event({ ...story.startTool("c"), type: "syscall.cancelled", cause: "rewound", reason: "no" });
    expect(story.fold.unanswered()).toEqual([toolCall("c")]);
    expect(resultsOf(story.fold.messages)).toEqual([]);
  });
});

describe("takes for an answer that has begun", () => {
  test("nothing of a call of the kernel's own", () => {
    const story = new Story();
    const call = { kind: "llm", model: null, tools: [], maxOutputTokens: null, messages: [task] } as const;
    const { times: _, ...ids } = story.start({ ...call, purpose: "summary" });
    story.event({ ...ids, type: "syscall.output", text: "In short", tokens: 2 });
    expect(story.fold.partial).toBeNull();
  });
});

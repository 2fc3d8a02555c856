import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KernelEvent } from "../../shared/events.ts";
import { approvalId, seq } from "../../shared/ids.ts";
import { settle } from "./testing/manual-clock.ts";
import {
  folderWith,
  promptText,
  type RecordedRun,
  recordRun,
  type Story,
  startStory,
} from "./testing/recorded-run.ts";

let run: RecordedRun;
const started: Story[] = [];
beforeAll(async () => {
  run = await recordRun();
});
afterEach(async () => {
  for (const { kernel } of started.splice(0)) await kernel.destroy();
});

/** The story goes on after a crash that left these events. */
async function crashAfter(events: readonly KernelEvent[], answers?: "withheld"): Promise<Story> {
  const story = await startStory(folderWith(events), answers);
  started.push(story);
  return story;
}

const of = <T extends KernelEvent["type"]>(events: readonly KernelEvent[], type: T) =>
  events.filter((event): event is Extract<KernelEvent, { type: T }> => event.type === type);
const openCalls = (events: readonly KernelEvent[]) => {
  const ended = new Set(events.flatMap((event) => (isEnd(event) ? [event.syscallId] : [])));
  return of(events, "syscall.created").filter(({ syscallId }) => !ended.has(syscallId));
};
const isEnd = (event: KernelEvent): event is Extract<KernelEvent, { type: "syscall.done" }> =>
  /^syscall\.(done|failed|cancelled|denied)$/.test(event.type);
const mailOf = (events: readonly KernelEvent[]) => of(events, "agent.messaged").map(({ text }) => text);

test("the recorded run holds what a crash can hit", () => {
  const types = new Set(run.events.map(({ type }) => type));
  for (const type of [
    "approval.decided",
    "grant.added",
    "agent.paused",
    "syscall.suspended",
    "agent.messaged",
  ])
    expect(types).toContain(type);
  expect(run.answer).toBe("finished: a2 (child) done: hello from the child");
  expect(run.events.length).toBeGreaterThan(60);
});

test("after a crash at any event the agent ends as if nothing had happened", async () => {
  for (let count = 0; count <= run.events.length; count += 1) {
    const before = run.events.slice(0, count);
    const { kernel, core, ran } = await crashAfter(before);
    const message = `crash after ${count} events: ${before.at(-1)?.type}`;
    if (of(before, "agent.created").length === 0) {
      expect(kernel.kernel.feed.state().agents.size, message).toBe(0);
    } else {
      await goOn({ kernel, core, ran }, before, message);
    }
    await kernel.destroy();
    started.splice(0);
  }
});

async function goOn({ kernel, core, ran }: Story, before: readonly KernelEvent[], message: string) {
  const { agentId } = run;
  if (kernel.view(agentId)?.control === "paused") {
    await settle();
    expect(core.requests, message).toEqual([]);
    await kernel.kernel.handlers["agents.resume"]({ agentId });
  }
  const view = await kernel.ended(agentId);
  const unknown = of(kernel.events(), "agent.recovered").flatMap((event) => event.unknown);
  expect([view.ending, view.answer], message).toEqual(["done", run.answer]);

  // No answer is bought twice.
  const bought = of(before, "syscall.done").flatMap(({ syscallId }) => run.prompts.get(syscallId) ?? []);
  const asked = core.requests.map((request) => promptText(request.messages));
  expect(
    asked.filter((prompt) => bought.includes(prompt)),
    message,
  ).toEqual([]);
  expect(new Set(asked).size, message).toBe(asked.length);

  // What may not be repeated and had begun is not run again, and the model is told.
  const wipe = openCalls(before).find(({ call }) => call.kind !== "llm" && call.tool === "wipe");
  const began = of(before, "syscall.running").some(({ syscallId }) => syscallId === wipe?.syscallId);
  expect(unknown, message).toEqual(began ? [wipe?.syscallId] : []);
  const wiped = of(before, "syscall.done").some(({ syscallId }) =>
    of(before, "syscall.created").some(
      ({ syscallId: id, call }) => id === syscallId && call.kind !== "llm" && call.tool === "wipe",
    ),
  );
  expect(
    ran.filter((each) => each === "wipe 3"),
    message,
  ).toHaveLength(began || wiped ? 0 : 1);

  // Whoever was asked is not asked again about the same call.
  const requests = of(kernel.events(), "approval.requested").map(({ syscallId }) => syscallId);
  expect(new Set(requests).size, message).toBe(requests.length);

  // Each message is read once, each call has one result, each child was started once.
  const prompt = core.requests.findLast(({ messages }) => messages[1]?.content === "do much");
  if (prompt) {
    const users = prompt.messages.flatMap((each) => (each.role === "user" ? [each.content] : []));
    expect(users.toSorted(), message).toEqual(["do much", ...mailOf(before)].toSorted());
    const calls = prompt.messages.flatMap((each) => (each.role === "assistant" ? each.toolCalls : []));
    const results = prompt.messages.flatMap((each) => (each.role === "tool" ? [each.toolCallId] : []));
    expect(results, message).toEqual(calls.map(({ id }) => id));
  }
  expect(kernel.kernel.feed.state().agents.size, message).toBe(2);
  expect(kernel.kernel.feed.state().syscalls.size, message).toBe(0);
  expect(kernel.kernel.feed.state().approvals.size, message).toBe(0);
}

describe("after a crash", () => {
  const upTo = (matches: (event: KernelEvent) => boolean): readonly KernelEvent[] =>
    run.events.slice(0, run.events.findIndex(matches) + 1);

  test("an open request keeps its id and waits on, and is the same after a second crash", async () => {
    const events = upTo(({ type }) => type === "approval.requested");
    const first = await crashAfter(events, "withheld");
    await settle();
    const open = [...first.kernel.kernel.feed.state().approvals.values()];
    expect(open.slice(0, 1)).toMatchObject([{ id: "p1", tool: "write", arguments: { n: 2 } }]);
    const again = await crashAfter(first.kernel.events(), "withheld");
    await settle();
    expect([...again.kernel.kernel.feed.state().approvals.keys()]).toContain("p1");
    const { handlers } = again.kernel.kernel;
    await handlers["approvals.answer"]({
      approvalId: approvalId(1),
      answer: { type: "deny", reason: "" },
    });
    await again.kernel.seen("syscall.denied");
    expect(again.ran).not.toContain("write 2");
  });

  test("a call that was running is not, on a second crash, called unknown twice", async () => {
    const events = run.events.slice(
      0,
      run.events.findIndex(
        (event) => event.type === "syscall.running" && String(event.placement.coreId) === "wipe",
      ) + 1,
    );
    const first = await crashAfter(events, "withheld");
    await settle();
    const failed = of(first.kernel.events(), "syscall.failed");
    expect(failed.map(({ error }) => error.code)).toEqual(["outcome-unknown"]);
    const again = await crashAfter(first.kernel.events());
    await again.kernel.ended(run.agentId);
    expect(of(again.kernel.events(), "syscall.failed")).toHaveLength(1);
    const told = first.core.requests[0]?.messages.filter((each) => each.role === "tool");
    expect(told?.find(({ name }) => name === "wipe")).toMatchObject({ outcome: "unknown" });
  });

  test("a paused agent stays paused, and its open request can be answered", async () => {
    const asked = upTo(({ type }) => type === "approval.requested");
    const at = seq(asked.length + 1);
    const paused: KernelEvent = { v: 4, seq: at, at: 0, mono: 0, type: "agent.paused", agentId: run.agentId };
    const { kernel, ran, core } = await crashAfter([...asked, paused], "withheld");
    await settle();
    for (const id of kernel.kernel.feed.state().approvals.keys())
      await kernel.kernel.handlers["approvals.answer"]({ approvalId: id, answer: { type: "once" } });
    await settle();
    expect([ran, core.requests, kernel.view(run.agentId)?.control]).toEqual([[], [], "paused"]);
    await kernel.kernel.handlers["agents.resume"]({ agentId: run.agentId });
    await kernel.clock.until(() => ran.includes("write 2") && ran.includes("wipe 3"));
  });

  test("no id is given a second time", async () => {
    const events = upTo(({ type }) => type === "grant.added");
    const { kernel } = await crashAfter(events);
    await kernel.ended(run.agentId);
    for (const ids of [
      of(kernel.events(), "syscall.created").map(({ syscallId }) => syscallId),
      of(kernel.events(), "agent.created").map(({ agentId }) => agentId),
      of(kernel.events(), "approval.requested").map(({ approval }) => approval.id),
      of(kernel.events(), "grant.added").map(({ grant }) => grant.id),
    ]) {
      expect(new Set<string>(ids).size).toBe(ids.length);
    }
  });

  test("a program's call is ended: its program is gone", async () => {
    const [created] = of(run.events, "syscall.created");
    if (!created) throw new Error("nothing was called");
    const lost = { ...created, seq: seq(1), agentId: null };
    const { kernel } = await crashAfter([lost]);
    await settle();
    expect(kernel.kernel.feed.state().syscalls.size).toBe(0);
    expect(of(kernel.events(), "syscall.cancelled")).toMatchObject([{ cause: "kernel-stopped" }]);
  });
});

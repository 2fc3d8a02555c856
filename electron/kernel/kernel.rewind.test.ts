import { describe, expect, test } from "vitest";
import type { SnapshotView } from "../../shared/context.ts";
import type { KernelEvent } from "../../shared/events.ts";
import type { AgentId, SnapshotId } from "../../shared/ids.ts";
import type { AgentManifest } from "../../shared/manifest.ts";
import type { CompletionRequest } from "./ports.ts";
import { settle } from "./testing/manual-clock.ts";
import { folderWith } from "./testing/recorded-run.ts";
import { calls, type ScriptedReply, says } from "./testing/scripted-core.ts";
import { Held, type Started, testTool, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

const PARENT = { name: "helper", tools: ["look", "ask", "wipe", "start_agent"], children: ["child"] };
const MANIFESTS: readonly Partial<AgentManifest>[] = [
  { ...PARENT, limits: { steps: 50, tokens: 100_000, children: 1 } },
  { name: "child", instructions: "You are the child.", tools: [] },
];

const never = new Promise<never>(() => {});

/** Looks; then asks the person, wipes and starts a child, all at once and without an end; or does as it is told. */
function script({ messages }: CompletionRequest): ScriptedReply | Promise<ScriptedReply> {
  if (messages[0]?.content === "You are the child.") return never;
  const last = messages.at(-1);
  if (last?.role === "user" && last.content === "stop") return says("stopped");
  if (last?.role === "user" && last.content === "again") return START;
  const step = messages.filter(({ role }) => role === "assistant").length;
  return step === 0 ? calls(["look", {}, "call_0"]) : EVERYTHING;
}

const CHILD = ["start_agent", { agent: "child", task: "wait" }, "call_3"] as const;
const START = calls(CHILD);
const EVERYTHING = calls(["ask", {}, "call_1"], ["wipe", {}, "call_2"], CHILD);

async function world(folder?: string): Promise<Started & { readonly ran: string[] }> {
  const ran: string[] = [];
  const effect = (target: string) => [{ type: "delete", target, reversible: "no" }] as const;
  const tools = [
    testTool({ name: "look", run: async () => "seen" }),
    testTool({ name: "ask", effects: effect("b.txt"), run: async () => "asked" }),
    testTool({
      name: "wipe",
      effects: [{ type: "write", target: "a.txt", reversible: "yes" }],
      idempotent: "no",
      run: async () => {
        ran.push("wipe");
        return never;
      },
    }),
  ];
  const options = { manifests: MANIFESTS, tools, ...(folder === undefined ? {} : { folder }) };
  return { ...(await start(script, options)), ran };
}

async function snapshotOf({ handlers }: Started, agentId: AgentId, cause: SnapshotView["cause"]) {
  const { snapshots } = await handlers["context.snapshots"]({ agentId });
  const found = snapshots.findLast((each) => each.cause === cause);
  if (!found) throw new Error(`no snapshot of ${cause}`);
  return found.id;
}

/** An agent with a question in Inbox, a tool that runs and a child that runs; and the place before all that. */
async function busy() {
  const started = await world();
  const { kernel, ran } = started;
  const agentId = await kernel.launch({ mode: "run-freely", task: "work" });
  await kernel.clock.until(() => ran.length === 1 && started.core.running === 1);
  await kernel.seen("approval.requested");
  const snapshotId = await snapshotOf(started, agentId, "tool-wait");
  return { ...started, agentId, snapshotId };
}

const rewindTo = (agentId: AgentId, snapshotId: SnapshotId, afterwards: "go-on" | "pause") =>
  ({ agentId, snapshotId, message: "stop", afterwards }) as const;

const after = (events: readonly KernelEvent[], seq: number) => events.filter((event) => event.seq > seq);

describe("a rewind of an agent with tools, a question and a child under way", () => {
  test("ends them all, and none comes back", async () => {
    const started = await busy();
    const { kernel, handlers, agentId, snapshotId, ran, core } = started;
    const child = [...kernel.kernel.feed.state().agents.values()].find(({ parent }) => parent === agentId);
    await handlers["context.rewind"](rewindTo(agentId, snapshotId, "go-on"));
    expect(await kernel.ended(agentId)).toMatchObject({ ending: "done", answer: "stopped" });
    await settle();
    const { approvals, syscalls } = kernel.kernel.feed.state();
    expect([approvals.size, syscalls.size, ran]).toEqual([0, 0, ["wipe"]]);
    expect(child && kernel.view(child.id)).toMatchObject({ ending: "cancelled" });
    expect(core.requests.at(-1)?.messages.map(({ content }) => content)).toEqual([
      "Help.",
      "work",
      "",
      "seen",
      "stop",
    ]);
  });

  test("lets the new course start a child under a call of the same name, within its limit", async () => {
    const { kernel, handlers, agentId, snapshotId } = await busy();
    const again = { agentId, snapshotId, message: "again", afterwards: "go-on" } as const;
    await handlers["context.rewind"](again);
    await kernel.clock.until(() => kernel.kernel.feed.state().agents.size === 3);
    const children = [...kernel.kernel.feed.state().agents.values()].filter(({ parent }) => parent !== null);
    expect(children.map(({ ending }) => ending)).toEqual(["cancelled", null]);
    await kernel.clock.until(() =>
      kernel
        .eventsOf("syscall.done")
        .some(({ result }) => result.kind !== "llm" && result.text.startsWith(`Started ${children[1]?.id}`)),
    );
  });

  test("leaves alone a child that was there at the place", async () => {
    const started = await busy();
    const { kernel, handlers, agentId } = started;
    const { snapshotId } = await handlers["context.snapshot"]({ agentId, label: "" });
    await handlers["context.rewind"](rewindTo(agentId, snapshotId, "pause"));
    await settle();
    const child = [...kernel.kernel.feed.state().agents.values()].find(({ parent }) => parent === agentId);
    expect(child?.ending).toBeNull();
  });

  test("comes back right after a crash at any of its events", async () => {
    const { kernel, handlers, agentId, snapshotId } = await busy();
    const before = kernel.events().length;
    await handlers["context.rewind"](rewindTo(agentId, snapshotId, "pause"));
    const events = kernel.events();
    const place = events.findIndex(({ type }) => type === "context.rewound");
    expect(place).toBeGreaterThan(before);
    for (let count = place; count <= events.length; count += 1) {
      const message = `cut after ${events[count - 1]?.type}`;
      const next = await world(folderWith(events.slice(0, count)));
      await settle();
      expect(next.kernel.view(agentId), message).toMatchObject({ control: "paused", ending: null });
      const child = [...next.kernel.kernel.feed.state().agents.values()].find(
        (each) => each.parent === agentId,
      );
      if (count <= place) {
        expect(next.kernel.kernel.feed.state().approvals.size, message).toBe(1);
        expect(child?.ending, message).toBeNull();
        continue;
      }
      expect(next.kernel.kernel.feed.state().approvals.size, message).toBe(0);
      expect(next.kernel.kernel.feed.state().syscalls.size, message).toBe(0);
      expect(child?.ending, message).toBe("cancelled");
      await next.handlers["agents.resume"]({ agentId });
      const view = await next.kernel.ended(agentId);
      expect([view.answer, next.ran], message).toEqual(["stopped", []]);
      const unknown = next.kernel.eventsOf("agent.recovered").flatMap((event) => event.unknown);
      expect(unknown, message).toEqual([]);
    }
  });

  test("while it is paused goes on when told, and stays paused when told", async () => {
    const { kernel, handlers, agentId, snapshotId, core } = await busy();
    await handlers["agents.pause"]({ agentId });
    await handlers["context.rewind"](rewindTo(agentId, snapshotId, "pause"));
    await settle();
    const sent = core.requests.length;
    expect(kernel.view(agentId)?.control).toBe("paused");
    await handlers["context.rewind"]({ ...rewindTo(agentId, snapshotId, "go-on"), message: "" });
    expect((await kernel.ended(agentId)).answer).toBe("stopped");
    expect(core.requests).toHaveLength(sent + 1);
  });

  test("twice at once is two rewinds, and one course goes on", async () => {
    const { kernel, handlers, agentId, snapshotId } = await busy();
    const from = kernel.events().length;
    await Promise.all([
      handlers["context.rewind"]({ ...rewindTo(agentId, snapshotId, "go-on"), message: "" }),
      handlers["context.rewind"](rewindTo(agentId, snapshotId, "go-on")),
    ]);
    expect((await kernel.ended(agentId)).answer).toBe("stopped");
    const steps = after(kernel.events(), from).filter(
      (event) => event.type === "syscall.created" && event.agentId === agentId && event.call.kind === "llm",
    );
    expect(steps).toHaveLength(1);
  });

  test("while the kernel stops is either there or not at the next start", async () => {
    const { kernel, handlers, agentId, snapshotId } = await busy();
    const { folder } = kernel;
    const rewound = handlers["context.rewind"](rewindTo(agentId, snapshotId, "pause"));
    rewound.catch(() => {});
    const stopped = kernel.stop();
    kernel.clock.advance(60_000);
    await stopped;
    const next = await world(folder);
    await settle();
    const isThere = next.kernel.eventsOf("context.rewound").length === 1;
    expect(next.kernel.kernel.feed.state().approvals.size).toBe(isThere ? 0 : 1);
    expect(next.ran).toEqual([]);
  });
});

describe("a fork", () => {
  test("comes back right after a crash at any of its events", async () => {
    const { kernel, handlers, agentId, snapshotId } = await busy();
    await handlers["agents.pause"]({ agentId });
    const { agentId: forked } = await handlers["context.fork"](rewindTo(agentId, snapshotId, "go-on"));
    const events = kernel.events();
    await handlers["agents.kill"]({ agentId });
    const created = events.findIndex((event) => event.type === "agent.created" && event.agentId === forked);
    const placed = events.findIndex(({ type }) => type === "context.forked");
    for (let count = created + 1; count <= placed + 1; count += 1) {
      const message = `cut after ${events[count - 1]?.type}`;
      const next = await world(folderWith(events.slice(0, count)));
      await settle();
      const { messages } = await next.handlers["context.view"]({ agentId: forked, snapshotId: null });
      const texts = messages.slice(0, 3).map(({ message: { content } }) => content);
      expect(texts, message).toEqual(["Help.", "work", ""]);
      if (count <= placed) {
        expect(next.kernel.view(forked), message).toMatchObject({ control: "paused", ending: null });
        await next.handlers["agents.send"]({ agentId: forked, text: "stop" });
        await next.handlers["agents.resume"]({ agentId: forked });
      }
      expect((await next.kernel.ended(forked)).answer, message).toBe("stopped");
    }
  });

  test("has its source's ancestors and name, and is the person's", async () => {
    const started = await busy();
    const { kernel, handlers, agentId } = started;
    const child = [...kernel.kernel.feed.state().agents.values()].find(({ parent }) => parent === agentId);
    if (!child) throw new Error("no child runs");
    const { snapshotId } = await handlers["context.snapshot"]({ agentId: child.id, label: "" });
    const fork = await handlers["context.fork"]({
      agentId: child.id,
      snapshotId,
      message: "",
      afterwards: "pause",
    });
    expect(kernel.view(fork.agentId)).toMatchObject({ parent: agentId, forkedFrom: child.id, name: "child" });
    // It is the person's: a rewind of the parent leaves it alone.
    await handlers["context.rewind"](
      rewindTo(agentId, await snapshotOf(started, agentId, "tool-wait"), "pause"),
    );
    await settle();
    expect(kernel.view(fork.agentId)?.ending).toBeNull();
    expect(kernel.view(child.id)?.ending).toBe("cancelled");
  });

  test("carries the marks of its source", async () => {
    const model = new Held<ScriptedReply>();
    const page = testTool({
      name: "page",
      taints: [{ type: "web", host: "example.com" }],
      run: async () => "words from outside",
    });
    const { kernel, handlers } = await start(() => model.ask(), {
      manifest: { tools: ["page"] },
      tools: [page],
    });
    const agentId = await kernel.launch();
    const say = async (reply: ScriptedReply): Promise<void> => {
      await kernel.clock.until(() => model.waiting === 1);
      model.give(reply);
    };
    await say(calls(["page", {}]));
    await say(says("read it"));
    await kernel.ended(agentId);
    const { snapshots } = await handlers["context.snapshots"]({ agentId });
    const answer = snapshots.find(({ cause }) => cause === "answer");
    if (!answer) throw new Error("no snapshot of the answer");
    const input = { agentId, snapshotId: answer.id, message: "", afterwards: "pause" } as const;
    const fork = await handlers["context.fork"](input);
    const { marks } = kernel.view(fork.agentId) ?? {};
    expect(marks?.taint).toContainEqual({ type: "web", host: "example.com" });
  });
});

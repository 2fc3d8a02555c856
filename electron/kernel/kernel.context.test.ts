import { describe, expect, test } from "vitest";
import type { SnapshotView } from "../../shared/context.ts";
import type { AgentId } from "../../shared/ids.ts";
import { seq } from "../../shared/ids.ts";
import type { Message } from "../../shared/messages.ts";
import { settle } from "./testing/manual-clock.ts";
import { calls, type ScriptedReply, says } from "./testing/scripted-core.ts";
import { Held, type Started, testTool, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

const snapshotsOf = async ({ handlers }: Started, agentId: AgentId): Promise<readonly SnapshotView[]> =>
  (await handlers["context.snapshots"]({ agentId })).snapshots;

async function snapshotOf(started: Started, agentId: AgentId, cause: SnapshotView["cause"]) {
  const found = (await snapshotsOf(started, agentId)).find((each) => each.cause === cause);
  if (!found) throw new Error(`no snapshot of ${cause}`);
  return found;
}

const textsOf = (messages: readonly Message[]): readonly string[] => messages.map(({ content }) => content);

/** Writes a note: an effect that stays. */
const noteTool = (written: string[]) =>
  testTool({
    name: "note",
    effects: [{ type: "write", target: "notes.txt", reversible: "yes" }],
    run: async (args) => {
      written.push(String(args.text));
      return `noted ${String(args.text)}`;
    },
  });

/** A tool call for a note, its result, and an answer. */
async function noteTaker(written: string[] = []) {
  const model = new Held<ScriptedReply>();
  const started = await start(() => model.ask(), {
    manifest: { tools: ["note"] },
    tools: [noteTool(written)],
  });
  const agentId = await started.kernel.launch({ mode: "run-freely" });
  const say = async (reply: ScriptedReply): Promise<void> => {
    await started.kernel.clock.until(() => model.waiting === 1);
    model.give(reply);
  };
  return { started, agentId, say, model };
}

describe("a rewind", () => {
  test("of an ended agent goes back in place and goes on with what the person says", async () => {
    const { started, agentId, say } = await noteTaker();
    await say(calls(["note", { text: "one" }]));
    await say(says("first answer"));
    await started.kernel.ended(agentId);
    const before = await snapshotOf(started, agentId, "tool-wait");

    const { handlers, kernel, core } = started;
    await handlers["context.rewind"]({
      agentId,
      snapshotId: before.id,
      message: "shorter please",
      afterwards: "go-on",
    });
    // The tool is called once more, since its result is not there yet at that place.
    await say(says("second answer"));
    await kernel.clock.until(() => kernel.view(agentId)?.answer === "second answer");
    expect(textsOf(core.requests.at(-1)?.messages ?? [])).toEqual([
      "Help.",
      "help",
      "",
      "noted one",
      "shorter please",
    ]);
    expect(kernel.view(agentId)).toMatchObject({ ending: "done", rewinds: 1 });
  });

  test("lists what stays, and is itself undone by a rewind", async () => {
    const { started, agentId, say } = await noteTaker();
    const { handlers, kernel } = started;
    await say(calls(["note", { text: "one" }]));
    await say(says("answer"));
    await kernel.ended(agentId);
    const wait = await snapshotOf(started, agentId, "tool-wait");
    const whole = await handlers["context.view"]({ agentId, snapshotId: null });

    const { effects } = await handlers["context.effectsSince"]({ agentId, snapshotId: wait.id });
    expect(effects.map(({ tool, effects: what, outcome }) => [tool, what, outcome])).toEqual([
      ["note", ["write notes.txt"], "done"],
    ]);
    await handlers["context.rewind"]({ agentId, snapshotId: wait.id, message: "", afterwards: "pause" });
    expect(kernel.eventsOf("context.rewound")[0]?.effects).toEqual(effects);
    const rewound = await handlers["context.view"]({ agentId, snapshotId: null });
    expect(rewound.messages).toHaveLength(3);

    const undo = await snapshotOf(started, agentId, "before-rewind");
    await handlers["context.rewind"]({ agentId, snapshotId: undo.id, message: "", afterwards: "pause" });
    const back = await handlers["context.view"]({ agentId, snapshotId: null });
    expect(back.messages).toEqual(whole.messages);
  });

  test("of an agent in the middle of a model call ends the call and asks again from there", async () => {
    const { started, agentId, say, model } = await noteTaker();
    const { handlers, kernel, core } = started;
    await say(calls(["note", { text: "one" }]));
    await kernel.clock.until(() => model.waiting === 1);
    const wait = await snapshotOf(started, agentId, "tool-wait");
    await handlers["context.rewind"]({ agentId, snapshotId: wait.id, message: "wait", afterwards: "go-on" });
    await kernel.clock.until(() => model.waiting === 2);
    model.give(says("of a course that is left"));
    model.give(says("done"));
    const view = await kernel.ended(agentId);
    expect(view).toMatchObject({ ending: "done", answer: "done" });
    expect(core.requests.at(-1)?.messages.at(-1)).toMatchObject({ role: "user", content: "wait" });
    expect(kernel.eventsOf("syscall.cancelled").map(({ cause }) => cause)).toEqual(["rewound"]);
  });

  test("holds over a restart", async () => {
    const { started, agentId, say } = await noteTaker();
    await say(calls(["note", { text: "one" }]));
    await say(says("answer"));
    await started.kernel.ended(agentId);
    const wait = await snapshotOf(started, agentId, "tool-wait");
    const rewind = { agentId, snapshotId: wait.id, message: "again", afterwards: "pause" } as const;
    await started.handlers["context.rewind"](rewind);
    await settle();
    const { folder } = started.kernel;
    await started.kernel.stop();

    const next = await start(() => says("after the restart"), {
      folder,
      manifest: { tools: ["note"] },
      tools: [noteTool([])],
    });
    await next.handlers["agents.resume"]({ agentId });
    const view = await next.kernel.ended(agentId);
    expect(view.answer).toBe("after the restart");
    expect(textsOf(next.core.requests[0]?.messages ?? [])).toEqual([
      "Help.",
      "help",
      "",
      "noted one",
      "again",
    ]);
  });

  test("to a place that is no snapshot is refused", async () => {
    const { started, agentId, say } = await noteTaker();
    await say(says("answer"));
    await started.kernel.ended(agentId);
    for (const snapshotId of ["n1", "n999"]) {
      const input = { agentId, snapshotId, message: "", afterwards: "pause" } as never;
      await expect(started.handlers["context.rewind"](input)).rejects.toMatchObject({
        data: { code: "not-found" },
      });
    }
  });
});

describe("a fork", () => {
  test("is a new agent with the context of then, and leaves its source alone", async () => {
    const { started, agentId, say } = await noteTaker();
    const { handlers, kernel, core } = started;
    await say(calls(["note", { text: "one" }]));
    await say(says("answer"));
    await kernel.ended(agentId);
    const answer = await snapshotOf(started, agentId, "answer");
    const input = { agentId, snapshotId: answer.id, message: "and now?", afterwards: "go-on" } as const;
    const fork = await handlers["context.fork"](input);
    await say(says("forked answer"));
    const view = await kernel.ended(fork.agentId);
    expect(view).toMatchObject({ answer: "forked answer", forkedFrom: agentId });
    expect(textsOf(core.requests.at(-1)?.messages ?? [])).toEqual([
      "Help.",
      "help",
      "",
      "noted one",
      "answer",
      "and now?",
    ]);
    expect(kernel.view(agentId)?.answer).toBe("answer");
    const source = await handlers["context.view"]({ agentId, snapshotId: null });
    expect(source.messages).toHaveLength(5);
  });

  test("of a fork goes on after a restart", async () => {
    const { started, agentId, say } = await noteTaker();
    const { handlers, kernel } = started;
    await say(says("answer"));
    await kernel.ended(agentId);
    const answer = await snapshotOf(started, agentId, "answer");
    const first = await handlers["context.fork"]({
      agentId,
      snapshotId: answer.id,
      message: "second",
      afterwards: "go-on",
    });
    await say(says("two"));
    await kernel.ended(first.agentId);
    const two = await snapshotOf(started, first.agentId, "answer");
    const second = await handlers["context.fork"]({
      agentId: first.agentId,
      snapshotId: two.id,
      message: "third",
      afterwards: "pause",
    });
    await settle();
    const { folder } = kernel;
    await kernel.stop();
    const next = await start(() => says("three"), {
      folder,
      manifest: { tools: ["note"] },
      tools: [noteTool([])],
    });
    await next.handlers["agents.resume"]({ agentId: second.agentId });
    expect((await next.kernel.ended(second.agentId)).answer).toBe("three");
    const sent = textsOf(next.core.requests[0]?.messages ?? []);
    expect(sent).toEqual(["Help.", "help", "answer", "second", "two", "third"]);
  });
});

describe("snapshots", () => {
  test("are taken, named, pinned and unpinned", async () => {
    const { started, agentId, say } = await noteTaker();
    const { handlers, kernel } = started;
    await say(says("answer"));
    await kernel.ended(agentId);
    const { snapshotId } = await handlers["context.snapshot"]({ agentId, label: "before lunch" });
    const taken = (await snapshotsOf(started, agentId)).find(({ id }) => id === snapshotId);
    expect(taken).toMatchObject({ cause: "person", label: "before lunch", pinned: "yes", messages: 3 });
    await handlers["context.unpin"]({ agentId, snapshotId });
    expect((await snapshotsOf(started, agentId)).find(({ id }) => id === snapshotId)?.pinned).toBe("no");
  });

  test("show the context of then, byte for byte", async () => {
    const { started, agentId, say } = await noteTaker();
    const { handlers, kernel, core } = started;
    await say(calls(["note", { text: "grüße 😀" }]));
    await say(says("answer"));
    await kernel.ended(agentId);
    const wait = await snapshotOf(started, agentId, "tool-wait");
    const view = await handlers["context.view"]({ agentId, snapshotId: wait.id });
    const sent = core.requests[1]?.messages.slice(0, 3);
    expect(JSON.stringify(view.messages.map(({ message }) => message))).toBe(JSON.stringify(sent));
    expect(view.seq).toBe(seq(Number(wait.id.slice(1))));
  });
});

import { describe, expect, test } from "vitest";
import type { AgentId } from "../../shared/ids.ts";
import { agentMemory } from "../../shared/memory-owners.ts";
import type { Message } from "../../shared/messages.ts";
import { RECALL_HEAD } from "./context/recall-message.ts";
import { rebuildFold } from "./context/timeline.ts";
import { type Script, says } from "./testing/scripted-core.ts";
import { TestKernel } from "./testing/test-kernel.ts";
import { type Started, type StartOptions, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();
const KEEPER = { tools: ["remember", "recall"] };

/** Answers, and remembers by its tool what it is told to. */
const keeps: Script = ({ messages }) => {
  const last = messages.findLast((message) => message.role === "user" && message.part !== "memory");
  const fact = /^Remember: (.*)$/.exec(last?.content ?? "")?.[1];
  const isDone = messages.at(-1)?.role === "tool";
  if (fact === undefined || isDone) return says("Well.");
  const call = { id: `c${messages.length}`, name: "remember", arguments: { text: fact } };
  return { text: "", toolCalls: [call] };
};

const started = (options: StartOptions = {}) => start(keeps, { manifest: { ...KEEPER }, ...options });

async function run({ kernel }: Started, task: string): Promise<AgentId> {
  const id = await kernel.launch({ task });
  await kernel.ended(id);
  return id;
}

const sent = ({ core }: Started): readonly Message[] => core.requests.at(-1)?.messages ?? [];
const recalls = ({ kernel }: Started) => kernel.eventsOf("context.recalled");

describe("what memory has about a turn", () => {
  test("joins the prompt right after the turn's message, word for word and with its reasons", async () => {
    const it = await started();
    await run(it, "Remember: Ada's birthday is 10 December");
    const id = await run(it, "When is Ada's birthday?");
    const [event] = recalls(it);
    expect(event).toMatchObject({
      agentId: id,
      recall: {
        query: "When is Ada's birthday?",
        searchedBy: { type: "words" },
        items: [
          {
            owner: agentMemory("helper"),
            text: "Ada's birthday is 10 December",
            match: { words: { rank: 1 } },
          },
        ],
        left: 0,
      },
    });
    const item = event?.recall.items[0];
    expect(sent(it).slice(1)).toEqual([
      { role: "user", content: "When is Ada's birthday?" },
      {
        role: "user",
        content: `${RECALL_HEAD}\n${item?.id} (your own): Ada's birthday is 10 December`,
        part: "memory",
      },
    ]);
    const step = it.kernel.eventsOf("syscall.created").findLast(({ agentId }) => agentId === id);
    expect(event && step && event.seq < step.seq).toBe(true);
    const view = await it.handlers["context.view"]({ agentId: id, snapshotId: null });
    expect(view.messages[2]).toMatchObject({ part: "memory" });
    expect(view.recalls).toMatchObject([{ shown: "whole", recall: event?.recall }]);
    expect(view.parts.find(({ part }) => part === "memory")?.tokens).toBe(view.messages[2]?.tokens);
  });

  test("is nothing when nothing matches well, when the manifest says no, and without the tool", async () => {
    const it = await started({
      manifests: [
        { ...KEEPER },
        { name: "forgetful", recall: "off", ...KEEPER },
        { name: "toolless", tools: ["remember"] },
      ],
    });
    await run(it, "Remember: the blue bicycle in the cellar has a flat tyre");
    await run(it, "How many people live in Lisbon, and in which blue houses do they live?");
    for (const agent of ["forgetful", "toolless"]) {
      await it.kernel.ended(await it.kernel.launch({ agent, task: "Remember: the bicycle is blue" }));
      await it.kernel.ended(await it.kernel.launch({ agent, task: "Which bicycle is blue?" }));
    }
    expect(recalls(it)).toEqual([]);
  });

  test("of one agent name is never another's", async () => {
    const it = await started({ manifests: [{ ...KEEPER }, { name: "other", ...KEEPER }] });
    await run(it, "Remember: the safe opens with 4711");
    await it.kernel.ended(await it.kernel.launch({ agent: "other", task: "What opens the safe?" }));
    expect(recalls(it)).toEqual([]);
  });

  test("is not asked for where a call of the tool would be asked about, or forbidden", async () => {
    const it = await started();
    await run(it, "Remember: the safe opens with 4711");
    const draft = { agent: "helper", tool: "recall", effect: null, pattern: "**", workspace: null } as const;
    await it.handlers["rules.add"]({ draft: { ...draft, verdict: "deny", expiresAt: null } });
    await run(it, "What opens the safe?");
    expect(recalls(it)).toEqual([]);
  });

  test("comes once for each turn, and not again what the context has", async () => {
    const it = await started();
    await run(it, "Remember: the safe opens with 4711");
    await run(it, "Remember: the safe is behind the clock");
    const id = await run(it, "What opens the safe?");
    expect(recalls(it).filter(({ agentId }) => agentId === id)).toHaveLength(1);
    const { snapshots } = await it.handlers["context.snapshots"]({ agentId: id });
    const last = snapshots[0];
    if (!last) throw new Error("an ended agent has a snapshot");
    const message = "Where is the safe? What opens the safe?";
    await it.handlers["context.rewind"]({ agentId: id, snapshotId: last.id, message, afterwards: "go-on" });
    await it.kernel.seen("agent.ended", 4);
    const texts = recalls(it)
      .filter(({ agentId }) => agentId === id)
      .flatMap(({ recall }) => recall.items.map(({ text }) => text));
    expect(texts).toEqual(["the safe opens with 4711", "the safe is behind the clock"]);
  });

  test("marks the context before the call, with where an item came from", async () => {
    const it = await started();
    await run(it, "Remember: the safe opens with 4711");
    const id = await run(it, "What opens the safe?");
    const marked = it.kernel.eventsOf("context.marked").filter(({ agentId }) => agentId === id);
    expect(marked).toMatchObject([{ mark: { type: "private", source: { type: "memory" } } }]);
    expect(marked[0] && recalls(it)[0] && marked[0].seq < (recalls(it)[0]?.seq ?? 0)).toBe(true);
  });

  test("is in the context that the log gives, after a rewind before it and after a restart", async () => {
    const it = await started();
    await run(it, "Remember: the safe opens with 4711");
    const id = await run(it, "What opens the safe?");
    const before = sent(it);
    const rebuilt = () =>
      rebuildFold((each) => it.kernel.events().filter((e) => "agentId" in e && e.agentId === each), id, null);
    expect(rebuilt().messages.slice(0, before.length)).toEqual(before);
    const { snapshots } = await it.handlers["context.snapshots"]({ agentId: id });
    const first = snapshots.at(-1);
    if (!first) throw new Error("an ended agent has a snapshot");
    await it.handlers["context.rewind"]({
      agentId: id,
      snapshotId: first.id,
      message: "What opens the safe?",
      afterwards: "go-on",
    });
    await it.kernel.ended(id);
    const folder = it.kernel.folder;
    const { messages } = rebuilt();
    await it.kernel.stop();
    const again = await TestKernel.start({ cores: [it.core], manifests: [{ ...KEEPER }], folder });
    try {
      const view = await again.kernel.handlers["context.view"]({ agentId: id, snapshotId: null });
      expect(view.messages.map(({ message }) => message)).toEqual(messages);
    } finally {
      await again.stop();
    }
  });
});

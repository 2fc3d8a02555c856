import { describe, expect, test } from "vitest";
import { type MemoryOwner, memoryId } from "../../shared/memory.ts";
import { agentMemory, groupMemory, PERSON } from "../../shared/memory-owners.ts";
import { aGroup } from "./testing/sample-access-request.ts";
import { type CallSpec, calls, says } from "./testing/scripted-core.ts";
import { memoryConfig, TestKernel } from "./testing/test-kernel.ts";
import { openRequest, type StartOptions, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();
const TOOLS = [
  "remember",
  "recall",
  "get_memory",
  "list_memories",
  "forget",
  "move_memory",
  "set_memory_budget",
];
const HELPER = agentMemory("helper");
const FIRST = memoryId(1);

/** Each agent makes the calls of its task, one after the other. */
const scripted = (tasks: Readonly<Record<string, readonly CallSpec[]>>, options: StartOptions = {}) =>
  start(
    ({ messages }) => {
      const task = messages.find(({ role, content }) => role === "user" && content in tasks)?.content ?? "";
      const next = tasks[task]?.[messages.filter(({ role }) => role === "assistant").length];
      return next ? calls(next) : says("done");
    },
    { manifest: { tools: TOOLS, recall: "off" }, ...options },
  );

describe("the person", () => {
  test("adds, changes, pins, links, moves, removes and brings back by calls that are in the log", async () => {
    const { kernel, handlers } = await scripted({});
    const add = (text: string, owner: MemoryOwner = PERSON) =>
      handlers["memory.add"]({ owner, text, tags: ["home"], metadata: {} });
    const { id } = await add("Ada likes green tea");
    expect(await add("ada likes green tea.")).toEqual({ id, merged: "yes" });
    const { id: other } = await add("the office is in Riga", HELPER);
    const updated = await handlers["memory.update"]({ owner: PERSON, id, text: "Ada likes black tea" });
    expect(updated).toMatchObject({
      text: "Ada likes black tea",
      tags: ["home"],
      provenance: { by: "person" },
    });
    await handlers["memory.pin"]({ owner: PERSON, id, pinned: "yes" });
    await handlers["memory.link"]({ owner: PERSON, id, to: other, linked: "yes" });
    const detail = await handlers["memory.item"]({ owner: PERSON, id });
    expect(detail).toMatchObject({
      item: { pinned: "yes" },
      place: "ram",
      links: [{ id: other, owner: HELPER }],
    });
    await handlers["memory.undoMerge"]({ owner: PERSON, id, merge: detail.merges[0]?.id ?? 0 });
    const page = { tag: null, sort: "newest", offset: 0, limit: 10 } as const;
    const listed = await handlers["memory.items"]({ ...page, owner: PERSON, query: "" });
    expect(listed.items.map(({ item }) => item.text).sort()).toEqual([
      "Ada likes black tea",
      "ada likes green tea.",
    ]);
    const found = await handlers["memory.items"]({ ...page, owner: null, query: "office Riga" });
    expect(found).toMatchObject({
      total: 1,
      searchedBy: { type: "words" },
      items: [{ item: { id: other } }],
    });
    expect(await handlers["memory.tags"]({ owner: null })).toEqual({ tags: [{ tag: "home", items: 3 }] });
    await handlers["memory.move"]({ owner: HELPER, id: other, to: groupMemory("standard") });
    await handlers["memory.remove"]({ owner: groupMemory("standard"), id: other });
    await handlers["memory.restore"]({ owner: groupMemory("standard"), id: other });
    const made = kernel
      .eventsOf("syscall.created")
      .map(({ call, caller }) => [call.kind === "llm" ? "" : call.tool, caller?.type]);
    expect(made.map(([tool]) => tool)).toEqual([
      "remember",
      "remember",
      "remember",
      "update_memory",
      "pin_memory",
      "link_memories",
      "undo_memory_merge",
      "move_memory",
      "forget",
      "restore_memory",
    ]);
    expect(new Set(made.map(([, caller]) => caller))).toEqual(new Set(["person"]));
    const changes = kernel.eventsOf("memory.changed").map(({ change }) => change);
    expect(changes).toContain("restored");
    expect(kernel.kernel.feed.state().memories.get(groupMemory("standard"))?.usage.items).toBe(1);
  });

  test("is told why a change was refused", async () => {
    const { handlers } = await scripted({});
    await expect(handlers["memory.remove"]({ owner: PERSON, id: FIRST })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
    const nobody = { owner: agentMemory("nobody"), text: "x", tags: [], metadata: {} };
    await expect(handlers["memory.add"](nobody)).rejects.toMatchObject({
      data: { code: "not-found", message: "There is no agent nobody" },
    });
  });

  test("sets budgets that hold at once and after a restart, when RAM starts empty", async () => {
    const config = memoryConfig();
    const { kernel, handlers, core } = await scripted({}, { config });
    for (let n = 0; n < 3; n += 1) {
      await handlers["memory.add"]({ owner: HELPER, text: `fact ${n}`, tags: [], metadata: {} });
    }
    const usage = (of: TestKernel = kernel) => of.kernel.feed.state().memories.get(HELPER)?.usage;
    expect(usage()).toMatchObject({ items: 3, ramItems: 3 });
    await handlers["memory.setBudget"]({ owner: HELPER, bytes: 600 });
    expect(usage()).toMatchObject({ items: 3, ramItems: 1, budgetBytes: 600 });
    await kernel.stop();
    const again = await TestKernel.start({ cores: [core], folder: kernel.folder, config });
    try {
      await again.clock.until(() => usage(again)?.ramItems === 0);
      expect(usage(again)).toMatchObject({ items: 3, ramItems: 0, ramBytes: 0, budgetBytes: 600 });
      await again.kernel.handlers["memory.setBudget"]({ owner: HELPER, bytes: null });
      expect(usage(again)?.budgetBytes).toBeGreaterThan(1_000_000);
    } finally {
      await again.stop();
    }
  });
});

describe("an agent", () => {
  test("writes its group's memory, which its members find and nobody else", async () => {
    const office = aGroup("office");
    const agents = { tools: TOOLS, recall: "off" } as const;
    const { kernel, handlers } = await scripted(
      {
        tell: [["remember", { text: "the door code is blue", for: "group:office" }]],
        ask: [["recall", { query: "door code" }]],
        pry: [
          ["recall", { query: "door code", owner: "group:office" }],
          ["get_memory", { id: "m1" }],
        ],
      },
      {
        manifests: [
          { ...agents, name: "clerk", groups: ["office"] },
          { ...agents, name: "boss", groups: ["office", "standard"] },
          { ...agents, name: "helper" },
        ],
      },
    );
    await handlers["groups.save"]({ group: office });
    for (const [agent, task] of [
      ["clerk", "tell"],
      ["boss", "ask"],
      ["helper", "ask"],
      ["helper", "pry"],
    ] as const)
      await kernel.ended(await kernel.launch({ agent, task }));
    const [told, found, nothing] = kernel
      .eventsOf("syscall.done")
      .flatMap(({ result }) => (result.kind === "memory" ? [result.text] : []));
    const id = /m\d+/.exec(told ?? "")?.[0];
    expect(told).toBe(`Remembered as ${id}: the door code is blue`);
    expect(found).toContain(`${id} (group:office): the door code is blue`);
    expect(nothing).toBe("Nothing is remembered about this.");
    expect(kernel.eventsOf("syscall.denied").map(({ reason }) => reason)).toEqual([
      "The privilege groups of helper do not include: read memory:group:office",
    ]);
    expect(kernel.eventsOf("syscall.failed").map(({ error }) => error.code)).toEqual(["not-found"]);
    expect(kernel.eventsOf("approval.requested")).toEqual([]);
  });

  test("asks before it writes what every agent reads, in each mode", async () => {
    const started = await scripted({ tell: [["remember", { text: "Ada is away", for: "person" }]] });
    const { kernel, handlers } = started;
    const agentId = await kernel.launch({ task: "tell", mode: "run-freely" });
    const approval = await openRequest(started);
    expect(approval.effects).toEqual([{ type: "write", target: "memory:person", reversible: "yes" }]);
    await handlers["approvals.answer"]({ approvalId: approval.id, answer: { type: "once" } });
    await kernel.ended(agentId);
    expect(kernel.kernel.feed.state().memories.get(PERSON)?.usage.items).toBe(1);
  });

  test("sets no budget", async () => {
    const { kernel } = await scripted({ more: [["set_memory_budget", { owner: "agent:helper", bytes: 9 }]] });
    await kernel.ended(await kernel.launch({ task: "more" }));
    expect(kernel.eventsOf("syscall.failed").map(({ error }) => error.code)).toEqual(["not-allowed"]);
  });
});

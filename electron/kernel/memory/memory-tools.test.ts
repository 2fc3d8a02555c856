import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MEMORY_CHARACTERS } from "../../../shared/contract-memory.ts";
import { agentId, syscallId } from "../../../shared/ids.ts";
import type { MemoryOwner } from "../../../shared/memory.ts";
import { groupMemory, PERSON } from "../../../shared/memory-owners.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { TaintSource } from "../../../shared/taint.ts";
import { MEMORY_ITEMS } from "../limits.ts";
import type { Tool, ToolRun } from "../ports.ts";
import { MemoryStand } from "../testing/memory-stand.ts";
import { runTool } from "../testing/run-tool.ts";
import { memoryCareTools } from "./memory-care-tools.ts";
import { memoryTools } from "./memory-tools.ts";

let stand: MemoryStand;
let syscall: number;
let tools: readonly Tool[];
const budgets: unknown[] = [];
beforeEach(async () => {
  stand = await MemoryStand.open();
  syscall = 0;
  const parts = {
    memory: stand.manager,
    originOf: () => null,
    readable: ({ memoryOwner }: { readonly memoryOwner: string }) => [
      memoryOwner as MemoryOwner,
      groupMemory("office"),
      PERSON,
    ],
    checkOwner: () => {},
    vectorOf: async () => null,
    setBudget: async (...given: unknown[]) => void budgets.push(given),
  };
  tools = [...memoryTools(parts), ...memoryCareTools(parts)];
});
afterEach(() => stand.close());

const toolOf = (name: string): Tool => {
  const tool = tools.find(({ specification }) => specification.name === name);
  if (!tool) throw new Error(`there is no ${name}`);
  return tool;
};

async function call(name: string, args: JsonObject, fields: Partial<ToolRun> = {}): Promise<string> {
  syscall += 1;
  const { clock } = stand;
  clock.advance(1);
  const run = { syscallId: syscallId(syscall), memoryOwner: "agent:helper", agentId: agentId(1), clock };
  return runTool(toolOf(name), args, { ...run, ...fields });
}

const effectsOf = async (name: string, args: JsonObject): Promise<readonly string[]> => {
  const tool = toolOf(name);
  const effects = await tool.effects(tool.parse(args), { memoryOwner: "agent:helper", agentId: agentId(1) });
  return effects.map(({ type, target }) => `${type} ${target}`);
};

test("what is remembered can be found, read, changed, listed and forgotten", async () => {
  expect(await call("recall", { query: "tea" })).toBe("Nothing is remembered about this.");
  expect(await call("list_memories", {})).toBe("Nothing is remembered yet.");
  expect(await call("remember", { text: " Ada likes green tea " })).toBe(
    "Remembered as m3: Ada likes green tea",
  );
  expect(await call("remember", { text: "Bob likes coffee", tags: ["drinks"] })).toBe(
    "Remembered as m4: Bob likes coffee",
  );
  expect(await call("recall", { query: "who likes tea?" })).toBe(
    "m3: Ada likes green tea\nm4: Bob likes coffee\nWhy: m3 words 1; m4 words 2",
  );
  expect(await call("get_memory", { id: "m4" })).toBe("m4: Bob likes coffee");
  expect(await call("update_memory", { id: "m4", text: "Bob likes cocoa" })).toBe(
    "Updated m4: Bob likes cocoa",
  );
  expect(await call("list_memories", {})).toBe("m4: Bob likes cocoa\nm3: Ada likes green tea");
  expect(await call("forget", { id: "m3" })).toBe("Forgot m3");
  expect(await call("recall", { query: "tea" })).toBe("Nothing is remembered about this.");
  expect(await call("restore_memory", { id: "m3" })).toBe("Restored m3");
  expect(await call("recall", { query: "tea" })).toContain("m3: Ada likes green tea");
});

test("what is nearly the same joins what is there, and is two again when that is undone", async () => {
  await call("remember", { text: "Ada likes green tea" });
  expect(await call("remember", { text: "ada likes green tea." })).toBe(
    "Merged into m1, which says nearly the same: ada likes green tea.",
  );
  expect(await call("undo_memory_merge", { id: "m1", merge: 1 })).toBe("m1 is two items again");
  expect(await call("list_memories", {})).toBe("m2: ada likes green tea.\nm1: Ada likes green tea");
});

test("links, pins and moves", async () => {
  await call("remember", { text: "the plan" });
  await call("remember", { text: "the budget" });
  expect(await call("link_memories", { id: "m1", to: "m2" })).toBe("Linked m1 to m2");
  expect(await call("link_memories", { id: "m1", to: "m2", linked: "no" })).toBe(
    "m1 is linked to m2 no more",
  );
  expect(await call("pin_memory", { id: "m1" })).toBe("Pinned m1");
  expect(await call("move_memory", { id: "m1", to: "group:office" })).toBe("Moved m1 to group:office");
  expect(await call("recall", { query: "plan" })).toContain("m1 (group:office): the plan");
  expect(await call("get_memory", { id: "m1" })).toBe("m1 (group:office): the plan");
  expect(await call("list_memories", {})).toBe("m2: the budget");
});

test("the same call made twice keeps one item", async () => {
  for (let n = 0; n < 2; n += 1) await call("remember", { text: "once" }, { syscallId: syscallId(12) });
  expect(await call("list_memories", {})).toBe("m12: once");
});

test("one owner never sees another's", async () => {
  await call("remember", { text: "private" }, { memoryOwner: "agent:one" });
  const read = (name: string, args: JsonObject) => call(name, args, { memoryOwner: "agent:two" });
  expect(await read("list_memories", {})).toBe("Nothing is remembered yet.");
  expect(await read("recall", { query: "private" })).toBe("Nothing is remembered about this.");
  for (const [name, args] of [
    ["get_memory", { id: "m1" }],
    ["update_memory", { id: "m1", text: "x" }],
    ["forget", { id: "m1" }],
    ["pin_memory", { id: "m1" }],
    ["move_memory", { id: "m1", to: "agent:two" }],
  ] as const)
    await expect(read(name, args)).rejects.toMatchObject({ data: { code: "not-found" } });
  expect(stand.manager.usage("agent:one" as MemoryOwner).items).toBe(1);
});

describe("effects", () => {
  test("name the memory that a call is on, and every one that a search reads", async () => {
    await call("remember", { text: "for all of us", for: "group:office" });
    await call("remember", { text: "mine" });
    await call("remember", { text: "not to be seen" }, { memoryOwner: "agent:other" });
    expect(await effectsOf("remember", { text: "x" })).toEqual(["write memory:agent:helper"]);
    expect(await effectsOf("remember", { text: "x", for: "person" })).toEqual(["write memory:person"]);
    expect(await effectsOf("recall", { query: "x" })).toEqual([
      "read memory:agent:helper",
      "read memory:group:office",
      "read memory:person",
    ]);
    expect(await effectsOf("recall", { query: "x", owner: "agent:boss" })).toEqual([
      "read memory:agent:boss",
    ]);
    expect(await effectsOf("forget", { id: "m1" })).toEqual(["write memory:group:office"]);
    // It tells nobody whose an item is that they do not see, nor that it is there.
    expect(await effectsOf("forget", { id: "m3" })).toEqual(["write memory:agent:helper"]);
    expect(await effectsOf("link_memories", { id: "m2", to: "m1" })).toEqual([
      "write memory:agent:helper",
      "read memory:group:office",
    ]);
    expect(await effectsOf("move_memory", { id: "m2", to: "person" })).toEqual([
      "write memory:agent:helper",
      "write memory:person",
    ]);
  });

  test("hold for the run: an item that moves after the gate has looked takes nobody along", async () => {
    await call("remember", { text: "mine" });
    const tool = toolOf("update_memory");
    const args = tool.parse({ id: "m1", text: "steered" });
    const caller = { memoryOwner: "agent:helper", agentId: agentId(1) };
    await tool.effects(args, caller);
    await stand.manager.move(
      "agent:helper" as MemoryOwner,
      "m1" as Parameters<typeof stand.manager.move>[1],
      PERSON,
      { agentId: null, syscallId: null },
    );
    await expect(tool.run(args, { ...caller } as ToolRun)).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });
});

test("what came from outside marks whoever reads it", async () => {
  await stand.manager.add(stand.draft("agent:helper" as MemoryOwner, "send it all", { origin: "a page" }), {
    agentId: null,
    syscallId: null,
  });
  const seen: TaintSource[] = [];
  const taint = (source: TaintSource) => void seen.push(source);
  await call("recall", { query: "send" }, { taint });
  await call("get_memory", { id: "m1" }, { taint });
  await call("list_memories", {}, { taint });
  expect(seen).toEqual(Array.from({ length: 3 }, () => ({ type: "memory", item: "m1", origin: "a page" })));
});

test("only the person sets budgets", async () => {
  const args = { owner: "agent:helper", bytes: 1_000 };
  await expect(call("set_memory_budget", args)).rejects.toMatchObject({ data: { code: "not-allowed" } });
  await call("set_memory_budget", args, { agentId: null });
  expect(budgets).toEqual([["agent:helper", 1_000]]);
});

describe("bounds", () => {
  test("a long list says how many are left out", async () => {
    for (let n = 0; n < 53; n += 1) await call("remember", { text: `fact ${n}` });
    const lines = (await call("list_memories", {})).split("\n");
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([51, "m53: fact 52", "… and 3 older"]);
  });

  test("a full memory takes nothing more", async () => {
    stand.disk.totals = async () => [
      { owner: "agent:helper" as MemoryOwner, items: MEMORY_ITEMS, bytes: 1_000_000 },
    ];
    await stand.manager.open();
    await expect(call("remember", { text: "one more" })).rejects.toMatchObject({
      data: { code: "limit-reached" },
    });
  });

  test.each([
    ["remember", { text: "x".repeat(MEMORY_CHARACTERS + 1) }, "text"],
    ["remember", { text: "  " }, "text"],
    ["remember", { text: "x", for: "nobody" }, "for"],
    ["get_memory", { id: "12" }, "id"],
    ["update_memory", { id: "m1" }, "text"],
    ["recall", { query: "" }, "query"],
    ["forget", {}, "id"],
  ])("%s refuses %j", async (name, args, field) => {
    await expect(call(name, args)).rejects.toMatchObject({ data: { code: "bad-input", field } });
  });
});

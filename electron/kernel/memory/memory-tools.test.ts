import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MEMORY_CHARACTERS } from "../../../shared/contract-memory.ts";
import { syscallId } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { openSqliteMemoryStore } from "../../adapters/sqlite-memory-store.ts";
import { MEMORY_ITEMS } from "../limits.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { runTool } from "../testing/run-tool.ts";
import { memoryTools } from "./memory-tools.ts";

let folder: string;
let store: ReturnType<typeof openSqliteMemoryStore>;
let syscall: number;
const clock = new ManualClock();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-memory-"));
  store = openSqliteMemoryStore(join(folder, "memory.db"));
  syscall = 0;
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

async function call(
  name: string,
  args: JsonObject,
  memoryOwner = "agent:helper",
  n?: number,
): Promise<string> {
  const tool = memoryTools(store).find(({ specification }) => specification.name === name);
  if (!tool) throw new Error(`there is no ${name}`);
  syscall += 1;
  clock.advance(1);
  return runTool(tool, args, { syscallId: syscallId(n ?? syscall), memoryOwner, clock });
}

test("what is remembered can be found, read, changed, listed and forgotten", async () => {
  expect(await call("recall", { query: "tea" })).toBe("Nothing is remembered about this.");
  expect(await call("list_memories", {})).toBe("Nothing is remembered yet.");
  expect(await call("remember", { text: " Ada likes green tea " })).toBe(
    "Remembered as m3: Ada likes green tea",
  );
  expect(await call("remember", { text: "Bob likes coffee", tags: ["drinks"] })).toBe(
    "Remembered as m4: Bob likes coffee",
  );
  expect(await call("recall", { query: "who likes tea?" })).toContain("m3: Ada likes green tea");
  expect(await call("get_memory", { id: "m4" })).toBe("m4: Bob likes coffee");
  expect(await call("update_memory", { id: "m4", text: "Bob likes cocoa" })).toBe(
    "Updated m4: Bob likes cocoa",
  );
  expect(await call("list_memories", {})).toBe("m4: Bob likes cocoa\nm3: Ada likes green tea");
  expect(await call("forget", { id: "m3" })).toBe("Forgot m3");
  expect(await call("recall", { query: "tea" })).toBe("Nothing is remembered about this.");
});

test("the same call made twice keeps one item", async () => {
  for (let n = 0; n < 2; n += 1) await call("remember", { text: "once" }, "agent:helper", 12);
  expect(await call("list_memories", {})).toBe("m12: once");
});

test("one owner never sees another's", async () => {
  await call("remember", { text: "private" }, "agent:one");
  const read = (name: string, args: JsonObject) => call(name, args, "agent:two");
  expect(await read("list_memories", {})).toBe("Nothing is remembered yet.");
  expect(await read("recall", { query: "private" })).toBe("Nothing is remembered about this.");
  for (const [name, args] of [
    ["get_memory", { id: "m1" }],
    ["update_memory", { id: "m1", text: "x" }],
    ["forget", { id: "m1" }],
  ] as const)
    await expect(read(name, args)).rejects.toMatchObject({ data: { code: "not-found" } });
  expect(store.count("agent:one")).toBe(1);
});

describe("bounds", () => {
  test("a long list says how many are left out", async () => {
    for (let n = 0; n < 53; n += 1) await call("remember", { text: `fact ${n}` });
    const lines = (await call("list_memories", {})).split("\n");
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([51, "m53: fact 52", "… and 3 older"]);
  });

  test("a full memory takes nothing more", async () => {
    store = { ...store, count: () => MEMORY_ITEMS };
    await expect(call("remember", { text: "one more" })).rejects.toMatchObject({
      data: { code: "limit-reached" },
    });
  });

  test.each([
    ["remember", { text: "x".repeat(MEMORY_CHARACTERS + 1) }, "text"],
    ["remember", { text: "  " }, "text"],
    ["get_memory", { id: "12" }, "id"],
    ["recall", { query: "" }, "query"],
    ["forget", {}, "id"],
  ])("%s refuses %j", async (name, args, field) => {
    await expect(call(name, args)).rejects.toMatchObject({ data: { code: "bad-input", field } });
  });
});

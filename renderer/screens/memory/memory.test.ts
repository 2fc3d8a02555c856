import { describe, expect, it } from "vitest";
import { MEMORY_PAGE } from "../../../shared/contract-memory.ts";
import type { CoreInfo } from "../../../shared/cores.ts";
import { KernelError } from "../../../shared/errors.ts";
import { type MemoryItemView, memoryId } from "../../../shared/memory.ts";
import { agentMemory, groupMemory, PERSON } from "../../../shared/memory-owners.ts";
import { budgetAmount, budgetBytes } from "./budget-amount.ts";
import { draftOf, EMPTY_DRAFT, editOf, listOf, metadataOf } from "./edit-item.ts";
import { embeddingChoices } from "./embedding-choices.ts";
import { createItemStore, type ItemsAsked, itemAt } from "./item-store.ts";
import { listCommand } from "./list-keys.ts";
import { madeItem } from "./made-items.ts";
import { ownerGroups, ramShare, sumOf } from "./owners.ts";
import { matchText, movedText } from "./words.ts";

const usage = { items: 2, bytes: 900, ramItems: 1, ramBytes: 400, budgetBytes: 1_000 };
const seen = { usage, evictions: 3, evictedBytes: 90, loads: 1, loadedBytes: 30 };

describe("owners", () => {
  it("are all that have a memory or could, each once, with the budget they would have", () => {
    const groups = ownerGroups({
      memories: [{ owner: agentMemory("gone"), ...seen }],
      agents: ["writer", "clerk"],
      groups: ["office"],
      budgetOf: () => 77,
    });
    expect(groups.map(({ title, rows }) => [title, rows.map(({ label }) => label)])).toEqual([
      ["You", ["You"]],
      ["Agents", ["clerk", "gone", "writer"]],
      ["Groups", ["office"]],
    ]);
    expect(groups[0]?.rows[0]?.usage).toMatchObject({ items: 0, budgetBytes: 77 });
    expect(groups[1]?.rows[1]).toMatchObject({ evictions: 3, usage });
  });

  it("are summed up, and a budget of nothing is full once anything is held", () => {
    const sum = sumOf([
      { owner: PERSON, ...seen },
      { owner: groupMemory("office"), ...seen },
    ]);
    expect(sum).toMatchObject({ evictions: 6, usage: { items: 4, ramBytes: 800, budgetBytes: 2_000 } });
    expect([ramShare(sum.usage), ramShare({ ramBytes: 1, budgetBytes: 0 })]).toEqual([0.4, 1]);
    expect(ramShare({ ramBytes: 0, budgetBytes: 0 })).toBe(0);
  });
});

describe("a budget", () => {
  it("is read in its unit, with a point or a comma, and refused where it is none", () => {
    expect(budgetAmount(4_096)).toEqual({ amount: "4", unit: "KiB" });
    expect(budgetBytes({ amount: " 1,5 ", unit: "MiB" })).toBe(1_572_864);
    expect(["", "-1", "much", "1e9"].map((amount) => budgetBytes({ amount, unit: "KiB" }))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

describe("an edited item", () => {
  const before = draftOf(madeItem(1, "Tea", { tags: ["drinks"], metadata: { source: "a: letter" } }));

  it("gives what was changed and nothing else", () => {
    expect(editOf(before, before)).toEqual({ type: "ok", edit: {} });
    expect(editOf({ ...before, text: " Coffee ", tags: "drinks, drinks , hot" }, before)).toEqual({
      type: "ok",
      edit: { text: "Coffee", tags: ["drinks", "hot"] },
    });
    expect(metadataOf(before.metadata)).toEqual({ source: "a: letter" });
    expect(listOf("，a、b,,c")).toEqual(["a", "b", "c"]);
  });

  it("tells what is wrong at its field", () => {
    expect(editOf({ ...EMPTY_DRAFT, metadata: "no pair", tags: "x".repeat(61) }, before)).toMatchObject({
      type: "wrong",
      problems: { text: "Expected a text", metadata: expect.any(String), tags: expect.any(String) },
    });
  });
});

describe("the list of items", () => {
  const asked: ItemsAsked = { owner: null, query: "", tag: null, sort: "newest" };
  const view = (n: number): MemoryItemView => ({
    item: madeItem(n + 1, `item ${n}`),
    place: "ram",
    match: null,
  });
  const page = (offset: number, total: number) => ({
    items: Array.from({ length: Math.min(MEMORY_PAGE, total - offset) }, (_, n) => view(offset + n)),
    total,
    searchedBy: null,
  });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  it("reads the pages that come into view, and those alone again when something changes", async () => {
    const offsets: number[] = [];
    const store = createItemStore({
      load: async (_, offset) => {
        offsets.push(offset);
        return page(offset, 1_000);
      },
    });
    store.ask(asked);
    await settled();
    expect(itemAt(store.shown(), 650)).toBeNull();
    store.want(640, 660);
    await settled();
    expect(itemAt(store.shown(), 650)?.item.id).toBe(memoryId(651));
    offsets.length = 0;
    store.reload();
    await settled();
    expect(offsets).toEqual([600]);
    expect(itemAt(store.shown(), 0)).toBeNull();
  });

  it("lets an answer that comes late for an earlier question go", async () => {
    const answers = new Map<string, () => void>();
    const store = createItemStore({
      load: (about) =>
        new Promise((resolve) => {
          answers.set(about.query, () => resolve(page(0, about.query.length)));
        }),
    });
    store.ask({ ...asked, query: "one" });
    store.ask({ ...asked, query: "three" });
    answers.get("three")?.();
    await settled();
    answers.get("one")?.();
    await settled();
    expect(store.shown()).toMatchObject({ asked: { query: "three" }, total: 5 });
  });

  it("keeps what it shows when a look fails, and says why", async () => {
    let state: "well" | "broken" = "well";
    const store = createItemStore({
      load: async () => {
        if (state === "broken") throw new KernelError("internal", "The disk is gone");
        return page(0, 3);
      },
    });
    store.ask(asked);
    await settled();
    state = "broken";
    store.reload();
    await settled();
    expect(store.shown()).toMatchObject({ total: 3, error: { message: "The disk is gone" } });
  });

  it("is moved in by keys within its bounds, and does nothing before a row is active", () => {
    expect(listCommand("ArrowDown", -1, 3, 10)).toEqual({ type: "move", to: 0 });
    expect(listCommand("PageDown", 1, 3, 10)).toEqual({ type: "move", to: 2 });
    expect(listCommand("End", 0, 0, 10)).toBeNull();
    expect(listCommand("Delete", -1, 3, 10)).toBeNull();
    expect(listCommand("p", 2, 3, 10)).toEqual({ type: "pin" });
  });
});

describe("words", () => {
  it("say why an item was found and what moved", () => {
    expect(matchText({ score: 1, words: { rank: 2, bm25: -1 }, meaning: { rank: 1, distance: 0.15 } })).toBe(
      "Found by its words (place 2) and its meaning (place 1, very near, distance 0.15)",
    );
    expect(movedText({ ids: [memoryId(1), memoryId(2)], count: 12 })).toBe("m1, m2 and 10 more");
    expect(movedText({ ids: [], count: 1 })).toBe("1 item");
  });

  it("name the models that make embeddings, and the one that is set though it is gone", () => {
    const choices = embeddingChoices([], "old-model");
    expect(choices.map(({ value }) => value)).toEqual(["", "old-model", "off"]);
    expect(choices[1]?.label).toContain("not found now");
  });

  it("say of each model what choosing it means, and that none of them is taken unasked", () => {
    const capabilities = { embeddings: "native" } as CoreInfo["capabilities"];
    const choices = embeddingChoices(
      [
        { model: "tiny", kind: "local", baseUrl: null, capabilities },
        { model: "far", kind: "openai-compatible", baseUrl: "https://example.com/v1", capabilities },
      ],
      null,
    );
    expect(choices.map(({ label }) => label)).toEqual([
      "The first running on this machine (none now)",
      "tiny (model file, loaded for it)",
      "far (elsewhere: it reads all texts)",
      "None: words only",
    ]);
  });
});

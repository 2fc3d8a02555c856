import { countTokens } from "gpt-tokenizer";
import { describe, expect, test } from "vitest";
import type { TokenSource } from "../../../shared/context.ts";
import { coreId } from "../../../shared/ids.ts";
import type { Message } from "../../../shared/messages.ts";
import { MESSAGE_OVERHEAD_TOKENS, TOKEN_BATCH_CHARACTERS } from "../limits.ts";
import { RecentCounts } from "./recent-counts.ts";
import { type CountingCore, estimateMessage, TokenCounter } from "./token-counts.ts";

/** A core with the tokenizer of OpenAI's models, that notes what it was asked to count. */
class Core implements CountingCore {
  readonly info: { readonly id: ReturnType<typeof coreId> };
  readonly batches: (readonly string[])[] = [];
  source: TokenSource = "library";

  constructor(name = "gpt") {
    this.info = { id: coreId(name) };
  }

  async countTokens(texts: readonly string[]) {
    this.batches.push(texts);
    return { counts: texts.map((text) => countTokens(text)), source: this.source };
  }

  get texts(): readonly string[] {
    return this.batches.flat();
  }
}

const user = (content: string): Message => ({ role: "user", content });
const calling: Message = {
  role: "assistant",
  content: "I look.",
  toolCalls: [{ id: "c1", name: "read_file", arguments: { path: "a.txt" } }],
};

function counter() {
  const state = { turns: 0 };
  const soon = (run: () => void): void => {
    state.turns += 1;
    queueMicrotask(run);
  };
  return { tokens: new TokenCounter(soon), state };
}

describe("a message costs", () => {
  test("its text, its calls as JSON, and the marks round it", async () => {
    const { counts, source } = await counter().tokens.messages(new Core(), [user("hello world"), calling]);
    const text = `I look.${JSON.stringify(calling.role === "assistant" ? calling.toolCalls : [])}`;
    expect(counts).toEqual([2 + MESSAGE_OVERHEAD_TOKENS, countTokens(text) + MESSAGE_OVERHEAD_TOKENS]);
    expect(source).toBe("library");
  });

  test("an estimate that says so, where no core counts", async () => {
    const { tokens } = counter();
    for (const core of [null, { info: { id: coreId("x") } }]) {
      const { counts, source } = await tokens.messages(core, [user("x".repeat(40))]);
      expect(counts).toEqual([10 + MESSAGE_OVERHEAD_TOKENS]);
      expect(source).toBe("estimate");
    }
  });
});

test("specifications of tools cost their JSON, together", async () => {
  const core = new Core();
  const { tokens } = counter();
  const tool = { name: "clock", description: "Tells the time", parameters: { type: "object" } };
  expect(await tokens.tools(core, [])).toMatchObject({ tokens: 0 });
  expect(await tokens.tools(core, [tool, tool])).toEqual({
    tokens: 2 * countTokens(JSON.stringify(tool)),
    source: "library",
  });
  expect(core.texts).toEqual([JSON.stringify(tool)]);
});

describe("only what is new is counted", () => {
  test("of messages and of texts, for each core apart", async () => {
    const { tokens } = counter();
    const [one, other] = [new Core("one"), new Core("other")];
    const messages = [user("a"), user("b")];
    const first = await tokens.messages(one, messages);
    const second = await tokens.messages(one, [...messages, user("c"), user("a")]);
    expect(second.counts.slice(0, 2)).toEqual(first.counts);
    await tokens.texts(one, ["c", "b", "d"]);
    expect(one.texts).toEqual(["a", "b", "c", "d"]);
    await tokens.messages(other, messages);
    expect(other.texts).toEqual(["a", "b"]);
  });

  test("until the core is gone", async () => {
    const { tokens } = counter();
    const core = new Core();
    await tokens.texts(core, ["a"]);
    tokens.forget(core.info.id);
    await tokens.texts(core, ["a"]);
    expect(core.texts).toEqual(["a", "a"]);
  });

  test("but for what could only be estimated", async () => {
    const { tokens } = counter();
    const core = new Core();
    core.source = "estimate";
    const message = user("hello");
    expect((await tokens.messages(core, [message])).source).toBe("estimate");
    core.source = "tokenizer";
    expect((await tokens.messages(core, [message])).source).toBe("tokenizer");
    expect((await tokens.messages(core, [message, user("hello")])).source).toBe("tokenizer");
    expect(core.texts).toEqual(["hello", "hello"]);
  });
});

describe("long texts", () => {
  const long = "the quick brown fox 😀 ".repeat(8_000);

  test("are counted in pieces, a turn of the event loop each, that come to the same within a token a cut", async () => {
    const core = new Core();
    const { tokens, state } = counter();
    const { counts } = await tokens.texts(core, [long, "short", ""]);
    const pieces = Math.ceil(long.length / TOKEN_BATCH_CHARACTERS);
    expect(Math.abs((counts[0] ?? 0) - countTokens(long))).toBeLessThanOrEqual(pieces);
    expect(counts.slice(1)).toEqual([countTokens("short"), 0]);
    expect(state.turns).toBe(core.batches.length - 1);
    expect(core.batches.length).toBeGreaterThanOrEqual(pieces);
    for (const batch of core.batches) {
      expect(batch.join("").length).toBeLessThanOrEqual(TOKEN_BATCH_CHARACTERS);
      expect(batch.every((piece) => piece.isWellFormed())).toBe(true);
    }
    expect(core.texts.join("")).toBe(`${long}short`);
  });

  test("many short ones share a batch", async () => {
    const core = new Core();
    await counter().tokens.texts(
      core,
      Array.from({ length: 500 }, (_, index) => `text ${index}`),
    );
    expect(core.batches).toHaveLength(1);
  });
});

describe("a core that fails", () => {
  test.each<[string, CountingCore["countTokens"]]>([
    ["rejects", async () => Promise.reject(new Error("no"))],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["answers for fewer texts", async () => ({ counts: [], source: "tokenizer" })],
    ["answers with no numbers", async () => ({ counts: [Number.NaN], source: "tokenizer" })],
    ["answers with less than nothing", async () => ({ counts: [-1], source: "tokenizer" })],
  ])("%s: an estimate", async (_, count) => {
    const core = { info: { id: coreId("broken") }, countTokens: count };
    const message = user("x".repeat(40));
    expect(await counter().tokens.messages(core, [message])).toEqual({
      counts: [estimateMessage(message)],
      source: "estimate",
    });
  });
});

describe("counts that are kept", () => {
  test("are those used last, within both bounds", () => {
    const counts = new RecentCounts<number>(3, 10);
    for (const text of ["a", "b", "c"]) counts.set(text, 1);
    counts.get("a");
    counts.set("d", 1);
    expect(["a", "b", "c", "d"].map((text) => counts.get(text))).toEqual([1, undefined, 1, 1]);
    counts.set("x".repeat(9), 2);
    expect(["a", "c", "d", "x".repeat(9)].map((text) => counts.get(text))).toEqual([
      undefined,
      undefined,
      1,
      2,
    ]);
  });

  test("are replaced, and a text beyond the bound is not kept", () => {
    const counts = new RecentCounts<number>(3, 10);
    counts.set("a", 1);
    counts.set("a", 2);
    counts.set("x".repeat(11), 3);
    expect([counts.get("a"), counts.get("x".repeat(11))]).toEqual([2, undefined]);
  });
});

import { describe, expect, test } from "vitest";
import { agentId } from "../../../shared/ids.ts";
import type { Message } from "../../../shared/messages.ts";
import { SUMMARY_TOKENS, TURNS_LEFT_ALONE } from "../limits.ts";
import { type CompactionInput, type CompactionPlan, planCompaction } from "./compaction-plan.ts";
import { estimateMessage } from "./token-counts.ts";

const BEGINNING: readonly Message[] = [
  { role: "system", content: "You are careful." },
  { role: "user", content: "Count the notes." },
];
/** Text of so many estimated tokens. */
const text = (tokens: number): string => "note".repeat(tokens);

/** A turn with one call whose result has so many tokens. */
const turn = (id: number, tokens: number, said = ""): readonly Message[] => [
  { role: "assistant", content: said, toolCalls: [{ id: `c${id}`, name: "read_file", arguments: { id } }] },
  { role: "tool", toolCallId: `c${id}`, name: "read_file", content: text(tokens), outcome: "ok" },
];
const turns = (...results: readonly number[]): readonly Message[] => [
  ...BEGINNING,
  ...results.flatMap((tokens, id) => turn(id, tokens)),
];

/** A window with room for 10,000 tokens. */
const WINDOW = { tokens: 12_000, reserve: 2_000 };

function plan(history: readonly Message[], changes: Partial<CompactionInput> = {}): CompactionPlan {
  return planCompaction({
    history,
    tokens: history.map(estimateMessage),
    inForce: [],
    others: { tools: 0, partial: 0 },
    window: WINDOW,
    cause: "window",
    summaries: "model",
    mark: "high",
    ...changes,
  });
}

function reduced(history: readonly Message[], changes: Partial<CompactionInput> = {}) {
  const made = plan(history, changes);
  if (made.type !== "reduce") throw new Error(`expected a reduction, not ${JSON.stringify(made)}`);
  return made;
}
const removed = ({ reductions }: ReturnType<typeof reduced>): readonly number[] =>
  reductions.flatMap((each) => (each.type === "result-removed" ? [each.position] : []));

describe("while the window is not full", () => {
  const history = turns(2_000, 2_000, 2_000, 1_000, 1_000);

  test("nothing is done, and the size is said", () => {
    const tokens = history.map(estimateMessage).reduce((total, each) => total + each, 0);
    expect(plan(history)).toEqual({ type: "fits", tokens });
    expect(plan(history, { window: null })).toEqual({ type: "fits", tokens });
  });

  test("what is sent beside the messages counts", () => {
    expect(plan(history, { others: { tools: 1_000, partial: 0 } }).type).toBe("reduce");
  });

  test("once the person has undone a compaction, only the window itself is a reason", () => {
    const others = { tools: 1_000, partial: 0 };
    expect(plan(history, { others, mark: "full" }).type).toBe("fits");
    expect(plan(history, { others: { tools: 2_500, partial: 0 }, mark: "full" }).type).toBe("reduce");
  });

  test("nothing is done either when little could be won before the window is really full", () => {
    const late = turns(250, 3_000, 3_000, 2_700);
    expect(plan(late).type).toBe("fits");
    expect(plan(late, { others: { tools: 0, partial: 0 }, cause: "person" }).type).toBe("reduce");
  });
});

describe("first old results go", () => {
  test("the long ones, oldest first, until the low mark is reached, and the last turns are left alone", () => {
    const made = reduced(turns(3_000, 500, 3_000, 1_500, 500, 500, 500));
    expect(removed(made)).toEqual([3, 7]);
    expect(made.summarise).toBeNull();
    expect(made.reaches).toBe("low-mark");
    expect(made.reductions[0]).toMatchObject({ type: "result-removed", tokens: 3_004 });
  });

  test("then shorter ones, but none that is hardly longer than the line in its place", () => {
    const made = reduced(turns(150, ...Array.from({ length: 20 }, () => 450)));
    expect(removed(made)).not.toContain(3);
    expect(removed(made).slice(0, 3)).toEqual([5, 7, 9]);
  });

  test("one that is gone is not taken out again", () => {
    const history = turns(3_000, 3_000, 3_000, 2_000, 500, 500);
    const first = reduced(history);
    const later = [...history, ...turn(10, 4_000), ...turn(11, 4_000), ...turn(12, 500), ...turn(13, 500)];
    const second = reduced(later, { inForce: first.reductions });
    expect(removed(second).some((position) => removed(first).includes(position))).toBe(false);
  });
});

describe("then the oldest whole turns go into a summary", () => {
  const talk = Array.from({ length: 40 }, (_, id) => turn(id, 100, text(180))).flat();
  const history: readonly Message[] = [
    ...BEGINNING,
    ...talk.slice(0, 10),
    { role: "user", content: "Only of May!" },
    ...talk.slice(10),
  ];

  test("as few as it takes, and what the person said in between stays", () => {
    const made = reduced(history);
    expect(made.summarise).toMatchObject({ from: 2, kept: [12], earlier: "", maxTokens: 1_000 });
    const { to = 0, messages = [] } = made.summarise ?? {};
    expect(history[to]?.role).toBe("assistant");
    expect(messages).toEqual(history.slice(2, to));
    expect(made.tokensAfter).toBeLessThanOrEqual(5_500);
    expect(made.tokensAfter).toBeGreaterThan(4_900);
  });

  test("that is made at once where no language model can", () => {
    const made = reduced(history, { summaries: "extraction" });
    expect(made.summarise).toBeNull();
    const summary = made.reductions.at(-1);
    expect(summary).toMatchObject({ type: "summary", from: 2, kept: [12] });
    expect(summary?.type === "summary" && summary.text).toContain("read_file(id ");
  });

  test("an earlier summary is taken in, with its text in place of its messages", () => {
    const first = reduced(history, { summaries: "extraction" });
    const to = first.reductions.at(-1);
    const later = [
      ...history,
      ...Array.from({ length: 20 }, (_, id) => turn(100 + id, 100, text(180))).flat(),
    ];
    const { summarise } = reduced(later, { inForce: first.reductions });
    if (to?.type !== "summary" || !summarise) throw new Error("expected two summaries");
    expect(summarise).toMatchObject({ from: 2, earlier: to.text });
    expect(summarise.to).toBeGreaterThan(to.to);
    expect(summarise.messages).toEqual([history[12], ...later.slice(to.to, summarise.to)]);
  });

  test("messages of agents are summarised, the goal is not, whoever gave it", () => {
    const child: readonly Message[] = [
      { role: "user", content: "Count.", from: agentId(1) },
      { role: "user", content: text(9_000), from: agentId(1) },
      ...turns(10, 10, 10, 10).slice(2),
    ];
    expect(reduced(child).summarise).toMatchObject({ from: 1, to: 2, kept: [] });
  });

  test("a window of any size has a summary in proportion", () => {
    const large = { tokens: 100_000, reserve: 4_000 };
    const many = [...BEGINNING, ...Array.from({ length: 400 }, (_, id) => turn(id, 100, text(180))).flat()];
    expect(reduced(many, { window: large }).summarise?.maxTokens).toBe(SUMMARY_TOKENS);
    expect(reduced(many, { window: null, cause: "person" }).summarise?.maxTokens).toBe(SUMMARY_TOKENS);
  });
});

describe("as the last resort the longest texts are cut", () => {
  test("when a single recent result is bigger than what is left", () => {
    const made = reduced(turns(20, 20, 50_000, 20));
    expect(made.reductions).toMatchObject([{ type: "cut", position: 7 }]);
    expect(made.tokensAfter).toBeLessThanOrEqual(8_500);
  });

  test("when the server refused the context, results before what was said", () => {
    const history = [...turns(20, 20), ...turn(8, 3_000, text(400)), ...turn(9, 3_000)];
    const made = reduced(history, { cause: "refused", window: null });
    expect(made.reductions).toMatchObject([
      { type: "cut", position: 7 },
      { type: "cut", position: 9 },
    ]);
  });

  test("again and shorter when it is refused again", () => {
    const history = turns(20, 20, 3_000);
    const first = reduced(history, { cause: "refused" });
    const second = reduced(history, { cause: "refused", inForce: first.reductions });
    const [one, two] = [first.reductions[0], second.reductions[0]];
    if (one?.type !== "cut" || two?.type !== "cut") throw new Error("expected two cuts");
    expect(two.characters).toBeLessThan(one.characters);
  });
});

describe("the person", () => {
  test("is obeyed however much room there is", () => {
    expect(reduced(turns(500, 500, 500, 20, 20, 20), { cause: "person" }).reductions).not.toHaveLength(0);
  });

  test("is told when there is nothing older than the last turns", () => {
    const few = turns(...Array.from({ length: TURNS_LEFT_ALONE }, () => 500));
    expect(plan(few, { cause: "person" })).toMatchObject({ type: "cannot", part: "history" });
  });
});

describe("what cannot be made to fit is named", () => {
  test.each([
    ["instructions", [{ role: "system", content: text(20_000) }, ...turns(10)], {}, "system"],
    ["tools", turns(10), { others: { tools: 20_000, partial: 0 } }, "tools"],
    ["the person's words", [...BEGINNING, { role: "user", content: text(20_000) }], {}, "history"],
    ["an answer that has begun", turns(10), { others: { tools: 0, partial: 20_000 } }, "partial"],
  ] as const)("%s", (_, history, changes, part) => {
    const made = plan(history, changes);
    expect(made).toMatchObject({ type: "cannot", part });
    expect(made.type === "cannot" && made.why).toMatch(/take \d+ tokens of the 10000 that there are/);
    expect(plan(history, { ...changes, cause: "refused", window: null })).toMatchObject({
      type: "cannot",
      part,
    });
  });
});

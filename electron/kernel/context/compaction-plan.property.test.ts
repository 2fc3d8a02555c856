import fc from "fast-check";
import { expect, test } from "vitest";
import type { CompactionCause, Reduction } from "../../../shared/context.ts";
import { agentId } from "../../../shared/ids.ts";
import type { Message } from "../../../shared/messages.ts";
import { COMPACTION_LOW_MARK } from "../limits.ts";
import { type CompactionInput, type CompactionPlan, planCompaction } from "./compaction-plan.ts";
import { applyReductions } from "./reductions.ts";
import { summaryOf } from "./summary.ts";
import { estimateMessage } from "./token-counts.ts";
import { keptPositions, lastTurnsFrom, turnsOf } from "./turns.ts";
import { roomOf } from "./window.ts";

type Step =
  | { readonly type: "turn"; readonly said: number; readonly results: readonly number[] }
  | { readonly type: "person" | "agent" | "instruction"; readonly said: number };

/** Characters of a message: mostly short, at times huge. */
const sizes = fc.oneof(
  { weight: 5, arbitrary: fc.nat(400) },
  { weight: 3, arbitrary: fc.nat(6_000) },
  { weight: 1, arbitrary: fc.nat(60_000) },
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      type: fc.constant("turn" as const),
      said: fc.nat(200),
      results: fc.array(sizes, { maxLength: 4 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("person" as const), said: fc.nat(300) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("agent" as const), said: sizes }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("instruction" as const), said: fc.nat(200) }) },
) as fc.Arbitrary<Step>;

const worlds = fc.record({
  steps: fc.array(steps, { minLength: 1, maxLength: 40 }),
  window: fc.option(
    fc.integer({ min: 400, max: 40_000 }).map((tokens) => ({ tokens, reserve: Math.floor(tokens / 4) })),
    { freq: 6 },
  ),
  others: fc.record({ tools: fc.nat(2_000), partial: fc.constantFrom(0, 0, 100) }),
  summaries: fc.constantFrom("model", "extraction"),
  mark: fc.constantFrom("high", "high", "full"),
});
const causes = fc.constantFrom<CompactionCause>("window", "window", "refused", "person");

const WORDS = "the agent read a file, and the file said that 42 is the answer 数据 of it all; ";
const text = (characters: number): string =>
  WORDS.repeat(Math.ceil(characters / WORDS.length)).slice(0, characters);

function messagesOf(step: Step, index: number): readonly Message[] {
  switch (step.type) {
    case "turn": {
      const ids = step.results.map((_, call) => `c${index}_${call}`);
      const toolCalls = ids.map((id) => ({ id, name: "read_file", arguments: { path: `notes/${id}.txt` } }));
      const results = step.results.map((size, call): Message => {
        const toolCallId = ids[call] ?? "";
        return { role: "tool", toolCallId, name: "read_file", content: text(size), outcome: "ok" };
      });
      return [{ role: "assistant", content: text(step.said), toolCalls }, ...results];
    }
    case "person":
      return [{ role: "user", content: text(step.said) }];
    case "agent":
      return [{ role: "user", content: text(step.said), from: agentId(2) }];
    case "instruction":
      return [{ role: "system", content: text(step.said) }];
  }
}

const BEGINNING: readonly Message[] = [
  { role: "system", content: "You are careful. Never delete anything." },
  { role: "user", content: "Find out how many notes mention 42." },
];
const sum = (messages: readonly Message[]): number =>
  messages.reduce((total, message) => total + estimateMessage(message), 0);

/** The reductions that a plan comes to when its model writes as much as it may. */
function reductionsOf(plan: Extract<CompactionPlan, { type: "reduce" }>): readonly Reduction[] {
  const { reductions, summarise } = plan;
  if (!summarise) return reductions;
  const words = text(summarise.maxTokens * 4);
  return [...reductions, summaryOf(summarise, words, summarise.maxTokens)];
}

function expectC4(messages: readonly Message[]): void {
  const open: string[] = [];
  for (const message of messages) {
    if (message.role === "tool") {
      expect(message.toolCallId).toBe(open.shift());
      continue;
    }
    expect(open).toEqual([]);
    if (message.role === "assistant") open.push(...message.toolCalls.map(({ id }) => id));
  }
  expect(open).toEqual([]);
}

/** What must stay is there byte by byte and in order, and the last turns but for what was cut. */
function expectKept(
  history: readonly Message[],
  shown: readonly Message[],
  reductions: readonly Reduction[],
): void {
  const kept = [...keptPositions(history)].map((position) => history[position]);
  const words = new Set(shown.map((message) => JSON.stringify(message)));
  for (const message of kept) expect(words).toContain(JSON.stringify(message));
  const persons = shown.filter(
    (message) => message.role === "system" || (message.role === "user" && !message.from),
  );
  const ours = persons.filter(({ content }) => !content.startsWith("[Summary of"));
  expect(ours).toEqual(
    kept.filter((message) => message?.role === "system" || (message?.role === "user" && !message.from)),
  );
  const from = lastTurnsFrom(turnsOf(history));
  for (const [index, message] of history.slice(from).entries()) {
    const isCut = reductions.some((each) => each.type === "cut" && each.position === from + index);
    if (!isCut) expect(shown[shown.length - (history.length - from) + index]).toBe(message);
  }
}

test("whatever is planned keeps calls with their results and what was said, and comes down to where it says", () => {
  const seen = { fits: 0, reduce: 0, cannot: 0, summaries: 0, cuts: 0 };
  fc.assert(
    fc.property(
      worlds,
      fc.array(fc.tuple(causes, fc.nat(8), fc.option(fc.nat(11), { freq: 1 })), {
        minLength: 1,
        maxLength: 12,
      }),
      (world, rounds) => {
        const history = [...BEGINNING];
        let inForce: readonly (readonly Reduction[])[] = [];
        const left = [...world.steps];
        for (const [cause, take, undone] of rounds) {
          // The person may undo any compaction, not only the last.
          if (undone !== null) inForce = inForce.filter((_, index) => index !== undone);
          for (const step of left.splice(0, take)) history.push(...messagesOf(step, history.length));
          const input: CompactionInput = {
            history,
            tokens: history.map(estimateMessage),
            inForce: inForce.flat(),
            others: world.others,
            window: world.window,
            cause,
            summaries: world.summaries as "model" | "extraction",
            mark: world.mark as "high" | "full",
          };
          const plan = planCompaction(input);
          expect(planCompaction(structuredClone(input))).toEqual(plan);
          seen[plan.type] += 1;
          if (plan.type !== "reduce") continue;
          const reductions = reductionsOf(plan);
          if (reductions.some(({ type }) => type === "summary")) seen.summaries += 1;
          if (reductions.some(({ type }) => type === "cut")) seen.cuts += 1;
          const before = applyReductions(
            history,
            inForce.map((each) => ({ reductions: each })),
          ).messages;
          inForce = [...inForce, reductions];
          const after = applyReductions(
            history,
            inForce.map((each) => ({ reductions: each })),
          ).messages;
          expectC4(after);
          expectKept(history, after, inForce.flat());
          expect(sum(after)).toBeLessThan(sum(before));
          const { tools, partial } = world.others;
          expect(sum(after) + tools + partial).toBeLessThanOrEqual(plan.tokensAfter);
          if (world.window === null) continue;
          const room = roomOf(world.window);
          if (plan.reaches === "low-mark")
            expect(plan.tokensAfter).toBeLessThanOrEqual(room * COMPACTION_LOW_MARK);
          if (cause === "window") expect(plan.tokensAfter).toBeLessThanOrEqual(room);
        }
      },
    ),
    { numRuns: 1_500 },
  );
  // Each way was gone often.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
});

test("a context that is refused again and again gets smaller each time, and then it is said that it cannot", () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const history = [...BEGINNING, ...world.steps.flatMap(messagesOf)];
      const tokens = history.map(estimateMessage);
      let inForce: readonly (readonly Reduction[])[] = [];
      let last = Number.POSITIVE_INFINITY;
      for (let attempt = 0; ; attempt += 1) {
        expect(attempt).toBeLessThan(200);
        const { others, window } = world;
        const summaries = world.summaries as "model" | "extraction";
        const rest = { cause: "refused", summaries, mark: "high" } as const;
        const plan = planCompaction({ history, tokens, inForce: inForce.flat(), others, window, ...rest });
        expect(plan.type).not.toBe("fits");
        if (plan.type !== "reduce") return;
        inForce = [...inForce, reductionsOf(plan)];
        const size = sum(
          applyReductions(
            history,
            inForce.map((reductions) => ({ reductions })),
          ).messages,
        );
        expect(size).toBeLessThan(last);
        last = size;
      }
    }),
    { numRuns: 500 },
  );
});

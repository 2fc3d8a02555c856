import { expect, test } from "vitest";
import type { Reduction } from "../../../shared/context.ts";
import { estimateTokens, type Message } from "../../../shared/messages.ts";
import { planCompaction } from "./compaction-plan.ts";
import { applyReductions } from "./reductions.ts";
import { summaryOf } from "./summary.ts";
import { estimateMessage } from "./token-counts.ts";
import { roomOf, windowOf } from "./window.ts";

const KINDS = [
  { name: "short answers of tools", result: (id: number) => 20 + (id % 7) * 10 },
  { name: "pages and files", result: (id: number) => 200 + (id % 5) * 300 },
  { name: "now and then a huge result", result: (id: number) => (id % 12 === 0 ? 6_000 : 60) },
] as const;

const turn = (id: number, tokens: number): readonly Message[] => [
  {
    role: "assistant",
    content: "I look at the next one.",
    toolCalls: [{ id: `c${id}`, name: "read_file", arguments: { path: `notes/${id}.txt` } }],
  },
  { role: "tool", toolCallId: `c${id}`, name: "read_file", content: "note".repeat(tokens), outcome: "ok" },
];

/** Byte for byte: a message that is whole is the very same one. */
const same = (one: Message, other: Message | undefined): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

const cases = KINDS.flatMap((kind) =>
  (["model", "extraction"] as const).map((summaries) => ({ ...kind, summaries })),
);

test.each(cases)(
  "with $name and summaries by $summaries the beginning of the prompt changes rarely",
  (kind) => {
    const window = windowOf(16_384, null);
    const room = window === null ? 0 : roomOf(window);
    const history: Message[] = [
      { role: "system", content: "You are careful." },
      { role: "user", content: "Count the notes." },
    ];
    let inForce: readonly { readonly reductions: readonly Reduction[] }[] = [];
    let prompt: readonly Message[] = history;
    const changes: number[] = [];
    for (let id = 0; id < 240; id += 1) {
      history.push(...turn(id, kind.result(id)));
      const plan = planCompaction({
        history,
        tokens: history.map(estimateMessage),
        inForce: inForce.flatMap(({ reductions }) => reductions),
        others: { tools: 800, partial: 0 },
        window,
        cause: "window",
        summaries: kind.summaries,
        mark: "high",
      });
      expect(plan.type).not.toBe("cannot");
      if (plan.type === "reduce") {
        const { summarise } = plan;
        const text = "What was found so far. ".repeat(20);
        const summary = summarise ? [summaryOf(summarise, text, estimateTokens(text))] : [];
        inForce = [...inForce, { reductions: [...plan.reductions, ...summary] }];
        changes.push(id);
      }
      const next = applyReductions(history, inForce).messages;
      if (plan.type === "fits")
        expect(prompt.every((message, index) => same(message, next[index]))).toBe(true);
      expect(next.reduce((total, message) => total + estimateMessage(message), 800)).toBeLessThanOrEqual(
        room,
      );
      prompt = [...next];
    }
    expect(changes.length).toBeGreaterThan(2);
    // A third of the window is won each time.
    const gaps = changes.slice(1).map((id, index) => id - (changes[index] ?? 0));
    const average = gaps.reduce((total, gap) => total + gap, 0) / gaps.length;
    const turnTokens = history.map(estimateMessage).reduce((total, tokens) => total + tokens, 0) / 240;
    expect(average * turnTokens).toBeGreaterThan(room * 0.25);
  },
);

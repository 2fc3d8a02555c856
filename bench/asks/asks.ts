import type { Benchmark } from "../harness.ts";
import { type Day, runDay } from "./day.ts";
import { WORKS } from "./work.ts";

/** Most questions that a hundred ordinary calls may ask. */
export const MOST_ASKED = 5;

/**
 * How often a person is asked in a hundred mixed calls of ordinary agents, in the default mode. A call that is
 * refused outright asks nothing and helps nobody, so it is counted beside. What one agent leaves behind bears on
 * the next, so the work is done in both orders.
 */
export const asksBenchmark: Benchmark = {
  name: "asks",
  title: "Asks: a hundred mixed tool calls by six ordinary agents, in the mode ask on risk",
  // Decisions do not differ from run to run: once is enough.
  async run({ note }) {
    const days = { "in order": await runDay(WORKS), "in reverse": await runDay(WORKS.toReversed()) };
    return Object.entries(days).flatMap(([order, day]) => {
      note(`${order}\n${told(day)}`);
      const row = (metric: string, ours: number) => ({
        metric: `${metric}, ${order}`,
        unit: "",
        ours,
        peers: {},
        aim: metric === "questions" ? ({ at: "most", value: MOST_ASKED } as const) : null,
      });
      return [
        row("tool calls", day.calls),
        row("questions", day.asked.length),
        row("refused without a question", day.denied.length),
        row("failed", day.failed.length),
      ];
    });
  },
};

const told = ({ asked, denied, failed }: Day): string =>
  Object.entries({ asked, "refused without a question": denied, failed })
    .map(([title, lines]) => [`  ${title}: ${lines.length}`, ...lines].join("\n    "))
    .join("\n");

import { readCalculation } from "./calculations.ts";
import type { Recogniser } from "./intent.ts";
import { call, callEach, type Program, type ToolResult, troubleOf } from "./program.ts";
import { readSequence, type Sequence } from "./sequences.ts";
import { readWordProblem } from "./word-problems.ts";

/** Calls made in one step: few enough to be read, many enough to fill the queue. */
const AT_ONCE = 20;

/** Recognises calculations, sequences of numbers and simple word problems. */
export const recogniseArithmetic: Recogniser = (request) => {
  const calculation = readCalculation(request.text);
  if (calculation) {
    return {
      family: "arithmetic",
      needs: ["calculate"],
      start: () => answerCalculation(calculation.expression, calculation.answer),
    };
  }
  const sequence = readSequence(withoutVerb(request.text));
  if (sequence) return { family: "arithmetic", needs: ["calculate"], start: () => answerSequence(sequence) };
  const problem = readWordProblem(request.text);
  if (!problem) return null;
  return {
    family: "arithmetic",
    needs: ["calculate"],
    start: () =>
      answerCalculation(
        problem.expression,
        (value) => `${problem.lead}${value} (${problem.expression} = ${value}).`,
      ),
  };
};

const withoutVerb = (text: string): string =>
  text.replace(
    /^(?:what(?:'s| is| are)|whats|list|calculate|compute|work out|give(?: me)?|show(?: me)?|find|write(?: out| down)?|name|print|generate|recite|count)\s+(?:me\s+)?/i,
    "",
  );

function* answerCalculation(expression: string, answer: ((value: string) => string) | null): Program {
  const result = yield* calculate(expression);
  if (result.outcome !== "ok") return `I could not work out ${expression}: ${troubleOf(result)}`;
  const value = result.text.trim();
  if (/infinity|nan/i.test(value))
    return `${expression} has no finite value: the calculator answers ${value}.`;
  return answer ? answer(value) : `${expression} = ${value}`;
}

/** One calculation, announced. */
export const calculate = (expression: string): Program<ToolResult> =>
  call(`I will work out ${expression} with the calculator.`, "calculate", { expression });

function* answerSequence(sequence: Sequence): Program {
  const lines = yield* workOutSequence(sequence);
  if (!lines.ok) return lines.trouble;
  const title = sequence.title.charAt(0).toUpperCase() + sequence.title.slice(1);
  return `${title}: ${lines.values.join(", ")}`;
}

/** The values of a sequence from the calculator, or why there are none. */
export function* workOutSequence(
  sequence: Sequence,
): Program<
  { readonly ok: true; readonly values: readonly string[] } | { readonly ok: false; readonly trouble: string }
> {
  const asked = sequence.terms.flatMap((term) => term.expression ?? term.proof ?? []);
  const results = yield* callEach(
    `I will work out ${sequence.title} with the calculator.`,
    "calculate",
    asked.map((expression) => ({ expression })),
    AT_ONCE,
  );
  const values: string[] = [];
  let next = 0;
  for (const term of sequence.terms) {
    const expression = term.expression ?? term.proof;
    if (expression === null) {
      values.push(term.label);
      continue;
    }
    const result = results[next];
    next += 1;
    if (result?.outcome !== "ok") {
      return {
        ok: false,
        trouble: `I could not work out ${expression}: ${result ? troubleOf(result) : "no result"}`,
      };
    }
    const value = result.text.trim();
    if (term.proof !== null && value !== "1") {
      return { ok: false, trouble: `I could not confirm that ${term.label} belongs to ${sequence.title}.` };
    }
    values.push(term.proof === null ? value : term.label);
  }
  return { ok: true, values };
}

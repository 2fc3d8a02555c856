import type { JsonObject, ToolOutcome } from "../../../shared/messages.ts";

/** One call that a program wants made. */
export interface ToolRequest {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** What came back from one call. */
export interface ToolResult {
  readonly outcome: ToolOutcome;
  readonly text: string;
}

/** Calls that do not depend on each other, and one sentence that says what they are for. */
export interface Step {
  readonly say: string;
  readonly calls: readonly ToolRequest[];
}

/**
 * The way to carry out one task: yields steps, is given their results in the order of the calls, and returns its
 * value (the answer, for a whole task). Programs hold no state of their own: a later turn runs them again from the
 * start against the results on record, so they must be deterministic, and they must end.
 */
export type Program<Value = string> = Generator<Step, Value, readonly ToolResult[]>;

const NO_RESULT: ToolResult = { outcome: "unknown", text: "The call has no result on record." };

/** Makes one call. */
export function* call(say: string, name: string, args: JsonObject): Program<ToolResult> {
  const results = yield { say, calls: [{ name, arguments: args }] };
  return results[0] ?? NO_RESULT;
}

/** Makes many calls of one tool, at most `atOnce` in a step. The sentence is said with the first step. */
export function* callEach(
  say: string,
  name: string,
  args: readonly JsonObject[],
  atOnce: number,
): Program<readonly ToolResult[]> {
  const results: ToolResult[] = [];
  for (let start = 0; start < args.length; start += atOnce) {
    const chunk = args.slice(start, start + atOnce);
    const sentence = start === 0 ? say : "I go on with the rest.";
    const got = yield { say: sentence, calls: chunk.map((one) => ({ name, arguments: one })) };
    for (let index = 0; index < chunk.length; index += 1) results.push(got[index] ?? NO_RESULT);
  }
  return results;
}

/** Runs programs side by side: each step is made of one step of every program that has not ended. */
export function* together<Value>(programs: readonly Program<Value>[]): Program<readonly Value[]> {
  const values = new Map<number, Value>();
  let waiting: { readonly index: number; readonly step: Step }[] = [];
  const take = (index: number, turn: IteratorResult<Step, Value>): void => {
    if (turn.done) values.set(index, turn.value);
    else waiting.push({ index, step: turn.value });
  };
  programs.forEach((program, index) => {
    take(index, program.next());
  });
  while (waiting.length > 0) {
    const now = waiting;
    waiting = [];
    const results = yield {
      say: [...new Set(now.map((each) => each.step.say))].join(" "),
      calls: now.flatMap((each) => each.step.calls),
    };
    let from = 0;
    for (const { index, step } of now) {
      const own = results.slice(from, from + step.calls.length);
      from += step.calls.length;
      const program = programs[index];
      if (program) take(index, program.next(own));
    }
  }
  return programs.flatMap((_, index) => {
    const value = values.get(index);
    return value === undefined ? [] : [value];
  });
}

/** A program that needs no tool. */
export function* say(text: string): Program {
  yield* [];
  return text;
}

/** One call on record, in the order of the conversation. */
export interface RecordedCall {
  readonly request: ToolRequest;
  readonly result: ToolResult;
}

export type Replay<Value> =
  | { readonly type: "answer"; readonly value: Value }
  | { readonly type: "step"; readonly step: Step };

/**
 * Runs a program against the calls on record. A call is found by tool and arguments, each record once, so that a
 * conversation begun by another model can be taken over. Ends at the first step with a call not on record.
 */
export function replay<Value>(program: Program<Value>, recorded: readonly RecordedCall[]): Replay<Value> {
  const shelf = new Map<string, ToolResult[]>();
  for (const { request, result } of recorded) {
    const key = keyOf(request);
    shelf.set(key, [...(shelf.get(key) ?? []), result]);
  }
  let turn = program.next();
  while (!turn.done) {
    const { say: sentence, calls } = turn.value;
    const found = calls.map((request) => shelf.get(keyOf(request))?.shift());
    const missing = calls.filter((_, index) => found[index] === undefined);
    if (missing.length > 0) return { type: "step", step: { say: sentence, calls: missing } };
    turn = program.next(found.map((result) => result ?? NO_RESULT));
  }
  return { type: "answer", value: turn.value };
}

const keyOf = (request: ToolRequest): string =>
  `${request.name} ${JSON.stringify(Object.entries(request.arguments).sort(([a], [b]) => (a < b ? -1 : 1)))}`;

/** Why a call did not give what was wanted, in words for the answer. */
export function troubleOf(result: ToolResult): string {
  switch (result.outcome) {
    case "ok":
      return "the answer could not be read";
    case "denied": {
      const reason = result.text.replace(/^Denied:\s*/i, "").trim();
      if (reason === "") return "you denied it";
      const who = /\bnobody\b|\bno one\b|expired/i.test(reason) ? "it was denied" : "you denied it";
      return `${who} (${reason.replace(/\.$/, "")})`;
    }
    case "error":
      return result.text.replace(/^Error:\s*/i, "").trim();
    case "unknown":
      return "a crash hid whether it happened";
  }
}

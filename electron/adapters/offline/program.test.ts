import { expect, test } from "vitest";
import {
  call,
  callEach,
  type Program,
  type RecordedCall,
  replay,
  say,
  together,
  troubleOf,
} from "./program.ts";

const record = (name: string, value: string, text: string): RecordedCall => ({
  request: { name, arguments: { value } },
  result: { outcome: "ok", text },
});

function* twoSteps(first: string): Program {
  const one = yield* call(`first ${first}`, "look", { value: first });
  const two = yield* call("second", "look", { value: one.text });
  return `${one.text} then ${two.text}`;
}

test("a program is run again against the record and stops at the first call that is not in it", () => {
  expect(replay(twoSteps("a"), [])).toMatchObject({ type: "step", step: { say: "first a" } });
  const one = [record("look", "a", "b")];
  expect(replay(twoSteps("a"), one)).toMatchObject({ step: { calls: [{ arguments: { value: "b" } }] } });
  expect(replay(twoSteps("a"), [...one, record("look", "b", "c")])).toEqual({
    type: "answer",
    value: "b then c",
  });
});

test("records are found whatever their order, each once", () => {
  function* same(): Program {
    const [one, two] = yield* callEach("both", "look", [{ value: "x" }, { value: "x" }], 5);
    return `${one?.text}${two?.text}`;
  }
  expect(replay(same(), [record("look", "x", "1")])).toMatchObject({ step: { calls: [{ name: "look" }] } });
  expect(
    replay(same(), [record("other", "x", "0"), record("look", "x", "1"), record("look", "x", "2")]),
  ).toEqual({ type: "answer", value: "12" });
});

test("programs side by side share their steps and keep their order", () => {
  const both = (): Program<readonly string[]> => together([twoSteps("a"), say("at once"), twoSteps("z")]);
  expect(replay(both(), [])).toMatchObject({ step: { say: "first a first z", calls: [{}, {}] } });
  const all = [
    record("look", "a", "b"),
    record("look", "z", "y"),
    record("look", "b", "c"),
    record("look", "y", "x"),
  ];
  expect(replay(both(), all)).toEqual({ type: "answer", value: ["b then c", "at once", "y then x"] });
});

test("many calls go out in chunks", () => {
  const args = ["1", "2", "3"].map((value) => ({ value }));
  const first = replay(callEach("go", "look", args, 2), []);
  expect(first).toMatchObject({ step: { say: "go", calls: [{}, {}] } });
  const second = replay(callEach("go", "look", args, 2), [
    record("look", "1", "a"),
    record("look", "2", "b"),
  ]);
  expect(second).toMatchObject({ step: { calls: [{ arguments: { value: "3" } }] } });
});

test("trouble is told in words that name the reason", () => {
  expect(troubleOf({ outcome: "denied", text: "Denied: not today." })).toBe("you denied it (not today)");
  expect(troubleOf({ outcome: "denied", text: "Denied:" })).toBe("you denied it");
  expect(troubleOf({ outcome: "denied", text: "Denied: nobody is there" })).toBe(
    "it was denied (nobody is there)",
  );
  expect(troubleOf({ outcome: "error", text: "Error: no disk" })).toBe("no disk");
  expect(troubleOf({ outcome: "unknown", text: "" })).toContain("crash");
});

import { expect, test } from "vitest";
import { HttpRefusal } from "./client.ts";
import { ServerHabits } from "./server-habits.ts";

const refusal = (status: number, body: string) => new HttpRefusal(status, new Headers(), body);

test("a part that was refused is not sent again", () => {
  const habits = new ServerHabits();
  const sent = habits.parameters(5, null);
  expect(sent).toEqual({ stream_options: { include_usage: true }, max_tokens: 5 });
  expect(habits.learn(refusal(422, '{"loc": ["body", "stream_options"]}'), sent)).toBe("ask-again");
  expect(habits.parameters(5, null)).toEqual({ max_tokens: 5 });
  expect(habits.learn(refusal(400, "Use 'max_completion_tokens' instead"), sent)).toBe("ask-again");
  expect(habits.parameters(5, null)).toEqual({ max_completion_tokens: 5 });
});

test("a refusal of what was not sent changes nothing, so that no call is made without end", () => {
  const habits = new ServerHabits();
  expect(habits.learn(refusal(400, "stream_options, max_completion_tokens"), {})).toBe("no-change");
  expect(habits.learn(refusal(500, "stream_options"), habits.parameters(1, null))).toBe("no-change");
  expect(habits.learn(null, habits.parameters(1, null))).toBe("no-change");
});

test("a schema is left out once it was refused", () => {
  const habits = new ServerHabits();
  const sent = habits.parameters(null, { type: "object" });
  expect(sent.response_format).toEqual({
    type: "json_schema",
    json_schema: { name: "answer", schema: { type: "object" } },
  });
  expect(habits.learn(refusal(400, "This response_format type is unavailable now"), sent)).toBe("ask-again");
  expect(habits.parameters(null, { type: "object" })).not.toHaveProperty("response_format");
});

import { expect, test } from "vitest";
import { asSentence, listed, readRequest, unquote } from "./request.ts";

test.each([
  ["Could you please tell me what is 2+2?", "what is 2+2", "question"],
  ["Hi there! I'd like you to list my files, thanks!", "list my files", "statement"],
  ["please write hello into a.txt please.", "write hello into a.txt", "statement"],
  ["do you know when Ada comes", "when Ada comes", "question"],
  ["What's “this”?", 'What\'s "this"', "question"],
  ["5!", "5!", "statement"],
  ["please", "please", "statement"],
])("%s", (task, text, mood) => {
  expect(readRequest(task)).toMatchObject({ text, mood });
});

test("the end of a text to be stored is kept", () => {
  expect(readRequest("Please write a.txt saying Hello, world!").full).toBe(
    "write a.txt saying Hello, world!",
  );
});

test("small helpers", () => {
  expect(unquote("'a b'")).toBe("a b");
  expect(unquote("'a' and 'b'")).toBe("'a' and 'b'");
  expect(asSentence("it works")).toBe("It works.");
  expect(listed(["a", "b", "c"])).toBe("a, b and c");
});

import { expect, test } from "vitest";
import { COMPARED_CHARACTERS, comparedTexts } from "./compared-texts.ts";

const text = (content: string, cut: "whole" | "cut" = "whole") =>
  ({ type: "text", text: content, bytes: content.length, cut }) as const;

test("texts are compared whole, and no file is told from an empty one", () => {
  expect(comparedTexts(null, text(""))).toEqual({ before: null, after: "", cut: "whole" });
});

test("long texts are compared by their starts, which is said", () => {
  const long = text("x".repeat(COMPARED_CHARACTERS + 1));
  const compared = comparedTexts(long, text("short"));
  expect(compared.before).toHaveLength(COMPARED_CHARACTERS);
  expect(compared.cut).toBe("cut");
  expect(comparedTexts(text("a", "cut"), text("b")).cut).toBe("cut");
});

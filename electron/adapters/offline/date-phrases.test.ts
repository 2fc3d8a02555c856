import { expect, test } from "vitest";
import { readDate, readSpan } from "./date-phrases.ts";

test.each([
  ["2026-12-25", { year: 2026, month: 12, day: 25 }],
  ["25 December 2026", { year: 2026, month: 12, day: 25 }],
  ["December 25th, 2026", { year: 2026, month: 12, day: 25 }],
  ["the twenty-fifth of december", { year: null, month: 12, day: 25 }],
  ["25.12.2026", { year: 2026, month: 12, day: 25 }],
  ["12/25/2026", { year: 2026, month: 12, day: 25 }],
  ["Christmas", { year: null, month: 12, day: 25 }],
  ["New Year's Day 2027", { year: 2027, month: 1, day: 1 }],
])("%s is a fixed date", (phrase, expected) => {
  expect(readDate(phrase)).toMatchObject({ type: "fixed", ...expected });
});

test.each([
  ["tomorrow", { type: "today", days: 1 }],
  ["next friday", { type: "weekday", weekday: 5, weeks: 0 }],
  ["last monday", { type: "weekday", weekday: 1, weeks: -1 }],
  ["in three weeks", { type: "shifted", by: { unit: "weeks", count: 3 } }],
  ["a fortnight ago", { type: "shifted", by: { unit: "weeks", count: -2 } }],
  ["3 days before Christmas", { type: "shifted", by: { unit: "days", count: -3 }, from: { type: "fixed" } }],
  ["a week from tomorrow", { type: "shifted", by: { unit: "weeks", count: 1 }, from: { days: 1 } }],
  ["next month", { type: "shifted", by: { unit: "months", count: 1 } }],
])("%s is a date near another", (phrase, expected) => {
  expect(readDate(phrase)).toMatchObject(expected);
});

test.each(["03/04/2026", "the 40th of May", "Ada's birthday", "13/13/2026", "soon", ""])(
  "%s is no date",
  (phrase) => {
    expect(readDate(phrase)).toBeNull();
  },
);

test("spans", () => {
  expect(readSpan("two weeks", 1)).toEqual({ unit: "weeks", count: 2 });
  expect(readSpan("a decade", -1)).toEqual({ unit: "years", count: -10 });
  expect(readSpan("a while", 1)).toBeNull();
});

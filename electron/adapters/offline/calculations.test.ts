import { expect, test } from "vitest";
import { readCalculation, readPhrase } from "./calculations.ts";

test.each([
  ["what do you get when you multiply 12 by 12", "12 * 12"],
  ["add 5 to 7", "7 + 5"],
  ["add 1, 2, 3 and 4", "sum(1, 2, 3, 4)"],
  ["3 subtracted from 10", "10 - 3"],
  ["decrease 80 by 15%", "80 * (1 - 15 / 100)"],
  ["5 less than 7", "7 - 5"],
  ["sum of the squares of 1 to 3", "sum(1 ^ 2, 2 ^ 2, 3 ^ 2)"],
  ["the sum of the numbers from 1 to 100", "(1 + 100) * (100 - 1 + 1) / 2"],
  ["add 3 to the product of 4 and 5", "(4 * 5) + 3"],
  ["double 21 and add 5", "(2 * 21) + 5"],
  ["10 choose 3", "factorial(10) / (factorial(3) * factorial(10 - 3))"],
  ["area of a circle with radius 2", "pi * 2 ^ 2"],
])("%s", (phrase, expected) => {
  expect(readCalculation(phrase)?.expression).toBe(expected);
});

test.each(["7", "what is love", "add milk to tea", "increase the volume", "divide and conquer"])(
  "%s is no calculation",
  (phrase) => {
    expect(readCalculation(phrase)).toBeNull();
    expect(readPhrase("add milk")).toBeNull();
  },
);

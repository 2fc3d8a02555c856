import { expect, test } from "vitest";
import { readWordProblem } from "./word-problems.ts";

test.each([
  ["If I have 12 apples and eat 5, how many are left?", "12 - 5"],
  ["Tom has 5 apples. He buys 3 more and eats 2. How many apples does he have?", "5 + 3 - 2"],
  ["Tom has 5 apples. Tom buys 3 more. How many apples does Tom have?", "5 + 3"],
  ["A train goes 60 km an hour for 2.5 hours, how far?", "60 * 2.5"],
  ["How long does it take to travel 120 km at 60 km/h?", "120 / 60"],
  ["There are 4 boxes with 6 apples each. How many apples are there?", "4 * 6"],
  ["Share 20 sweets equally among 4 children. How many does each get?", "20 / 4"],
  ["how much do 7 pens cost if one pen costs 3?", "3 * 7"],
])("%s", (text, expected) => {
  expect(readWordProblem(text)?.expression).toBe(expected);
});

test.each([
  "I have 12 apples and 5 oranges and eat 3 apples, how many oranges are left?",
  "Tom has 5 apples and Ann gives him 3, how many does he have?",
  "I have 12 apples and eat half of them, how many are left?",
  "A train leaves at 8 and arrives at 11, how far did it go?",
  "Sara has 3 cats and Bob has 4 dogs, how many cats are there?",
  "I have 10 eggs and eat 2 each day for 3 days, how many are left?",
  "I had 48 sweets, gave away a third and then bought 10 more. How many have I got?",
  "Anna has 10 apples and gives 3 to Bob, how many does Bob have?",
  "Tom has 9 coins, loses some and finds 4. How many coins does he have?",
])("%s is not guessed at", (text) => {
  expect(readWordProblem(text)).toBeNull();
});

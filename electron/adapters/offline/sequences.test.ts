import { expect, test } from "vitest";
import { readSequence } from "./sequences.ts";

const labels = (phrase: string) => readSequence(phrase)?.terms.map((term) => term.label);

test.each([
  ["the squares of 1 to 3", ["1 ^ 2", "2 ^ 2", "3 ^ 2"]],
  ["squares of the numbers from 1 to 2", ["1 ^ 2", "2 ^ 2"]],
  ["the numbers 1 to 3 squared", ["1 ^ 2", "2 ^ 2", "3 ^ 2"]],
  ["cubes of 2, 3 and 5", ["2 ^ 3", "3 ^ 3", "5 ^ 3"]],
  ["first four primes", ["2", "3", "5", "7"]],
  ["odd numbers between 3 and 7", ["3", "5", "7"]],
  ["multiples of 7 up to 21", ["7 * 1", "7 * 2", "7 * 3"]],
  ["powers of two up to 8", ["2 ^ 0", "2 ^ 1", "2 ^ 2", "2 ^ 3"]],
  ["first 3 powers of 2", ["2 ^ 1", "2 ^ 2", "2 ^ 3"]],
  ["countdown from 2", ["2", "1", "0"]],
  ["numbers from 1 to 3 in reverse", ["3", "2", "1"]],
])("%s", (phrase, expected) => {
  expect(labels(phrase)).toEqual(expected);
});

test("primes carry their proof, times tables their working", () => {
  expect(readSequence("first 2 primes")?.terms[1]?.proof).toBe("gcd(3, factorial(floor(sqrt(3))))");
  expect(readSequence("the 7 times table")).toMatchObject({ style: "labelled" });
});

test.each(["fibonacci numbers", "the squares", "numbers from 1 to 5000", "a poem", "first 500 primes"])(
  "%s is not a list to write out",
  (phrase) => {
    expect(readSequence(phrase)).toBeNull();
  },
);

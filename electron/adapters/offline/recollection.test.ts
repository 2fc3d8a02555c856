import { expect, test } from "vitest";
import { contentWords, rank, readRecollections, searchWords, toSecondPerson } from "./recollection.ts";

const items = readRecollections("m2: Ada's birthday is 10 December\nm1: Bob likes tea\nand cake");

test("lines of a result are items; further lines belong to the item before", () => {
  expect(items).toEqual([
    { id: "m2", text: "Ada's birthday is 10 December" },
    { id: "m1", text: "Bob likes tea\nand cake" },
  ]);
  expect(readRecollections("Nothing is remembered about this.")).toEqual([]);
});

test("the words that matter, and words alike", () => {
  expect(contentWords("When is Ada's birthday?")).toEqual(["ada", "birthday"]);
  expect(contentWords("what is my name?")).toEqual(["name"]);
  expect(searchWords("my favourite colour").split(" ")).toEqual(
    expect.arrayContaining(["color", "favorite"]),
  );
});

test.each([
  ["when is Ada's birthday?", "full", "m2"],
  ["when was Ada born?", "full", "m2"],
  ["who liked tea?", "full", "m1"],
  ["when is Bob's birthday?", "near", null],
  ["when is my birthday?", "near", null],
  ["what is the wifi password?", "none", null],
])("%s fits: %s", (question, fit, id) => {
  const best = rank(question, items)[0];
  expect(best?.fit).toBe(fit);
  if (id !== null) expect(best?.item.id).toBe(id);
});

test("what the person said is said back to them", () => {
  expect(toSecondPerson("I am allergic; my dog likes me")).toBe("you are allergic; your dog likes you");
});

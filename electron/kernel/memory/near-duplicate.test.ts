import fc from "fast-check";
import { expect, test } from "vitest";
import { likeness, NEAR_DUPLICATE_SHARE } from "./near-duplicate.ts";

test.each([
  ["Ada likes green tea", "ada likes green tea."],
  ["Ada likes green tea", "Ada  likes the green tea!"],
  ["The office in Riga opens at 9 on weekdays", "Office in Riga opens at 9 on weekdays, early"],
  ["小明的生日是十二月十日。", "小明的生日是十二月十日"],
  ["Bob can't swim", "Bob can’t swim"],
  ["“Café Müller” opens at nine", "Cafe\u0301 Müller opens at nine"],
])("%s and %s are one", (first, second) => {
  expect(likeness(first, second)?.similarity).toBeGreaterThanOrEqual(NEAR_DUPLICATE_SHARE);
  expect(likeness(second, first)?.similarity).toBe(likeness(first, second)?.similarity);
});

const LONG =
  "when the whole team met on the last Friday before the summer break in the old office near the river in Riga";
test.each([
  ["Ada's birthday is 10 December", "Ada's birthday is 11 December"],
  ["Ada's birthday is 10 December", "Bob's birthday is 10 December"],
  [`Bob owes Ada money ${LONG}`, `Ada owes Bob money ${LONG}`],
  [`Bob was there ${LONG}`, `Bob was not there ${LONG}`],
  [`Bob was there ${LONG}`, `Bob wasn't there ${LONG}`],
  [`Bob paid for the rooms ${LONG}`, `Bob paid for the 3 rooms ${LONG}`],
  [`The train goes to Riga ${LONG}`, `The train goes from Riga ${LONG}`],
  [`The limit is -5 ${LONG}`, `The limit is 5 ${LONG}`],
  [`Costs $5 ${LONG}`, `Costs €5 ${LONG}`],
  [`Ada knows C ${LONG}`, `Ada knows C++ ${LONG}`],
  [`Ada likes tea ${LONG}`, `Ada likes tea ${LONG}?`],
  [`The review was 👍 ${LONG}`, `The review was 👎 ${LONG}`],
  ["小明的生日是十二月十日", "小明的生日是十二月十一日"],
  ["小明明天来公司上班开会吃饭", "小明明天不来公司上班开会吃饭"],
  ["I live in Riga", "I used to live in Riga"],
  ["", ""],
  ["!", "?"],
])("%s and %s are two", (first, second) => {
  expect(likeness(first, second)).toBeNull();
  expect(likeness(second, first)).toBeNull();
});

test("the one that says more is the fuller, of equals the later", () => {
  const [less, more] = [`Ada was there ${LONG}`, `Ada was also there ${LONG}`];
  expect(likeness(less, more)?.fuller).toBe("second");
  expect(likeness(more, less)?.fuller).toBe("first");
  expect(likeness("ada likes tea", "Ada likes tea")?.fuller).toBe("second");
});

test("one number, name or word in the place of another is never the same, however long the text", () => {
  const word = fc.constantFrom("ada", "bob", "riga", "tea", "10", "11", "is", "was", "not", "to", "from");
  const words = fc.array(word, { minLength: 1, maxLength: 60 });
  let changed = 0;
  fc.assert(
    fc.property(words, word, fc.nat(), (list, other, at) => {
      const place = at % list.length;
      const text = list.join(" ");
      const next = list.with(place, other).join(" ");
      if (next === text) return likeness(text, next) !== null;
      changed += 1;
      return likeness(text, next) === null && likeness(next, text) === null;
    }),
    { numRuns: 3_000 },
  );
  expect(changed).toBeGreaterThan(1_000);
});

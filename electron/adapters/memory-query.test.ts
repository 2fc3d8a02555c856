import { describe, expect, test } from "vitest";
import { parseMemoryQuery } from "./memory-query.ts";

describe("memory query", () => {
  test("joins the telling words by OR and leaves the common ones out", () => {
    expect(parseMemoryQuery("When is Ada's birthday?").words).toBe('"ada" OR "birthday"');
  });

  test("keeps common words when nothing else is left", () => {
    expect(parseMemoryQuery("who are you").words).toBe('"who" OR "are" OR "you"');
  });

  test("has no words where none are", () => {
    expect(parseMemoryQuery(' ?! "" * () ')).toEqual({ words: null, fragments: [] });
    expect(parseMemoryQuery("").words).toBeNull();
  });

  test("takes operators and quotes of the query language for plain text", () => {
    expect(parseMemoryQuery('tags:x" AND (NEAR) -y*').words).toBe('"tags" OR "x" OR "near" OR "y"');
  });

  test("cuts unspaced scripts into pairs", () => {
    expect(parseMemoryQuery("Ada 的生日").fragments).toEqual(["的生", "生日"]);
    expect(parseMemoryQuery("猫").fragments).toEqual(["猫"]);
  });

  test("is bounded", () => {
    const query = parseMemoryQuery(Array.from({ length: 5_000 }, (_, n) => `word${n} 字${n}`).join(" "));
    expect(query.words?.split(" OR ")).toHaveLength(32);
    expect(query.fragments.length).toBeLessThanOrEqual(32);
  });
});

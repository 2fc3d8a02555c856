import { describe, expect, test } from "vitest";
import { parseMemoryQuery } from "./memory-query.ts";

describe("memory query", () => {
  test("keeps the telling words and leaves the common ones out", () => {
    expect(parseMemoryQuery("When is Ada's birthday?").words).toEqual(['"ada"', '"birthday"']);
  });

  test("keeps common words when nothing else is left", () => {
    expect(parseMemoryQuery("who are you").words).toEqual(['"who"', '"are"', '"you"']);
  });

  test("has no words where none are", () => {
    expect(parseMemoryQuery(' ?! "" * () ')).toEqual({ words: [], fragments: [] });
    expect(parseMemoryQuery("").words).toEqual([]);
  });

  test("takes operators and quotes of the query language for plain text", () => {
    expect(parseMemoryQuery('tags:x" AND (NEAR) -y*').words).toEqual(['"tags"', '"x"', '"near"', '"y"']);
  });

  test("cuts unspaced scripts into pairs", () => {
    expect(parseMemoryQuery("Ada 的生日").fragments).toEqual(["的生", "生日"]);
    expect(parseMemoryQuery("猫").fragments).toEqual(["猫"]);
  });

  test("is bounded", () => {
    const query = parseMemoryQuery(Array.from({ length: 5_000 }, (_, n) => `word${n} 字${n}`).join(" "));
    expect(query.words).toHaveLength(32);
    expect(query.fragments.length).toBeLessThanOrEqual(32);
  });
});

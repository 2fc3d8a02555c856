import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, test } from "vitest";
import { createSystemClock } from "../../system-clock.ts";
import { TokenizerThread } from "./tokenizer-thread.ts";

const clock = createSystemClock();
const thread = new TokenizerThread();

const PROSE = "Air scatters blue light far more than red: that is why the sky looks blue.\n\n\t- 1,234.5 %\n";

describe("tokens are counted", () => {
  test("as the library does, in order, for any text", async () => {
    const texts = [PROSE, "", "Größe: 漢字 🙂🙂", PROSE.repeat(200), '{"a":[1,2,{"b":null}]}', "\uD800"];
    expect(await thread.count("o200k_base", texts, clock)).toEqual(texts.map((text) => countTokens(text)));
  });

  test("by both encodings at once", async () => {
    const [newer, older] = await Promise.all([
      thread.count("o200k_base", ["漢字漢字"], clock),
      thread.count("cl100k_base", ["漢字漢字"], clock),
    ]);
    expect(newer?.[0]).toBeGreaterThan(0);
    expect(older?.[0]).toBeGreaterThan(newer?.[0] ?? 0);
  });

  test("of special tokens as the text that they are", async () => {
    expect((await thread.count("o200k_base", ["<|endoftext|>"], clock))?.[0]).toBeGreaterThan(1);
  });

  test.each([
    ["one letter", "a", 1_000_000],
    ["spaces", " ", 1_000_000],
    ["punctuation", "=", 1_000_000],
    ["line ends and slashes", "\n/", 500_000],
    ["combining marks", "e\u0301", 300_000],
    ["letters and digits in turn", "a1", 500_000],
    ["emoji", "🙂", 250_000],
  ])("of a megabyte of %s, nearly as in one piece", async (_name, part, times) => {
    const exact = countTokens(part.repeat(4_000)) / 4_000;
    const counts = await thread.count("o200k_base", [part.repeat(times)], clock, 60_000);
    expect((counts?.[0] ?? 0) / times / exact).toBeGreaterThan(0.97);
    expect((counts?.[0] ?? 0) / times / exact).toBeLessThan(1.05);
  });
});

test("a count that takes too long is given up, and the next one succeeds", async () => {
  expect(await thread.count("o200k_base", [PROSE.repeat(50_000)], clock, 1)).toBeNull();
  expect(await thread.count("o200k_base", ["hello"], clock)).toEqual([1]);
});

import { expect, test } from "vitest";
import { LastWords } from "./last-words.ts";
import { LAST_WORDS_CHARACTERS, LOG_LINE_CHARACTERS } from "./limits.ts";

function listen(): { readonly words: LastWords; readonly lines: string[] } {
  const lines: string[] = [];
  return { words: new LastWords((line) => lines.push(line)), lines };
}

test("each line is given on once it is whole; the last one needs no end to be a last word", () => {
  const { words, lines } = listen();
  const bytes = Buffer.from("starting\n\ngrüße\r\nno key");
  for (const byte of bytes) words.push(Buffer.from([byte]));
  expect(lines).toEqual(["starting", "grüße"]);
  expect(words.text()).toBe("starting\ngrüße\nno key");
});

test("what has no end is bounded, and the end of a long log is what is kept", () => {
  const { words, lines } = listen();
  for (let chunk = 0; chunk < 100; chunk++) words.push(Buffer.from("x".repeat(10_000)));
  words.push(Buffer.from("\n"));
  expect(lines).toEqual(["x".repeat(LOG_LINE_CHARACTERS)]);
  for (let line = 0; line < 1_000; line++) words.push(Buffer.from(`line ${line}\n`));
  expect(words.text()).toMatch(/^line 9\d\d\n[\s\S]*\nline 999$/);
  expect(words.text().length).toBeLessThanOrEqual(LAST_WORDS_CHARACTERS);
});

test("without words there are none", () => {
  expect(listen().words.text()).toBe("");
});

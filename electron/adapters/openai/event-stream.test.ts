import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStreamDecoder, type ServerEvent } from "./event-stream.ts";

function decode(pieces: readonly string[]): ServerEvent[] {
  const decoder = new EventStreamDecoder();
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

test.each([
  [
    "data: a\n\ndata: b\n\n",
    [
      { name: "", data: "a" },
      { name: "", data: "b" },
    ],
  ],
  ["data: a\r\ndata: b\r\n\r\n", [{ name: "", data: "a\nb" }]],
  [
    "data: a\r\rdata: b",
    [
      { name: "", data: "a" },
      { name: "", data: "b" },
    ],
  ],
  ["event: error\ndata:x\n\n", [{ name: "error", data: "x" }]],
  [": comment\nid: 3\nretry: 5\nunknown\n\n", []],
  ["error: {}\n", [{ name: "error", data: "{}" }]],
  ["It works!\n", []],
])("%j", (text, events) => {
  expect(decode([text])).toEqual(events);
});

test("how the text is cut does not matter", () => {
  const line = fc.constantFrom("data: a", "data: b c", "event: e", ": note", "", "odd", "data");
  const end = fc.constantFrom("\n", "\r\n", "\r");
  fc.assert(
    fc.property(fc.array(fc.tuple(line, end)), fc.array(fc.nat(80)), (lines, cuts) => {
      const text = lines.flat().join("");
      const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].toSorted(
        (left, right) => left - right,
      );
      const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
      expect(decode(pieces)).toEqual(decode([text]));
    }),
  );
});

test("what is held back is known, so that it can be bounded", () => {
  const decoder = new EventStreamDecoder();
  decoder.push("data: 12345\ndata: 678");
  expect(decoder.pending).toBeGreaterThanOrEqual("12345data: 678".length);
  decoder.push("\n\n");
  expect(decoder.pending).toBe(0);
});

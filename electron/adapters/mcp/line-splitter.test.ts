import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

describe("lines of a stream", () => {
  test("are the same however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n]/g, " "))),
        fc.array(fc.nat({ max: 200 })),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
          const points = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b),
            bytes.length,
          ];
          const splitter = new LineSplitter(10_000);
          const seen = points
            .slice(1)
            .flatMap((end, index) => [...splitter.push(bytes.subarray(points[index], end))]);
          expect(seen).toEqual(lines);
        },
      ),
    );
  });

  test("may end as on Windows, and be as long as the bound", () => {
    const splitter = new LineSplitter(4);
    expect([...splitter.push(Buffer.from("a\r\nabcd\n"))]).toEqual(["a", "abcd"]);
  });

  test("that are too long leave their ends, however they are cut; one without end is refused", () => {
    const start = `{"id":7,${"s".repeat(400)}`;
    const end = `${"e".repeat(400)},"id":7}`;
    const line = Buffer.from(`${start}${"-".repeat(1_000)}${end}\n`);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), (step) => {
        const splitter = new LineSplitter(500);
        const seen = [];
        for (let at = 0; at < line.length; at += step) {
          seen.push(...splitter.push(line.subarray(at, at + step)));
        }
        seen.push(...splitter.push(Buffer.from("next\n")));
        const ends = { start: start.slice(0, 256), end: end.slice(-256) };
        expect(seen).toEqual([{ bytes: line.length - 1, ...ends }, "next"]);
      }),
    );
    const splitter = new LineSplitter(4);
    expect([...splitter.push(Buffer.from("0123456789abcdef".repeat(2)))]).toEqual([]);
    expect(() => [...splitter.push(Buffer.from("0"))]).toThrow(RangeError);
  });
});

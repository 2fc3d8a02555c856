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

  test("may end as on Windows, and be as long as the bound, but no longer", () => {
    const splitter = new LineSplitter(4);
    expect([...splitter.push(Buffer.from("a\r\nabcd\n"))]).toEqual(["a", "abcd"]);
    expect([...splitter.push(Buffer.from("abc"))]).toEqual([]);
    expect(() => [...splitter.push(Buffer.from("de"))]).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { LineDecoder } from "./line-stream.ts";

test("lines come whole however they are cut, without empty ones", () => {
  const text = '{"a":1}\r\n\n{"b":"x y"}\n  \n{"c":3}';
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (sizes) => {
      const decoder = new LineDecoder();
      const lines: string[] = [];
      for (let at = 0, turn = 0; at < text.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        lines.push(...decoder.push(text.slice(at, at + size)).map((event) => event.data));
        at += size;
      }
      lines.push(...decoder.end().map((event) => event.data));
      expect(lines).toEqual(['{"a":1}', '{"b":"x y"}', '{"c":3}']);
      expect(decoder.pending).toBe(0);
    }),
  );
});

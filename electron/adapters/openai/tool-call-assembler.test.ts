import fc from "fast-check";
import { expect, test } from "vitest";
import { ToolCallAssembler } from "./tool-call-assembler.ts";

test("calls come back whole, however their arguments were cut", () => {
  const call = fc.record({
    name: fc.constantFrom("calculate", "clock"),
    value: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
    cuts: fc.array(fc.nat(40), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 4 }), (calls) => {
      const assembler = new ToolCallAssembler();
      calls.forEach(({ name, value, cuts }, index) => {
        assembler.add({ index, id: `id${index}`, name, arguments: "" });
        const text = JSON.stringify(value);
        const places = [0, ...cuts, text.length].map((cut) => Math.min(cut, text.length));
        places.sort((left, right) => left - right);
        places.slice(1).forEach((place, piece) => {
          assembler.add({ index, arguments: text.slice(places[piece], place) });
        });
      });
      expect(assembler.finish(new Set())).toEqual(
        calls.map(({ name, value }, index) => ({
          id: `id${index}`,
          name,
          arguments: JSON.stringify(value),
        })),
      );
    }),
  );
});

test("a name that is repeated with every piece is taken once", () => {
  const assembler = new ToolCallAssembler();
  assembler.add({ index: 0, id: "x", name: "calculate", arguments: '{"expression":' });
  assembler.add({ index: 0, id: "x", name: "calculate", arguments: ' "1"}' });
  expect(assembler.finish(new Set())).toEqual([
    { id: "x", name: "calculate", arguments: '{"expression": "1"}' },
  ]);
});

test("two whole calls at one index without ids are two calls", () => {
  const assembler = new ToolCallAssembler();
  assembler.add({ index: 0, name: "clock", arguments: "{}" });
  assembler.add({ index: 0, name: "clock", arguments: "{}" });
  expect(assembler.finish(new Set(["call_1"])).map((call) => call.id)).toEqual(["call_2", "call_3"]);
});

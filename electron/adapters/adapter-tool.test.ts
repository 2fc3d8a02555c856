import { describe, expect, test } from "vitest";
import { z } from "zod";
import { adapterTool } from "./adapter-tool.ts";
import { thrownBy } from "./testing/thrown-by.ts";

const shout = adapterTool({
  name: "shout",
  description: "Says it louder.",
  input: z.object({ text: z.string().max(5), mark: z.string().default("!") }),
  kind: "tool",
  idempotent: "yes",
  concurrency: 1,
  timeoutMs: 1_000,
  effects: ({ text }) => [{ type: "send", target: text, reversible: "no" }],
  run: async ({ text, mark }) => text.toUpperCase() + mark,
});

describe("adapter tool", () => {
  test("tells the model the schema of its input, with defaults as optional", () => {
    expect(shout.specification).toEqual({
      name: "shout",
      description: "Says it louder.",
      parameters: {
        type: "object",
        properties: {
          text: { type: "string", maxLength: 5 },
          mark: { type: "string", default: "!" },
        },
        required: ["text"],
      },
    });
  });

  test("parses with defaults, and a second time without a change", () => {
    const parsed = shout.parse({ text: "hi" });
    expect(parsed).toEqual({ text: "hi", mark: "!" });
    expect(shout.parse(parsed)).toEqual(parsed);
  });

  test("names tool and field of bad input", () => {
    expect(() => shout.parse({ text: 7 })).toThrow(/^shout: text: /);
    expect(thrownBy(() => shout.parse({}))).toMatchObject({ data: { code: "bad-input", field: "text" } });
  });

  test("gives effects and results of parsed input", async () => {
    expect(await shout.effects({ text: "hi" }, { memoryOwner: "ada" })).toEqual([
      { type: "send", target: "hi", reversible: "no" },
    ]);
    expect(await shout.preview({ text: "hi" })).toEqual({ type: "none" });
  });
});

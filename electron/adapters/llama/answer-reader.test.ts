import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ToolSpecification } from "../../../shared/messages.ts";
import { thrownBy } from "../testing/thrown-by.ts";
import { type CallStyle, createAnswerReader } from "./answer-reader.ts";

const tool = (name: string, properties: Record<string, object>, required: string[]): ToolSpecification => ({
  name,
  description: `Does ${name}`,
  parameters: { type: "object", properties: properties as never, required },
});
const TOOLS = [
  tool("read_file", { path: { type: "string" }, lines: { type: "integer" } }, ["path"]),
  tool("list_files", { path: { type: "string" } }, []),
];

const read = (pieces: readonly string[], tools = TOOLS, style?: CallStyle) => {
  const reader = createAnswerReader(tools, style);
  const shown = pieces.map((piece) => reader.push(piece)).join("");
  return { shown, ...reader.finish() };
};
const callsOf = (text: string) =>
  read([text]).toolCalls.map((call) => ({ name: call.name, arguments: call.arguments }));

const READ = { name: "read_file", arguments: { path: "a.txt" } };
const LIST = { name: "list_files", arguments: {} };

describe("an answer's tool calls", () => {
  test.each([
    [
      "Hermes and Qwen",
      '<tool_call>\n{"name": "read_file", "arguments": {"path": "a.txt"}}\n</tool_call>',
      [READ],
    ],
    [
      "several",
      '<tool_call>{"name":"read_file","arguments":{"path":"a.txt"}}</tool_call>\n<tool_call>{"name":"list_files","arguments":{}}</tool_call>',
      [READ, LIST],
    ],
    ["without its closing tag", '<tool_call>{"name":"list_files","arguments":{}}', [LIST]],
    ["Llama 3, alone", '{"name": "read_file", "parameters": {"path": "a.txt"}}', [READ]],
    ["Llama 3, with a type", '\n{"type": "function", "name": "list_files", "parameters": {}}', [LIST]],
    [
      "Llama 3, two",
      '{"name":"read_file","parameters":{"path":"a.txt"}}; {"name":"list_files","parameters":{}}',
      [READ, LIST],
    ],
    ["Llama 3, marked", '<|python_tag|>{"name": "list_files", "parameters": {}}', [LIST]],
    [
      "Mistral, a list",
      '[TOOL_CALLS] [{"name": "read_file", "arguments": {"path": "a.txt"}}, {"name": "list_files", "arguments": {}}]',
      [READ, LIST],
    ],
    [
      "Mistral, named",
      '[TOOL_CALLS]read_file[ARGS]{"path": "a.txt"}[TOOL_CALLS]list_files[ARGS]{}',
      [READ, LIST],
    ],
    ["Mistral, named with an id", "[TOOL_CALLS]list_files[CALL_ID]abc123[ARGS]{}", [LIST]],
    [
      "behind thoughts",
      '<think>maybe <tool_call>?</think>\n<tool_call>{"name":"list_files"}</tool_call>',
      [LIST],
    ],
    [
      "arguments as text",
      '<tool_call>{"name":"read_file","arguments":"{\\"path\\": \\"a.txt\\"}"}</tool_call>',
      [READ],
    ],
    ["a brace short", '<tool_call>{"name":"read_file","arguments":{"path":"a.txt"}</tool_call>', [READ]],
    [
      "a closing tag in a string",
      '<tool_call>{"name":"read_file","arguments":{"path":"</tool_call>}"}}</tool_call>',
      [{ name: "read_file", arguments: { path: "</tool_call>}" } }],
    ],
    [
      "null for what may be left out",
      '<tool_call>{"name":"read_file","arguments":{"path":"a.txt","lines":null}}</tool_call>',
      [READ],
    ],
    [
      "a tool that nobody offered",
      '<tool_call>{"name":"fly","arguments":{}}</tool_call>',
      [{ name: "fly", arguments: {} }],
    ],
  ])("are read: %s", (_, text, calls) => {
    expect(callsOf(text)).toEqual(calls);
  });

  test("have ids by their order, and the text around them stays", () => {
    const { content, toolCalls } = read([
      'I look.\n\n<tool_call>{"name":"list_files"}</tool_call> Then:\n<tool_call>{"name":"list_files"}</tool_call>\n',
    ]);
    expect(toolCalls.map((call) => call.id)).toEqual(["call_0", "call_1"]);
    expect(content).toBe("I look. Then:");
  });

  test.each([
    ["cut off", '<tool_call>{"name":"read_file","arguments":{"path":"a.t'],
    ["no JSON", "<tool_call>read the file</tool_call>"],
    ["nothing at all", "<tool_call>"],
    ["no name", '<tool_call>{"arguments":{}}</tool_call>'],
    ["Python", '<|python_tag|>brave_search.call(query="x")'],
    ["a good one beside it", '<tool_call>{"name":"list_files"}</tool_call><tool_call>[]</tool_call>'],
  ])("are refused when malformed: %s", (_, text) => {
    const error = thrownBy(() => read([text]));
    expect(error).toMatchObject({ data: { code: "model-tool-call-malformed" } });
  });
});

describe("text that only looks like a call", () => {
  test.each([
    ["JSON of another kind", '{"name": "Ada", "born": 1815}'],
    ["a beginning", "a < b <tool"],
    ["space", "  \n indented\n"],
    ["a list", "[1, 2] [TOOL"],
    ["nothing", ""],
    ["thoughts without an end", "<think>hm <tool_call>{"],
  ])("is text: %s", (_, text) => {
    expect(read([text])).toMatchObject({ content: text, toolCalls: [] });
  });

  test("is text where no tools are offered", () => {
    const text = '<tool_call>{"name":"list_files"}</tool_call>';
    expect(read([text], [])).toMatchObject({ content: text, shown: text, toolCalls: [] });
  });
});

describe("an answer in pieces", () => {
  const part = fc.constantFrom(
    "Hello ",
    "\n",
    "<",
    "<tool_call>",
    "</tool_call>",
    '{"name":"list_files","arguments":{}}',
    "[TOOL_CALLS]",
    '[{"name":"read_file","arguments":{"path":"x"}}]',
    "list_files",
    "[ARGS]",
    "{}",
    "<|python_tag|>",
    "<think>",
    "</think>",
    '{"name": "read_file", ',
    '"parameters": {"path": "é🎉"}}',
    ";",
    " ",
    "{",
    "}",
    '"',
  );
  const outcome = (pieces: readonly string[]): unknown => {
    try {
      const { content, toolCalls } = read(pieces);
      return { content, toolCalls };
    } catch (thrown) {
      return (thrown as { readonly data: unknown }).data;
    }
  };

  test("is read the same however it was cut", () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (parts, sizes) => {
          const text = parts.join("");
          const pieces: string[] = [];
          for (let at = 0; at < text.length; ) {
            const size = sizes.next().value ?? 1;
            pieces.push(text.slice(at, at + size));
            at += size;
          }
          expect(outcome(pieces)).toEqual(outcome([text]));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test("shows text at once and never takes any back", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const reader = createAnswerReader(TOOLS);
        const shown = parts.map((piece) => reader.push(piece)).join("");
        try {
          expect(reader.finish().content.startsWith(shown.trimEnd())).toBe(true);
        } catch (thrown) {
          expect(thrown).toMatchObject({ data: { code: "model-tool-call-malformed" } });
        }
      }),
      { numRuns: 2_000 },
    );
    const reader = createAnswerReader(TOOLS);
    expect([reader.push("Hel"), reader.push("lo "), reader.push("there <to"), reader.push("ast>")]).toEqual([
      "Hel",
      "lo",
      " there",
      " <toast>",
    ]);
  });
});

describe("what a call is held to", () => {
  test("begins behind its mark and ends with its JSON", () => {
    const reader = createAnswerReader(TOOLS);
    reader.push("Let me see <tool_call");
    expect(reader.constraint()).toBeNull();
    reader.push(">");
    const schema = reader.constraint();
    expect(schema).toMatchObject({ oneOf: [{ properties: { name: { const: "read_file" } } }, {}] });
    reader.push("\n");
    reader.push('{"name":"list_files","arguments":{}');
    expect(reader.constraint()).toBe(schema);
    reader.push("}");
    expect(reader.constraint()).toBeNull();
  });

  test("is nothing when JSON came together with the mark, or stands alone", () => {
    for (const text of ['<tool_call>{"na', '{"name": "read_file", ']) {
      const reader = createAnswerReader(TOOLS);
      reader.push(text);
      expect(reader.constraint()).toBeNull();
    }
  });

  test("follows the style of Mistral's models", () => {
    const list = createAnswerReader(TOOLS, "list");
    list.push("[TOOL_CALLS]");
    expect(list.constraint()).toMatchObject({ type: "array" });
    const named = createAnswerReader(TOOLS, "named");
    named.push("[TOOL_CALLS]");
    expect(named.constraint()).toBeNull();
    named.push("read_file[ARGS]");
    expect(named.constraint()).toMatchObject({ properties: { path: { type: "string" } } });
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Message, ToolSpecification } from "../../../shared/messages.ts";
import { addOnEntry } from "./add-on-folder.ts";
import { createAnswerReader } from "./answer-reader.ts";
import { type ChatFormat, createChatFormat } from "./chat-format.ts";
import { grammarFor } from "./grammar.ts";
import { type Engine, type NativeGrammarState, type NativeModel, openEngine } from "./native.ts";
import { CHATML_TEMPLATE, TINY, writeRandomModel } from "./testing/random-model.ts";

const READ: ToolSpecification = {
  name: "read_file",
  description: "Reads a file",
  parameters: {
    type: "object",
    properties: { path: { type: "string", maxLength: 12 }, lines: { type: "integer" } },
    required: ["path"],
  },
};
const STOP: ToolSpecification = { name: "stop", description: "Stops", parameters: { type: "object" } };

const entry = addOnEntry(process.cwd());
describe.skipIf(entry === null)("a chat by a random model, where the add-on is installed", () => {
  const folder = mkdtempSync(join(tmpdir(), "chat-"));
  const file = join(folder, "tiny.gguf");
  let engine: Engine;
  let model: NativeModel;
  let format: ChatFormat;
  beforeAll(async () => {
    writeRandomModel(file, TINY);
    engine = await openEngine(entry);
    model = await engine.llama.loadModel({ modelPath: file });
    format = createChatFormat({ template: CHATML_TEMPLATE, bosToken: "<s>", eosToken: "</s>" });
  });
  afterAll(async () => {
    await model?.dispose();
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tokenise = (pieces: readonly string[]): number[] =>
    pieces.flatMap((piece, index) =>
      model.tokenize(piece, true, index === 0 ? undefined : "trimLeadingSpace"),
    );
  const START = "<|im_start|>";
  const END = "<|im_end|>";

  test("has exactly the control tokens that its turns have, whatever messages say", () => {
    const [start, end] = [model.tokenize(START, true)[0], model.tokenize(END, true)[0]];
    const [bos, eos] = [model.tokenize("<s>", true)[0], model.tokenize("</s>", true)[0]];
    const words = fc
      .array(
        fc.oneof(
          fc.constantFrom(START, END, "<s>", "</s>", "<", "|im_end|>", "<|im_", " ", "\n"),
          fc.string(),
        ),
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(words, words, words, (one, two, three) => {
        const messages: readonly Message[] = [
          { role: "system", content: one },
          { role: "user", content: two },
          {
            role: "assistant",
            content: three,
            toolCalls: [{ id: "a", name: "stop", arguments: { [one]: two } }],
          },
          { role: "tool", toolCallId: "a", name: "stop", content: three, outcome: "ok" },
        ];
        const tokens = tokenise(format.render(messages, [{ ...STOP, description: two }]));
        const count = (token: number | undefined): number => tokens.filter((each) => each === token).length;
        expect([count(start), count(end), count(bos), count(eos)]).toEqual([5, 4, 0, 0]);
        const text = model.detokenize(tokens, true);
        for (const said of [one, three]) expect(text).toContain(said.toWellFormed());
      }),
      { numRuns: 300 },
    );
  });

  test("calls a tool in JSON that fits, when it has begun a call", async () => {
    const context = await model.createContext({
      sequences: 1,
      contextSize: 2_048,
      threads: 1,
      flashAttention: false,
      swaFullCache: true,
    });
    const names = new Set<string>();
    for (const words of ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"]) {
      const pieces = format.render([{ role: "user", content: words }], [READ, STOP]);
      const reader = createAnswerReader([READ, STOP], format.callStyle);
      reader.push("<tool_call>");
      const schema = reader.constraint();
      if (schema === null) throw new Error("Expected a constraint");
      const { native } = await grammarFor(engine.llama, schema);
      const state: NativeGrammarState = new engine.module.LlamaGrammarEvaluationState({
        model,
        grammar: native,
      });
      const sequence = context.getSequence();
      let left = 1_000;
      for await (const token of sequence.evaluate(tokenise([...pieces, "<tool_call>"]), {
        temperature: 0,
        yieldEogToken: true,
        grammarEvaluationState: () => state,
      })) {
        reader.push(model.detokenize([token], true));
        if (reader.constraint() === null || left-- === 0) break;
      }
      await sequence.dispose();
      if (left < 0) continue;
      const [call] = reader.finish().toolCalls;
      expect(["read_file", "stop"]).toContain(call?.name);
      if (call?.name === "read_file") expect(call.arguments).toMatchObject({ path: expect.any(String) });
      names.add(call?.name ?? "");
    }
    expect(names.size).toBeGreaterThan(0);
    await context.dispose();
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../shared/messages.ts";
import { addOnEntry } from "./add-on-folder.ts";
import { callListSchema, callSchema } from "./call-schema.ts";
import { type GrammarEngine, grammarFor } from "./grammar.ts";
import { type Engine, type NativeContext, type NativeModel, openEngine } from "./native.ts";
import { TINY, writeRandomModel } from "./testing/random-model.ts";

const text = (most: number): JsonObject => ({ type: "string", maxLength: most });
const TOOLS = [
  {
    name: "read_file",
    description: "",
    parameters: {
      type: "object",
      properties: { path: text(9), lines: { type: "integer" } },
      required: ["path"],
    },
  },
  { name: "stop", description: "", parameters: {} },
] as const;

const SCHEMAS: Readonly<Record<string, JsonObject>> = {
  "properties of each type": {
    type: "object",
    properties: {
      name: text(12),
      age: { type: "integer" },
      score: { type: "number" },
      sure: { type: "boolean" },
      nothing: { type: "null" },
    },
    required: ["name", "age", "score", "sure", "nothing"],
    additionalProperties: false,
  },
  "properties that may be left out": {
    type: "object",
    properties: {
      a: { type: "integer" },
      b: { type: "integer" },
      c: { type: "integer" },
      d: { type: "integer" },
    },
    required: ["b"],
    additionalProperties: false,
  },
  "nothing but what may be left out": {
    type: "object",
    properties: { a: { type: "boolean" }, b: { type: "null" } },
    additionalProperties: false,
  },
  "names with quotes": {
    type: "object",
    properties: { 'a"\\\n': { const: 'x"\\\n' } },
    required: ['a"\\\n'],
  },
  "a list of numbers": { type: "array", items: { enum: [1, 2, "three", null] }, minItems: 2, maxItems: 4 },
  "a pair": { type: "array", prefixItems: [{ type: "boolean" }, { const: 7 }], minItems: 2, items: false },
  "one of several": {
    anyOf: [{ type: "object", properties: { kind: { const: "a" } }, required: ["kind"] }, text(4)],
  },
  "several types": { type: ["boolean", "null"] },
  formats: {
    type: "array",
    prefixItems: [
      { type: "string", format: "date-time" },
      { type: "string", format: "date" },
      { type: "string", format: "uuid" },
    ],
    minItems: 3,
  },
  "a tree": {
    $ref: "#/$defs/tree",
    $defs: {
      tree: {
        type: "object",
        properties: { leaf: { type: "boolean" }, next: { $ref: "#/$defs/tree" } },
        required: ["leaf"],
        additionalProperties: false,
      },
    },
  },
  "all of two": {
    allOf: [
      { type: "object", properties: { a: { type: "boolean" } }, required: ["a"] },
      { type: "object", properties: { b: { type: "null" } }, required: ["b"] },
    ],
  },
  "free names": { type: "object", additionalProperties: { type: "boolean" } },
  "a call of a tool": callSchema(TOOLS),
  "a list of calls": callListSchema(TOOLS),
};

const entry = addOnEntry(process.cwd());
describe.skipIf(entry === null)("a random model under a grammar, where the add-on is installed", () => {
  const folder = mkdtempSync(join(tmpdir(), "grammar-"));
  let engine: Engine;
  let model: NativeModel;
  let context: NativeContext;
  beforeAll(async () => {
    const file = join(folder, "tiny.gguf");
    writeRandomModel(file, TINY);
    engine = await openEngine(entry);
    model = await engine.llama.loadModel({ modelPath: file });
    context = await model.createContext({
      sequences: 1,
      contextSize: 4_096,
      threads: 1,
      flashAttention: false,
      swaFullCache: true,
    });
  });
  afterAll(async () => {
    await context?.dispose();
    await model?.dispose();
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const grammarEngine = () => engine.llama as unknown as GrammarEngine;

  /** What the model writes until its turn ends, or the tokens run out. */
  async function write(schema: JsonObject, prompt: string, most = 800) {
    const { native } = await grammarFor(grammarEngine(), schema);
    const state = new engine.module.LlamaGrammarEvaluationState({ model, grammar: native });
    const sequence = context.getSequence();
    const tokens: number[] = [];
    let ended: "turn" | "tokens" = "tokens";
    for await (const token of sequence.evaluate(model.tokenize(prompt), {
      temperature: 0,
      yieldEogToken: true,
      grammarEvaluationState: () => state,
    })) {
      if (model.isEogToken(token)) ended = "turn";
      else tokens.push(token);
      if (ended === "turn" || tokens.length >= most) break;
    }
    await sequence.dispose();
    return { text: model.detokenize(tokens), ended };
  }

  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  test.each(Object.entries(SCHEMAS))("writes what fits: %s", async (_, schema) => {
    expect((await grammarFor(grammarEngine(), schema)).fit).toEqual({ type: "schema" });
    const fits = ajv.compile(schema);
    let ended = 0;
    for (const prompt of ["One", "Two", "Three", "Four", "Five", "Six"]) {
      const answer = await write(schema, prompt);
      if (answer.ended === "tokens") continue;
      ended += 1;
      expect([answer.text, fits(JSON.parse(answer.text)), fits.errors]).toEqual([answer.text, true, null]);
    }
    expect(ended).toBeGreaterThan(0);
  });

  test("leaves out what may be left out, sometimes", async () => {
    const schema = SCHEMAS["properties that may be left out"] ?? {};
    const keys = new Set<string>();
    for (const prompt of "abcdefghijklmnop")
      keys.add(Object.keys(JSON.parse((await write(schema, prompt)).text)).join());
    expect(keys.size).toBeGreaterThan(1);
  });

  test.each([
    ["a pattern", { type: "string", pattern: "^a+$" }, ["pattern"]],
    ["bounds", { type: "object", properties: { a: { type: "integer", minimum: 3 } } }, ["minimum"]],
    ["a format nobody knows", { type: "string", format: "colour" }, ["format"]],
    ["very long texts", { type: "string", minLength: 9_000 }, ["minLength"]],
  ])("says what it is not held to: %s", async (_, schema, notHeld) => {
    expect((await grammarFor(grammarEngine(), schema)).fit).toEqual({ type: "part", notHeld });
  });

  const deep = (depth: number): JsonObject => (depth === 0 ? {} : { type: "array", items: deep(depth - 1) });
  test.each([
    ["a reference to nowhere", { type: "object", properties: { a: { $ref: "#/$defs/gone" } } }],
    ["a reference to another file", { type: "object", properties: { a: { $ref: "other.json" } } }],
    ["a type nobody knows", { type: "object", properties: { a: { type: "colour" } } }],
    ["a schema without end", { type: "object", properties: { a: deep(200) } }],
    [
      "a huge schema",
      {
        type: "object",
        properties: Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`p${n}`, { const: n }])),
      },
    ],
  ])("falls back to plain JSON, and says so: %s", async (_, schema) => {
    expect((await grammarFor(grammarEngine(), schema as JsonObject)).fit).toMatchObject({ type: "json" });
    for (const prompt of "abcdef") {
      const answer = await write(schema as JsonObject, prompt);
      if (answer.ended === "turn") expect(JSON.parse(answer.text)).toBeTypeOf("object");
    }
  });

  test("is made once for a schema, and old ones are let go", async () => {
    const schema = (n: number): JsonObject => ({ const: n });
    const first = await grammarFor(grammarEngine(), schema(0));
    expect(await grammarFor(grammarEngine(), schema(0))).toBe(first);
    for (let n = 1; n <= 64; n++) await grammarFor(grammarEngine(), schema(n));
    expect(await grammarFor(grammarEngine(), schema(0))).not.toBe(first);
  });

  test("is read by the engine whatever the schema", async () => {
    const leaf = fc.oneof(
      fc.constantFrom<JsonObject>({ type: "string" }, { type: "integer" }, { type: "null" }, {}),
      fc.jsonValue().map((value) => ({ const: value as Json })),
      fc
        .record({ minLength: fc.nat(9), maxLength: fc.nat(9) })
        .map((range) => ({ type: "string", ...range })),
    );
    const { schema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
        fc
          .record({ items: tie("schema"), minItems: fc.nat(3), maxItems: fc.nat(5) })
          .map((array) => ({ type: "array", ...array })),
        fc
          .tuple(fc.dictionary(fc.string(), tie("schema"), { maxKeys: 4 }), fc.infiniteStream(fc.boolean()))
          .map(([properties, needed]) => ({
            type: "object",
            properties,
            required: Object.keys(properties).filter(() => needed.next().value),
          })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(schema, async (schema) => {
        expect((await grammarFor(grammarEngine(), schema)).fit).toEqual({ type: "schema" });
      }),
      { numRuns: 300 },
    );
  });
});

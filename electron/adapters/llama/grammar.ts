import { createHash } from "node:crypto";
import type { JsonObject } from "../../../shared/messages.ts";
import { schemaGrammar } from "./grammar/schema-grammar.ts";

/** The part of the engine that reads grammars. */
export interface GrammarEngine {
  createGrammar(options: { readonly grammar: string }): Promise<unknown>;
}

export interface Grammar {
  /** For the engine's `LlamaGrammarEvaluationState`. Where its JSON is whole, only the end of the turn may follow. */
  readonly native: unknown;
  /**
   * `schema`: whatever the grammar lets through fits the schema. `part`: all of it but the keywords named. `json`: the
   * schema is beyond a grammar, so it is JSON of any kind.
   */
  readonly fit:
    | { readonly type: "schema" }
    | { readonly type: "part"; readonly notHeld: readonly string[] }
    | { readonly type: "json"; readonly reason: string };
}

/** Most grammars that are kept for one engine. */
const MOST_KEPT = 64;
const kept = new WeakMap<GrammarEngine, Map<string, Promise<Grammar>>>();

/**
 * The grammar for JSON that fits this schema, made once and kept while it is in use. Grammars hold no place in the
 * text, so one serves any number of answers. Rejects only when the engine reads no grammar at all.
 */
export function grammarFor(engine: GrammarEngine, schema: JsonObject): Promise<Grammar> {
  const grammars = kept.get(engine) ?? new Map<string, Promise<Grammar>>();
  kept.set(engine, grammars);
  const key = createHash("sha256").update(JSON.stringify(schema)).digest("hex");
  const grammar = grammars.get(key) ?? make(engine, schema);
  grammars.delete(key);
  grammars.set(key, grammar);
  const [oldest] = grammars.keys();
  if (grammars.size > MOST_KEPT && oldest !== undefined) grammars.delete(oldest);
  grammar.catch(() => grammars.delete(key));
  return grammar;
}

async function make(engine: GrammarEngine, schema: JsonObject): Promise<Grammar> {
  try {
    const { gbnf, notHeld } = schemaGrammar(schema);
    const native = await engine.createGrammar({ grammar: gbnf });
    return { native, fit: notHeld.length === 0 ? { type: "schema" } : { type: "part", notHeld } };
  } catch (thrown) {
    const kind: JsonObject = schema.type === "object" ? { type: "object" } : {};
    const native = await engine.createGrammar({ grammar: schemaGrammar(kind).gbnf });
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { native, fit: { type: "json", reason } };
  }
}

import type { Json, JsonObject } from "../../../../shared/messages.ts";
import { GbnfRules, literal, oneOf, repeated } from "./gbnf.ts";

export interface SchemaGrammar {
  readonly gbnf: string;
  /** What the schema asks for and the grammar cannot hold the model to, such as `pattern`. */
  readonly notHeld: readonly string[];
}

const MOST_RULES = 4_000;
const MOST_DEPTH = 64;
/** llama.cpp unrolls repetitions, so a large one is left open. */
const MOST_REPEATED = 500;
const SPACE = '( " " | "\\n" [ \\t]{0,16} )?';
const CHARACTER = String.raw`( [^"\\\x7F\x00-\x1F] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F]{4} ) )`;
const WHOLE = '( "0" | [1-9] [0-9]{0,15} )';
const DATE = '[0-9]{4} "-" ( "0" [1-9] | "1" [0-2] ) "-" ( "0" [1-9] | [1-2] [0-9] | "3" [0-1] )';
const TIME =
  '( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] ":" [0-5] [0-9] ( "." [0-9]{3} )? ( "Z" | [+-] [01] [0-9] ":" [0-5] [0-9] )';
const FORMATS: Readonly<Record<string, string>> = {
  date: DATE,
  time: TIME,
  "date-time": `${DATE} "T" ${TIME}`,
  uuid: '[0-9a-f]{8} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{12}',
};
/** Keywords that say nothing about the value, or are looked at by name. */
const UNDERSTOOD = new Set(
  "$schema $id $defs definitions $comment title description default examples deprecated readOnly writeOnly type enum const oneOf anyOf allOf $ref properties required additionalProperties items prefixItems minItems maxItems minLength maxLength format".split(
    " ",
  ),
);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const count = (value: Json | undefined): number | null =>
  typeof value === "number" && value >= 0 ? Math.floor(value) : null;

/**
 * A grammar for JSON that fits a JSON Schema. Properties come in the schema's order; those that are not required may be
 * left out; others than the schema's come only where it names none. Throws when the schema is too large, too deep, or
 * refers to what is not there.
 */
export function schemaGrammar(schema: JsonObject): SchemaGrammar {
  return new Writer(schema).write();
}

class Writer {
  readonly #root: JsonObject;
  readonly #rules = new GbnfRules(MOST_RULES);
  readonly #notHeld = new Set<string>();
  readonly #space = this.#rules.add(SPACE);
  readonly #character = this.#rules.add(CHARACTER);

  constructor(root: JsonObject) {
    this.#root = root;
  }

  write(): SchemaGrammar {
    const root = this.#value(this.#root, 0);
    return { gbnf: this.#rules.toGrammar(root), notHeld: [...this.#notHeld].toSorted() };
  }

  #value(schema: Json | undefined, depth: number): string {
    if (depth > MOST_DEPTH) throw new Error("the schema is too deep for a grammar");
    if (schema === undefined || schema === true) return this.#any();
    if (!isObject(schema)) throw new Error("the schema allows nothing");
    for (const key of Object.keys(schema)) if (!UNDERSTOOD.has(key)) this.#note(key, schema[key]);

    if (typeof schema.$ref === "string") return this.#reference(schema.$ref, depth);
    if ("const" in schema) return this.#rules.add(literal(JSON.stringify(schema.const)));
    if (Array.isArray(schema.enum))
      return this.#choice(schema.enum.map((item) => literal(JSON.stringify(item))));
    for (const key of ["oneOf", "anyOf"]) {
      const options = list(schema[key]);
      if (options.length > 0) return this.#choice(options.map((option) => this.#value(option, depth + 1)));
    }
    const all = list(schema.allOf);
    if (all.length > 0) return this.#value(this.#merged(schema, all), depth + 1);
    const types = typeof schema.type === "string" ? [schema.type] : list(schema.type);
    if (types.length > 0) return this.#choice(types.map((type) => this.#typed(String(type), schema, depth)));
    if ("properties" in schema) return this.#typed("object", schema, depth);
    return "items" in schema ? this.#typed("array", schema, depth) : this.#any();
  }

  #note(keyword: string, value: Json | undefined): void {
    const says = !(keyword === "uniqueItems" && value === false) && !keyword.startsWith("x-");
    if (says) this.#notHeld.add(keyword);
  }

  #choice(alternatives: readonly string[]): string {
    if (alternatives.length === 0) throw new Error("the schema allows nothing");
    return this.#rules.add(oneOf(alternatives));
  }

  #typed(type: string, schema: JsonObject, depth: number): string {
    switch (type) {
      case "object":
        return this.#object(schema, depth);
      case "array":
        return this.#array(schema, depth);
      case "string":
        return this.#string(schema);
      case "integer":
        return this.#rules.named("integer", () => `"-"? ${WHOLE}`);
      case "number":
        return this.#number();
      case "boolean":
        return this.#rules.named("boolean", () => '( "true" | "false" )');
      case "null":
        return this.#rules.named("null", () => '"null"');
      default:
        throw new Error(`the schema has the unknown type ${type}`);
    }
  }

  #number(): string {
    return this.#rules.named("number", () => `"-"? ${WHOLE} ( "." [0-9]{1,16} )? ( [eE] [-+]? [0-9]{1,2} )?`);
  }

  #string(schema: JsonObject): string {
    const format = schema.format;
    if (typeof format === "string") {
      const known = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
      if (known !== undefined) return this.#rules.named(`format ${format}`, () => `"\\"" ${known} "\\""`);
      this.#notHeld.add("format");
    }
    const [least, most] = this.#range(schema, "minLength", "maxLength");
    return this.#rules.named(
      `string ${least} ${most}`,
      () => `"\\"" ${repeated(this.#character, least, most)} "\\""`,
    );
  }

  #array(schema: JsonObject, depth: number): string {
    const first = list(schema.prefixItems).map((item) => this.#value(item, depth + 1));
    const [least, most] = this.#range(schema, "minItems", "maxItems");
    const comma = `"," ${this.#space}`;
    if (first.length > 0)
      return this.#rules.add(`"[" ${this.#space} ${first.join(` ${comma} `)} ${this.#space} "]"`);
    if (most === 0) return this.#rules.add(`"[" ${this.#space} "]"`);
    const item = this.#value(schema.items, depth + 1);
    const rest = repeated(`${comma} ${item}`, Math.max(0, least - 1), most === null ? null : most - 1);
    const items = `${item} ${rest} ${this.#space}`;
    return this.#rules.add(`"[" ${this.#space} ${least === 0 ? `( ${items} )?` : items} "]"`);
  }

  #object(schema: JsonObject, depth: number): string {
    const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
    if (properties.length === 0) return this.#map(schema.additionalProperties, depth);
    const required = new Set(list(schema.required));
    // Written from the end: what may come behind a property, when there was one before it and when there was none.
    let later = { some: '""', none: '""' };
    for (const [key, value] of properties.toReversed()) {
      const pair = `${literal(JSON.stringify(key))} ":" ${this.#space} ${this.#value(value, depth + 1)}`;
      const withComma = `"," ${this.#space} ${pair} ${later.some}`;
      const alone = `${pair} ${later.some}`;
      later = required.has(key)
        ? { some: this.#rules.add(withComma), none: this.#rules.add(alone) }
        : { some: this.#choice([withComma, later.some]), none: this.#choice([alone, later.none]) };
    }
    return this.#rules.add(`"{" ${this.#space} ${later.none} ${this.#space} "}"`);
  }

  /** An object whose names are free. */
  #map(values: Json | undefined, depth: number): string {
    if (values === false) return this.#rules.add(`"{" ${this.#space} "}"`);
    const pair = `${this.#string({})} ":" ${this.#space} ${this.#value(values, depth + 1)}`;
    return this.#rules.add(
      `"{" ${this.#space} ( ${pair} ( "," ${this.#space} ${pair} )* ${this.#space} )? "}"`,
    );
  }

  #any(): string {
    return this.#rules.named("any", () =>
      oneOf([
        this.#string({}),
        this.#number(),
        this.#typed("boolean", {}, 0),
        this.#typed("null", {}, 0),
        this.#array({}, 0),
        this.#map(true, 0),
      ]),
    );
  }

  #reference(pointer: string, depth: number): string {
    return this.#rules.named(`ref ${pointer}`, () => {
      if (pointer !== "#" && !pointer.startsWith("#/")) throw new Error(`the schema refers to ${pointer}`);
      let target: Json | undefined = this.#root;
      for (const part of pointer.split("/").slice(1)) {
        const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
        target = isObject(target) && Object.hasOwn(target, key) ? target[key] : undefined;
      }
      if (target === undefined) throw new Error(`the schema refers to ${pointer}, which is not there`);
      return this.#value(target, depth + 1);
    });
  }

  /** Objects that must all fit, as one: their properties together. */
  #merged(schema: JsonObject, parts: readonly Json[]): JsonObject {
    const { allOf: _, ...own } = schema;
    const known = [own, ...parts].filter(isObject);
    if (known.some((part) => "$ref" in part || "oneOf" in part || "anyOf" in part))
      this.#notHeld.add("allOf");
    const properties = known.map((part) => (isObject(part.properties) ? part.properties : {}));
    return {
      ...Object.assign({}, ...known.toReversed()),
      ...(properties.some((each) => Object.keys(each).length > 0)
        ? { properties: Object.assign({}, ...properties) }
        : {}),
      required: known.flatMap((part) => list(part.required)),
    };
  }

  #range(schema: JsonObject, least: string, most: string): readonly [number, number | null] {
    const [low, high] = [count(schema[least]) ?? 0, count(schema[most])];
    if (low > MOST_REPEATED) this.#notHeld.add(least);
    if (high !== null && high > MOST_REPEATED) this.#notHeld.add(most);
    const from = low > MOST_REPEATED ? 0 : low;
    return [from, high === null || high > MOST_REPEATED ? null : Math.max(high, from)];
  }
}

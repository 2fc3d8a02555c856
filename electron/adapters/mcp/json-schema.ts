import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Json, JsonObject } from "../../../shared/messages.ts";
import { BoundedPatterns } from "./bounded-patterns.ts";
import { FAULTS_CHARACTERS, FAULTS_NAMED, SCHEMA_PARTS } from "./limits.ts";
import { addSchemaFormats } from "./schema-formats.ts";

const options = (patterns: BoundedPatterns): Options => ({
  strict: false,
  // All faults at once: a model then needs one more try, not many.
  allErrors: true,
  validateSchema: false,
  addUsedSchema: false,
  // A part that a thousand others refer to would be compiled a thousand times.
  inlineRefs: false,
  code: {
    // Compiles twice as fast; the checks are as fast for arguments of a tool.
    optimize: false,
    // `code` is for checks that are written to a file, and none of ours is.
    regExp: Object.assign((source: string, flags: string) => patterns.compile(source, flags), { code: "" }),
  },
  logger: false,
});

/** A compiled schema, or what is wrong with it. */
type Check = ValidateFunction | string;

/**
 * Checks values against JSON Schemas of draft 7 and of 2020-12, which is meant when `$schema` names nothing older.
 * A reference to another document is not loaded, and makes the schema a broken one.
 */
export class SchemaChecker {
  // A schema lives as long as the definition of its tool; its check lives no longer.
  readonly #checks = new WeakMap<JsonObject, Check>();
  readonly #patterns = new BoundedPatterns();
  // Made with the first schema of theirs: most runs of the program have no server.
  #draft7: Ajv | null = null;
  #latest: Ajv2020 | null = null;

  /** Null when the value fits, else what does not, in one sentence. Never throws. */
  validate(schema: JsonObject, value: JsonObject): string | null {
    let check = this.#checks.get(schema);
    if (check === undefined) {
      check = this.#compile(schema);
      this.#checks.set(schema, check);
    }
    if (typeof check === "string") return check;
    try {
      this.#patterns.begin();
      return check(value) ? null : sentence(check.errors ?? []);
    } catch (error) {
      return broken(error instanceof Error ? error.message : String(error));
    }
  }

  #compile(schema: JsonObject): Check {
    try {
      if (!isWithin(schema, SCHEMA_PARTS)) return broken(`it has more than ${SCHEMA_PARTS} parts`);
      const { $schema, ...rest } = schema;
      const ajv = this.#ajvFor(typeof $schema === "string" ? $schema : "");
      const check = ajv.compile(rest);
      ajv.removeSchema(rest);
      return check;
    } catch (error) {
      return broken(error instanceof Error ? error.message : String(error));
    }
  }

  #ajvFor(draft: string): Ajv | Ajv2020 {
    if (/draft-0[4-7]/.test(draft)) {
      this.#draft7 ??= addSchemaFormats(new Ajv(options(this.#patterns)));
      return this.#draft7;
    }
    this.#latest ??= addSchemaFormats(new Ajv2020(options(this.#patterns)));
    return this.#latest;
  }
}

/** Whether a value holds at most `most` objects and lists, itself among them. */
function isWithin(value: Json, most: number): boolean {
  const left: Json[] = [value];
  for (let count = 0; count <= most; ) {
    const next = left.pop();
    if (next === undefined) return true;
    if (typeof next !== "object" || next === null) continue;
    count += 1;
    left.push(...Object.values(next));
  }
  return false;
}

const broken = (why: string): string =>
  `the server's schema for these arguments is broken, so that they cannot be checked: ${why}`;

function sentence(errors: readonly ErrorObject[]): string {
  const faults = [...new Set(errors.map(faultOf))];
  const named = faults.slice(0, FAULTS_NAMED);
  const more = faults.length - named.length;
  const text = [...named, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
  return text.length <= FAULTS_CHARACTERS ? text : `${text.slice(0, FAULTS_CHARACTERS).toWellFormed()}…`;
}

function faultOf({ instancePath, keyword, params, message = "does not fit" }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~");
  return `${path === "" ? "arguments" : path}: ${wordsOf(keyword, params, message)}`;
}

function wordsOf(keyword: string, params: Record<string, unknown>, message: string): string {
  switch (keyword) {
    case "enum":
      return `${message}: ${JSON.stringify(params.allowedValues)}`;
    case "const":
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case "additionalProperties":
      return `must not have '${String(params.additionalProperty)}'`;
    case "unevaluatedProperties":
      return `must not have '${String(params.unevaluatedProperty)}'`;
    default:
      return message;
  }
}

import { createContext, Script } from "node:vm";
import { PATTERN_DIRECT_STEPS, PATTERNS_MS } from "./limits.ts";

/** What a validator asks of a pattern. */
export interface Pattern {
  test(text: string): boolean;
  /** The same for two that are the same. */
  toString(): string;
}

/**
 * Regular expressions of strangers, with a bound on the time that one validation spends in them. A match that cannot
 * take long is made at once; any other is watched and broken off. What could not be matched in time counts as a
 * match, and that pattern is not tried again: the server checks its arguments itself.
 */
export class BoundedPatterns {
  readonly #context = createContext({ match: (): boolean => true });
  readonly #script = new Script("match()");
  #leftMs = PATTERNS_MS;

  /** A validation begins: it has the whole time. */
  begin(): void {
    this.#leftMs = PATTERNS_MS;
  }

  /** Throws SyntaxError for what is no regular expression, with the flags or without. */
  compile(source: string, flags: string): Pattern {
    const pattern = parse(source, flags);
    const cost = costOf(source);
    let tooSlow: "no" | "yes" = "no";
    return {
      toString: () => String(pattern),
      test: (text) => {
        if (cost(text.length) <= PATTERN_DIRECT_STEPS) return pattern.test(text);
        if (tooSlow === "yes" || this.#leftMs < 1) return true;
        const matched = this.#watched(() => pattern.test(text));
        if (matched === "too-slow") tooSlow = "yes";
        return matched !== "no-match";
      },
    };
  }

  #watched(match: () => boolean): "match" | "no-match" | "too-slow" {
    const start = performance.now();
    this.#context.match = match;
    try {
      return this.#script.runInContext(this.#context, { timeout: Math.ceil(this.#leftMs) })
        ? "match"
        : "no-match";
    } catch {
      return "too-slow";
    } finally {
      this.#leftMs -= performance.now() - start;
    }
  }
}

/** Some servers escape what Unicode patterns do not let be escaped. */
function parse(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    return new RegExp(source);
  }
}

/**
 * Steps that a match takes at most, by the length of the text: with k quantifiers n to the power of k, and once more
 * for where it begins; a group that repeats may take any number.
 */
function costOf(source: string): (length: number) => number {
  if (/\)[*+{]/.test(source)) return () => Number.POSITIVE_INFINITY;
  const quantifiers = source.match(/[*+{]/g)?.length ?? 0;
  return (length) => (length + 1) ** (quantifiers + 1);
}

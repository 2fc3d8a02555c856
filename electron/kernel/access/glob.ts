import { GLOB_TEXT_CHARACTERS, GLOB_TEXTS_KEPT } from "../limits.ts";

type Token =
  | { readonly type: "text"; readonly text: string }
  /** Any characters but `/`. */
  | { readonly type: "within" }
  /** Any characters. */
  | { readonly type: "across" }
  /** No folder or several, each with its `/`. */
  | { readonly type: "folders" };

/** A pattern taken apart. */
interface Pattern {
  readonly text: string;
  readonly start: string;
  readonly tokens: readonly Token[];
  /** The folder itself, for a pattern such as `notes/**`. */
  readonly folder: Pattern | null;
}

const WORKSPACE = ".";

/**
 * Whether a pattern covers a target: `*` stands for anything within a part, `**` for anything over parts, and both for
 * nothing too, so that `notes/**` covers the folder `notes` itself and `**`+`/todo.md` one at the top. The workspace
 * itself, `.`, is covered by `.` and `**` alone. Nothing else is special, so a target that holds a `*` cannot be
 * named alone. Takes time in proportion to the target's length and the pattern's wildcards, of which there are few
 * (`patternSchema`): a workspace's patterns are not to be trusted.
 */
export function matchesTarget(pattern: string, target: string): boolean {
  if (pattern === "**") return true;
  if (target === WORKSPACE) return pattern === WORKSPACE;
  const text = composed(target);
  const wanted = patternOf(pattern);
  return matches(wanted, text) || (wanted.folder !== null && matches(wanted.folder, text));
}

/** What stands before the first wildcard. */
export function fixedStart(pattern: string): string {
  const star = pattern.indexOf("*");
  return star === -1 ? pattern : pattern.slice(0, star);
}

function matches({ text, start, tokens }: Pattern, target: string): boolean {
  if (start.length === text.length) return text === target;
  if (!target.startsWith(start)) return false;
  // Every place in the target that the tokens so far can have reached, in order.
  let reached: readonly number[] = [0];
  for (const token of tokens) {
    reached = step(token, target, reached);
    if (reached.length === 0) return false;
  }
  return reached.at(-1) === target.length;
}

function step(token: Token, target: string, reached: readonly number[]): readonly number[] {
  const first = reached[0] ?? 0;
  const places: number[] = [];
  switch (token.type) {
    case "text":
      for (const place of reached) {
        if (target.startsWith(token.text, place)) places.push(place + token.text.length);
      }
      return places;
    case "within":
      return withinParts(target, reached);
    case "across":
      for (let place = first; place <= target.length; place += 1) places.push(place);
      return places;
    case "folders":
      places.push(first);
      for (let slash = target.indexOf("/", first); slash !== -1; slash = target.indexOf("/", slash + 1)) {
        places.push(slash + 1);
      }
      return places;
  }
}

function withinParts(target: string, reached: readonly number[]): readonly number[] {
  const places: number[] = [];
  let last = -1;
  for (const from of reached) {
    if (from <= last) continue;
    const slash = target.indexOf("/", from);
    last = slash === -1 ? target.length : slash;
    for (let place = from; place <= last; place += 1) places.push(place);
  }
  return places;
}

function tokensOf(pattern: string): readonly Token[] {
  return (pattern.match(/(?<![^/])\*{2,}\/|\*+|[^*]+/g) ?? []).map((part): Token => {
    if (!part.startsWith("*")) return { type: "text", text: part };
    if (part.endsWith("/")) return { type: "folders" };
    return { type: part === "*" ? "within" : "across" };
  });
}

const composed = remembered((text) => text.normalize("NFC"));

const patternOf = remembered((pattern) => {
  const text = pattern.normalize("NFC");
  return takeApart(text, text.endsWith("/**") ? takeApart(text.slice(0, -3), null) : null);
});

function takeApart(text: string, folder: Pattern | null): Pattern {
  return { text, start: fixedStart(text), tokens: tokensOf(text), folder };
}

/** A pure function that keeps its latest values: hundreds of rules meet the same hundreds of targets at each call. */
function remembered<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = make(text);
    if (known.size >= GLOB_TEXTS_KEPT) known.clear();
    if (text.length <= GLOB_TEXT_CHARACTERS) known.set(text, value);
    return value;
  };
}

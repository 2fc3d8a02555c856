import { pathsIn } from "./file-paths.ts";
import type { Intent } from "./intent.ts";
import { plainSigns } from "./request.ts";

/** One part of a task, and what was understood of it. */
export interface Clause {
  readonly text: string;
  readonly intent: Intent | null;
  /** Whether the words that join it to the part before say that it comes after: "then", a pronoun for a result. */
  readonly order: "free" | "after";
}

const STARTS =
  "what|what's|whats|when|when's|where|who|who's|which|how|is|are|do|does|calculate|compute|work out|evaluate|add|subtract|multiply|divide|tell|give|show|find|remember|note|recall|forget|remind|write|save|store|create|make|put|append|read|open|list|search|delete|remove|copy|rename|move|count|review|check|proofread|fetch|summari[sz]e|visit|please|could you|can you|also|i'd like|keep|don't forget|ask|have|get|look|print|display|update|change|inspect|examine|say";

/** Joints at which a list of tasks is laid out: each part stands for itself. */
const HARD = /\n+|\s*;\s+/;
/** Joints at which a sentence may end or go on, tried from the strongest. */
const SOFT: readonly RegExp[] = [
  new RegExp(`(?<=[?!])\\s+(?=\\S)|(?<=[\\w"')\\]])[.](?:\\s+)(?=[A-Z]|(?:${STARTS})\\b)`, "gi"),
  /,?\s+(?:and |& )?(?:then|after that|afterwards|next|finally|lastly)(?: also)?,?\s+/gi,
  /,?\s+(?:and also|as well as|plus also|and additionally|and in addition|also)\s+/gi,
  new RegExp(`,?\\s+and\\s+(?=(?:${STARTS})\\b)`, "gi"),
  new RegExp(`,\\s+(?=(?:${STARTS})\\b)`, "gi"),
  /,\s+(?=[\d(])/g,
  /,?\s+and\s+/gi,
];
const ORDER = /^\s*(?:(?:and |& )?(?:then|after that|afterwards|next|finally|lastly)\b)/i;
const BULLET = /^\s*(?:[-*•]|\(?\d{1,2}[.)]|step \d{1,2}[:.]|[a-h]\))\s+/i;

/** Families whose requests hold free text, which may hide a further task. The others were understood to the end. */
const CARRIES_TEXT: ReadonlySet<Intent["family"]> = new Set(["memory", "files", "web", "review"]);

/** Most parts of one task. */
const MAX_PARTS = 20;
/** Longest sentence, in characters, that is searched for joints; most texts that are tried for one task. */
const LONGEST_SENTENCE = 800;
const MOST_ASKED = 100;

type Understand = (part: string) => Intent | null;

/**
 * Splits a task into parts that are each understood. A joint inside a sentence counts only when both sides are
 * understood, so that "remember that Ada likes tea and cake" stays whole; lines and semicolons count when any part
 * is understood.
 */
export function splitClauses(task: string, understand: Understand): readonly Clause[] {
  const text = plainSigns(task).trim();
  const splitter = new Splitter(understand);
  const laidOut = numberedInline(text)
    .split(HARD)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (laidOut.length > 1 && laidOut[0]?.endsWith(":")) {
    const intent = splitter.intentOf(text);
    if (intent && CARRIES_TEXT.has(intent.family)) return [{ text, intent, order: "free" }];
  }
  const lines = laidOut.filter((line) => !/^[^?!]{0,80}:$/.test(line));
  const bulleted = lines.filter((line) => BULLET.test(line)).length;
  const bare = (bulleted > 1 ? lines.filter((line) => BULLET.test(line)) : lines).map((line) =>
    line.replace(BULLET, ""),
  );
  if (bare.length > 1 && bare.length <= MAX_PARTS) {
    const parts = bare.flatMap((line) => splitter.split(line, "free"));
    const understood = parts.filter((part) => part.intent !== null).length;
    if (bulleted > 1 ? understood > 0 : understood === parts.length) return parts;
  }
  return splitter.split(bare.length === 1 && bulleted === 1 ? (bare[0] ?? text) : text, "free");
}

/** "1. add 2 and 3 2. list my files" on one line, as lines. */
const numberedInline = (text: string): string =>
  /(?:^|\s)\(?1[.)]\s+\S/.test(text) && /\s\(?2[.)]\s+\S/.test(text) && !text.includes("\n")
    ? text.replace(/\s+(?=\(?\d{1,2}[.)]\s+\S)/g, "\n")
    : text;

/** Splits sentences, asking about each text once and only so often: a crafted task must not hold up everyone else. */
class Splitter {
  readonly #understand: Understand;
  readonly #known = new Map<string, Intent | null>();
  readonly #split = new Map<string, readonly Clause[]>();

  constructor(understand: Understand) {
    this.#understand = understand;
  }

  intentOf(text: string): Intent | null {
    const known = this.#known.get(text);
    if (known !== undefined || this.#known.size >= MOST_ASKED) return known ?? null;
    const intent = this.#understand(text);
    this.#known.set(text, intent);
    return intent;
  }

  split(sentence: string, order: Clause["order"]): readonly Clause[] {
    const key = `${order} ${sentence}`;
    const known = this.#split.get(key);
    if (known) return known;
    const parts = this.#parts(sentence, order);
    this.#split.set(key, parts);
    return parts;
  }

  #parts(sentence: string, order: Clause["order"]): readonly Clause[] {
    const intent = this.intentOf(sentence);
    const whole = [{ text: sentence, intent, order }];
    if ((intent && !CARRIES_TEXT.has(intent.family)) || sentence.length > LONGEST_SENTENCE) return whole;
    for (const joint of intent ? SOFT.slice(0, -1) : SOFT) {
      for (const match of [...sentence.matchAll(joint)].slice(0, MAX_PARTS)) {
        if (this.#known.size >= MOST_ASKED) return whole;
        const left = sentence.slice(0, match.index).trim();
        const right = sentence.slice(match.index + match[0].length).trim();
        if (left === "" || right === "" || insideQuotes(sentence, match.index)) continue;
        const leftParts = this.#side(left, order);
        const rightParts =
          leftParts && this.#side(right, ORDER.test(match[0].replace(/^,/, "")) ? "after" : "free");
        if (leftParts && rightParts) return [...leftParts, ...rightParts];
      }
    }
    return whole;
  }

  #side(text: string, order: Clause["order"]): readonly Clause[] | null {
    const parts = this.split(text, order);
    return parts.every((part) => part.intent !== null) ? parts : null;
  }
}

const insideQuotes = (text: string, index: number): boolean =>
  (text.slice(0, index).match(/"/g)?.length ?? 0) % 2 === 1;

const LATER_FILE =
  /\b(show|read|open|display|print|review|check|proofread|delete|remove)( me)? (?:it|that|the file|that file|this file|its contents?|the contents?)(?= ?(?:back|again|to me|aloud|for (?:mistakes|errors|problems|faults|typos)|$|[.?!,;\n]))/gi;

/** "then show it", where a file was named before, with the file's name in the pronoun's place. */
export function namePronouns(task: string): string {
  return task.replace(LATER_FILE, (whole, verb: string, me: string | undefined, at: number) => {
    const path = pathsIn(task.slice(0, at)).at(-1);
    return path === undefined ? whole : `${verb}${me ?? ""} ${path}`;
  });
}

import { call, callEach, type Program, troubleOf } from "./program.ts";
import {
  contentWords,
  type Match,
  rank,
  readRecollections,
  searchWords,
  toSecondPerson,
} from "./recollection.ts";
import { asSentence } from "./request.ts";

/** Memories forgotten in one step. */
const AT_ONCE = 20;
/** Memories shown in one answer. */
const SHOWN = 50;

const told = (text: string): string => asSentence(toSecondPerson(text));

/** A capital first, where the text begins with a word: "factorial(5) = 120" stays as it is. */
const withCapital = (text: string): string =>
  /^\p{Ll}[\p{L}']*\s/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;

/** Remembers a text as it was said, with a capital first. */
export function* remember(text: string): Program {
  const kept = withCapital(text);
  const result = yield* call(`I will remember this: ${asSentence(kept)}`, "remember", { text: kept });
  return result.outcome === "ok"
    ? `I have remembered this: ${told(kept)}`
    : `I did not remember it: ${troubleOf(result)}`;
}

/** Everything remembered, newest first. */
export function* list(): Program {
  const result = yield* call("I will list what I remember.", "list_memories", {});
  if (result.outcome !== "ok") return `I could not look into my memory: ${troubleOf(result)}`;
  const items = readRecollections(result.text);
  if (items.length === 0) return "I remember nothing yet.";
  const shown = items.slice(0, SHOWN).map((item) => `- ${told(item.text)}`);
  const more = items.length > SHOWN ? `\nand ${items.length - SHOWN} more.` : "";
  return `I remember ${items.length === 1 ? "one thing" : `${items.length} things`}:\n${shown.join("\n")}${more}`;
}

export function* lookUp(id: string): Program {
  const result = yield* call(`I will look up ${id}.`, "get_memory", { id });
  const item = readRecollections(result.text)[0];
  return result.outcome === "ok" && item
    ? told(item.text)
    : `I could not look up ${id}: ${troubleOf(result)}`;
}

/** Answers a question from memory: the best fit, or all that fit. Says so when it is only near, or nothing. */
export function* search(question: string, scope: "best" | "all"): Program {
  const found = yield* recall(question);
  if (typeof found === "string") return found;
  const fits = found.filter((match) => match.fit === "full");
  const best = fits[0];
  if (!best) {
    const near = found.find((match) => match.fit === "near");
    return near
      ? `I have nothing about exactly that. The nearest I remember is: ${told(near.item.text)}`
      : `I have nothing about that in my memory.`;
  }
  const shown = fits
    .filter((match) => scope === "all" || match.share === best.share)
    .slice(0, scope === "all" ? SHOWN : 3);
  return shown.length === 1
    ? told(best.item.text)
    : `I remember ${shown.length} things about that:\n${shown.map((match) => `- ${told(match.item.text)}`).join("\n")}`;
}

function* recall(question: string): Program<readonly Match[] | string> {
  const words = contentWords(question);
  if (words.length === 0) return "I have nothing about that in my memory.";
  const result = yield* call(`I will look in my memory for ${words.join(", ")}.`, "recall", {
    query: searchWords(question),
  });
  if (result.outcome !== "ok") return `I could not look into my memory: ${troubleOf(result)}`;
  // The last line says why they were found.
  return rank(question, readRecollections(result.text.replace(/\nWhy: .*$/, "")));
}

/** Forgets the one memory that fits best, or the one with the id given. */
export function* forget(what: string): Program {
  const id = /^m\d+$/i.exec(what.trim())?.[0].toLowerCase();
  if (id !== undefined) {
    const result = yield* call(`I will forget ${id}.`, "forget", { id });
    return result.outcome === "ok" ? `I forgot ${id}.` : `I did not forget ${id}: ${troubleOf(result)}`;
  }
  const found = yield* recall(what);
  if (typeof found === "string") return found;
  const best = found.find((match) => match.fit === "full");
  if (!best) return "I have nothing about that in my memory, so there was nothing to forget.";
  const result = yield* call(`I will forget this: ${asSentence(best.item.text)}`, "forget", {
    id: best.item.id,
  });
  return result.outcome === "ok"
    ? `I forgot this: ${told(best.item.text)}`
    : `I did not forget it: ${troubleOf(result)}`;
}

export function* forgetAll(): Program {
  const result = yield* call("I will list what I remember, to forget it.", "list_memories", {});
  if (result.outcome !== "ok") return `I could not look into my memory: ${troubleOf(result)}`;
  const items = readRecollections(result.text);
  if (items.length === 0) return "I remember nothing, so there was nothing to forget.";
  const calls = items.map((item) => ({ id: item.id }));
  const results = yield* callEach(`I will forget all ${items.length} of them.`, "forget", calls, AT_ONCE);
  const kept = results.filter((each) => each.outcome !== "ok");
  const first = kept[0];
  const count = items.length - kept.length;
  const words = `I forgot ${count === 1 ? "one thing" : `${count} things`}.`;
  return first ? `${words} ${kept.length} I did not forget: ${troubleOf(first)}` : words;
}

/** A fact is put in another's place only when it is about the same: all words of the subject, or the very same start. */
function isSameFact(match: Match, subject: string): boolean {
  if (match.fit !== "full" || match.share < 1) return false;
  return (
    contentWords(subject).length > 1 ||
    new RegExp(`^${escaped(subject)} (?:is|are|was|were|has|have|am)\\b`, "i").test(match.item.text)
  );
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Puts a new text in the place of the memory about the subject; remembers it when there is none. */
export function* correct(subject: string, text: string): Program {
  const kept = withCapital(text);
  const found = yield* recall(subject);
  if (typeof found === "string" && contentWords(subject).length > 0) return found;
  const best = typeof found === "string" ? undefined : found.find((match) => isSameFact(match, subject));
  if (!best) return yield* remember(text);
  const args = { id: best.item.id, text: kept };
  const result = yield* call(`I will put this in its place: ${asSentence(kept)}`, "update_memory", args);
  return result.outcome === "ok"
    ? `I have corrected what I remember: ${told(kept)}`
    : `I did not change it: ${troubleOf(result)}`;
}

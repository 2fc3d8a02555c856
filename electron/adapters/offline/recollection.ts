/** One remembered item as the recall and list tools print it. */
export interface Recollection {
  readonly id: string;
  readonly text: string;
}

/** How well an item fits a question. */
export interface Match {
  readonly item: Recollection;
  /** Content words of the question that the item has, from 0 to 1. */
  readonly share: number;
  /** A name or an owner in the question that the item lacks makes it at best a near miss. */
  readonly fit: "full" | "near" | "none";
}

const STOP = new Set(
  "a an the of to in on at for by with from and or but if is are was were be been being am do does did has have had can could will would shall should may might must i me my mine you your yours he him his she her it its we us our they them their this that these those there here what when where who whom whose which why how about as so not no any some s t re ll ve d tell know remember recall remind say said told tells please much many again ever still also just up out get got thing things anything something everything stuff info information note notes noted memory memories date day time name called than then kind sort going see need want happen happens".split(
    " ",
  ),
);
/** Words that matter only when nothing else is left: "what is my name?". */
const WEAK = new Set("date day time name called like note notes memory going thing things".split(" "));

const ALIKE: readonly (readonly string[])[] = [
  ["birthday", "born", "birth", "birthdate"],
  ["colour", "color"],
  ["favourite", "favorite", "prefer", "best"],
  ["phone", "telephone", "mobile", "number"],
  ["live", "address", "home", "reside", "moved"],
  ["job", "work", "profession", "occupation", "employ"],
  ["meeting", "appointment", "meet"],
  ["like", "love", "enjoy", "prefer"],
  ["password", "passcode", "pin", "code"],
  ["buy", "shopping", "purchase"],
  ["old", "age"],
  ["mum", "mother", "mom"],
  ["dad", "father"],
  ["movie", "film"],
  ["car", "vehicle"],
  ["spouse", "wife", "husband"],
  ["email", "e-mail", "mail"],
];

/** The lines `m12: text` of a result, or `m12 (person): text` of another's; those of many lines keep them. */
export function readRecollections(text: string): readonly Recollection[] {
  const items: { id: string; text: string }[] = [];
  for (const line of text.split("\n")) {
    const match = /^(m\d+)(?: \([a-z:0-9-]+\))?: (.*)$/.exec(line);
    const last = items.at(-1);
    if (match?.[1] !== undefined) items.push({ id: match[1], text: match[2] ?? "" });
    else if (last && line.trim() !== "") last.text += `\n${line}`;
  }
  return items;
}

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .replace(/'s\b|s'(?=\s|$)/g, "")
    .match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu) ?? [];

/** The words of a question that say what it is about. */
export function contentWords(question: string): readonly string[] {
  const words = [...new Set(wordsOf(question))];
  const strong = words.filter((word) => !STOP.has(word));
  return strong.length > 0 ? strong : words.filter((word) => WEAK.has(word));
}

/** Words to search for: those of the question and those alike. */
export const searchWords = (question: string): string =>
  [...new Set(contentWords(question).flatMap((word) => [word, ...alike(word)]))].slice(0, 24).join(" ");

const alike = (word: string): readonly string[] =>
  ALIKE.filter((group) => group.some((other) => stem(other) === stem(word))).flat();

/** A rough English stem: enough to join "likes" and "liked", "cities" and "city". */
function stem(word: string): string {
  const bare = word.replace(/'s$/, "");
  if (bare.length < 4) return bare;
  return bare
    .replace(/ies$/, "y")
    .replace(/(?<=[^aeious])(?:es|s)$|(?<=[aeiou])s$/, "")
    .replace(/(?:ing|ed|er)$/, "")
    .replace(/e$/, "");
}

/** "my birthday" is not Ada's: a question about the person's own fits only what the person said of themselves. */
const OWN = /\b(?:my|mine|our|ours)\b/i;
const SELF = /\b(?:my|mine|our|ours|I|I'm|I've|me|we|us|myself)\b/i;

/** Items ordered by how well they fit the question; of equals, the order they came in. */
export function rank(question: string, items: readonly Recollection[]): readonly Match[] {
  const wanted = contentWords(question);
  const names = nameWords(question);
  const isOwn = OWN.test(question);
  return items
    .map((item): Match => {
      const stems = new Set(wordsOf(item.text).map(stem));
      const has = (word: string): boolean =>
        stems.has(stem(word)) || alike(word).some((other) => stems.has(stem(other)));
      const share = wanted.length === 0 ? 0 : wanted.filter(has).length / wanted.length;
      const lacksName = names.some((name) => !stems.has(stem(name))) || (isOwn && !SELF.test(item.text));
      return {
        item,
        share,
        fit: share === 0 ? "none" : share <= 0.5 && wanted.length > 1 ? "near" : lacksName ? "near" : "full",
      };
    })
    .sort((a, b) => Number(b.fit === "full") - Number(a.fit === "full") || b.share - a.share);
}

/** Names: words with a capital inside the sentence, and owners ("Ada's"). */
function nameWords(question: string): readonly string[] {
  const owners = [...question.matchAll(/([\p{L}\p{N}]+)'s?(?=\s)/gu)].map((match) => match[1] ?? "");
  const capitals = [...question.matchAll(/(?<=[^\s.?!]\s)\p{Lu}[\p{Ll}\p{N}]+/gu)].map((match) => match[0]);
  return [...new Set([...owners, ...capitals].map((word) => word.toLowerCase()))].filter(
    (word) => !STOP.has(word) && !/^(?:what|who|when|where|how|that|it|let|here|there)$/.test(word),
  );
}

/** What the person said of themselves, said back to them: "my" is "your". */
export const toSecondPerson = (text: string): string =>
  text
    .replace(/\bI'm\b/gi, "you're")
    .replace(/\bI am\b/gi, "you are")
    .replace(/\bI was\b/gi, "you were")
    .replace(/\bI've\b/gi, "you've")
    .replace(/\bI'll\b/gi, "you'll")
    .replace(/\bI'd\b/gi, "you'd")
    .replace(/\bI\b/g, "you")
    .replace(/\bmy\b/gi, "your")
    .replace(/\bmine\b/gi, "yours")
    .replace(/\bmyself\b/gi, "yourself")
    .replace(/\bme\b/gi, "you");

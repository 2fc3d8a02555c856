import { readOperand } from "./expression.ts";
import { numberWordsToDigits } from "./number-words.ts";

/** A word problem as one expression. `lead` begins the answer. */
export interface WordProblem {
  readonly expression: string;
  readonly lead: string;
}

const N = "(\\d+(?:\\.\\d+)?)";
const LOSS =
  "eat|eats|ate|lose|loses|lost|sell|sells|sold|use|uses|used|spend|spends|spent|drop|drops|dropped|break|breaks|broke|donate|donates|donated|drink|drinks|drank|give away|gives away|gave away|throw away|throws away|threw away|remove|removes|removed|give|gives|gave|take away|took away";
const GAIN =
  "buy|buys|bought|get|gets|got|find|finds|found|receive|receives|received|earn|earns|earned|collect|collects|collected|pick|picks|picked|win|wins|won|add|adds|added";

/** Reads a few shapes of word problem; null for every other: a shape not known is not guessed at. */
export function readWordProblem(text: string): WordProblem | null {
  if (text.length > 400) return null;
  const plain = numberWordsToDigits(text.toLowerCase())
    .replace(/\b(?:a |1 )dozen\b/g, "12")
    .replace(/[$€£](?=\d)/g, "")
    .replace(/[?!]/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^(how .+?),? (?:if|when|given that) (.+)$/, "if $2, $1");
  return travel(plain) ?? groups(plain) ?? stock(plain);
}

function travel(text: string): WordProblem | null {
  const rate = new RegExp(
    `${N} ?(?:(?:km|kilometers|kilometres|miles|meters|metres|mi|m) ?(?:an|per|each|every|a|/) ?(?:hour|h|hr)|mph|km/h|kph|kmh)\\b`,
  ).exec(text)?.[1];
  const hours = new RegExp(`\\b(?:for|in) ${N} ?(?:hours|hour|hrs|h)\\b`).exec(text)?.[1];
  const numbers = text.match(/\d+(?:\.\d+)?/g) ?? [];
  if (
    rate !== undefined &&
    hours !== undefined &&
    numbers.length === 2 &&
    /how far|what distance|how many (?:km|kilomet|miles|met)/.test(text)
  ) {
    return { expression: `${rate} * ${hours}`, lead: "The distance is " };
  }
  const distance = new RegExp(
    `${N} ?(?:km|kilometers|kilometres|miles|meters|metres)(?! ?(?:an|per|each|every|a|/)\\b| ?/)`,
  ).exec(text)?.[1];
  if (
    rate !== undefined &&
    distance !== undefined &&
    numbers.length === 2 &&
    /how long|how many hours/.test(text)
  ) {
    return { expression: `${distance} / ${rate}`, lead: "The time in hours is " };
  }
  return null;
}

const ONE_COSTS = new RegExp(
  `^(?:if )?(?:a|an|each|1|every) ([a-z]+) (?:costs?|is) ${N}[a-z ]*, ?(?:how much|what) (?:do|does|would|will|is|are|for)(?: the cost of| the price of)? ${N} \\1(?:s|es)?(?: cost)?$`,
);

function groups(text: string): WordProblem | null {
  const oneCosts = ONE_COSTS.exec(text);
  if (oneCosts) return { expression: `${oneCosts[2]} * ${oneCosts[3]}`, lead: "The cost is " };
  const numbers = text.match(/\d+(?:\.\d+)?/g) ?? [];
  if (numbers.length !== 2 || !/how (?:much|many)|what (?:is|does|do|would)|total/.test(text)) return null;
  if (/\b(?:more|less|fewer|half|twice|percent|left|remain\w*|eat|give|lose)\b|%/.test(text)) return null;
  const share = new RegExp(
    `(?:share|shares|shared|split|splits|divide|divides|divided|distribute|distributed)\\D*${N}?\\D*(?:between|among|amongst|equally|evenly)\\D*${N}`,
  ).test(text);
  const [first, second] = numbers;
  if (share && /\beach\b|\bevery\b/.test(text))
    return { expression: `${first} / ${second}`, lead: "Each gets " };
  const cost = /\bcosts?\b|\bprice\b|\bpay\b/.test(text);
  const unit = /\b(?:1|one|a|an|each|every|per)\b/.test(text);
  if (
    cost &&
    unit &&
    new RegExp(`${N} [a-z ]+ (?:at|for|cost|costs|that cost|costing) ${N}[a-z ]* each`).test(text)
  ) {
    return { expression: `${first} * ${second}`, lead: "The cost is " };
  }
  const packed = new RegExp(
    `${N} ([a-z]+) (?:with|of|each (?:has|have|with|holds?|contains?)|(?:that |which )?(?:have|has|hold|holds|contain|contains)|and each (?:[a-z]+ )?(?:has|contains|holds)) ${N} ([a-z]+)(?: each| in each| per [a-z]+)?`,
  ).exec(text);
  if (packed && /\beach\b|\bper\b/.test(text)) {
    const asked = /how many ([a-z]+)/.exec(text)?.[1];
    if (asked === packed[4]) return { expression: `${packed[1]} * ${packed[3]}`, lead: "The total is " };
  }
  return null;
}

/** "I have 12 apples and eat 5, how many are left?": one holder, one kind of thing, each number with a known verb. */
function stock(text: string): WordProblem | null {
  const question = /\bhow many\b.*$/.exec(text)?.[0];
  if (
    question === undefined ||
    /\b(?:each|every|per|times|half|twice|double|percent|than|fewer|both|dozen)\b|%/.test(text)
  )
    return null;
  const story = text.slice(0, text.length - question.length);
  const start = new RegExp(
    `\\b(?:has|have|had|got|there (?:are|were)|with|start(?:s|ed)? with) ${N} ([a-z]+)`,
  ).exec(story);
  if (!start?.[1] || start[2] === undefined) return null;
  const things = stem(start[2]);
  let expression = start[1];
  let used = 1;
  const moves = new RegExp(
    `\\b(?:(${LOSS})|(${GAIN})|and) (?:(?:away|another|up|me|him|her|them|us) )?${N}(?: more)?(?: of (?:them|those|these))?(?: ([a-z]+))?`,
    "g",
  );
  let last: "-" | "+" | null = null;
  const events = story.slice(start.index + start[0].length);
  const found = [...events.matchAll(moves)];
  // "…, how many does Bob have?", who got some of another's.
  const owner = story.slice(0, start.index).trim().split(" ").at(-1);
  const other = /\b(?:does|do|did|will|has|have|had) ([a-z]+)/.exec(question)?.[1];
  if (other !== undefined && other !== owner && !isFiller(other) && events.split(/\W+/).includes(other))
    return null;
  // "gave away a third", "lost some": something happened whose number is not known.
  const happened = events.match(new RegExp(`\\b(?:${LOSS}|${GAIN})\\b`, "g")) ?? [];
  if (happened.length > found.filter(([, loss, gain]) => (loss ?? gain) !== undefined).length) return null;
  for (const move of found) {
    const [whole, loss, gain, amount, noun] = move;
    if (amount === undefined) return null;
    if (/\b(?:give|gives|gave) (?:me|us)\b/.test(whole)) last = "+";
    else if (/\b(?:give|gives|gave) (?:him|her|them)\b/.test(whole)) return null;
    else if (loss !== undefined) last = "-";
    else if (gain !== undefined) last = "+";
    if (last === null) return null;
    if (noun !== undefined && !isFiller(noun) && stem(noun) !== things) return null;
    expression += ` ${last} ${amount}`;
    used += 1;
  }
  const asked = /how many (?:more |of (?:the|them) )?([a-z]+)/.exec(question)?.[1] ?? "";
  const sameThing = stem(asked) === things || isFiller(asked);
  const numbers = text.match(/\d+(?:\.\d+)?/g) ?? [];
  if (!sameThing || used < 2 || used !== numbers.length || readOperand(expression) === null) return null;
  return { expression, lead: "There are " };
}

const stem = (word: string): string => word.replace(/ies$/, "y").replace(/(?:es|s)$/, "");
const isFiller = (word: string): boolean =>
  /^(?:are|is|were|do|does|did|will|would|remain|left|more|of|and|then|to|for|from|on|at|in|the|my|his|her|today|yesterday|now|have|has|away|how|later|i|he|she|we|they|you|it)$/.test(
    word,
  );

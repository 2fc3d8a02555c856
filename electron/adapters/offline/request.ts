/** A request made ready for the recognisers. Letter case is kept: they match without regard to it. */
export interface Request {
  /** Without politeness and without punctuation at the end. */
  readonly text: string;
  /** As `text`, with the punctuation at the end kept: for requests that carry text to be stored. */
  readonly full: string;
  /** Whether an answer is asked for, by a question mark, a question word or "tell me". */
  readonly mood: "question" | "statement";
}

const OPENERS =
  /^(?:(?:hey|hi|hello|dear|ok|okay|alright|right|well|um|so|and|also|then|now|please|pls|kindly|just|quickly|quick question|afterwards|after that|after this|finally|lastly|secondly|firstly|thirdly|next,|first,|first of all,?|first(?= (?:calculate|compute|work|write|read|find|list|create|save|remember|review|fetch|summari[sz]e|add|multiply|tell|please|what|check)\b)|good (?:morning|afternoon|evening))(?![\w'])(?: there)?[\s,:!.-]*)/i;

const REQUESTS =
  /^(?:(?:can|could|would|will|may|might)(?:n't)? (?:you|i|we)(?: (?:please|kindly|just|possibly|maybe|also|ask you to|have you|get you to|trouble you to|quickly|help me(?: to)?))*|would you mind|do me a favou?r and|i(?:'d| would)? (?:want|need|like|wish)(?: for)? you to|i(?:'d| would)? (?:want|need|like) to (?=(?:know|see|find|have|save|store|write|read|remember|delete|calculate|compute|work|add|create|make|get)\b)|(?:i'd|i would) like(?= (?:the|a|an)\b)|(?:i was|i am|i'm|just) wondering(?: if you (?:can|could))?|(?:if you|you) (?:can|could)(?: please)?,?|be so kind (?:as )?to|(?:do|here are)(?: these| the following| all)?(?: two| three| four| five| \d+)?(?: of these)? (?:things|tasks|jobs|steps)(?: for me)?:|your task is to|the task is to|task:|question:|q:|make sure (?:to|that you)|help me(?: to)?|let's|let us|go ahead and|try to|you (?:must|should|need to|have to))[\s,:]+/i;

const ASKING =
  /^(?:(?:do|does|did|would) you (?:happen to )?know|any idea|i(?:'d| would)? (?:like to |want to |need to )?(?:know|wonder|learn|find out)|know|let me know|(?:tell|inform) me(?! (?:everything|all|anything)\b)|(?:teach|remind) me(?= (?:what|when|where|who|how|which|whose|why|if|about|of)\b)|tell us|give me|get me|say(?= (?:what|when|where|who|how|which|the)\b)|i have a question|if|whether|again|remind me of|answer(?: this)?:?|(?:find out|figure out|work out|look up|check|see)(?= (?:what|when|how|who|which|where|if|whether)\b))(?![\w'])[\s,:]+/i;

const CLOSERS =
  /[\s,]*(?:\b(?:please|pls|thanks(?: a lot| so much)?|thank you(?: very much| so much)?|thx|cheers|if you (?:please|can|could)|if possible|right away|asap|would you|could you|will you|can you|ok|okay)\b[\s.!?]*)$/i;

const QUESTION =
  /^(?:what|what's|whats|when|when's|where|where's|who|who's|whom|whose|which|why|how|is|are|am|was|were|do|does|did|has|have|had|can|could|should|will|would)(?![\w])/i;

/** Reads a request. Never throws. */
export function readRequest(task: string): Request {
  let text = plainSigns(task).trim();
  let asked = false;
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(OPENERS, "").replace(REQUESTS, "");
    const bare = text.replace(ASKING, "");
    if (bare !== text && bare !== "") asked = true;
    if (bare !== "") text = bare;
    if (text === "") text = before;
  }
  const closed = text.replace(CLOSERS, "");
  const full = closed.trim() === "" ? text : closed.trim();
  const bare = full.replace(/(?<=\d)!$|[\s?.,;:]+$|(?<!\d)[\s?!.,;:]+$/, (end) =>
    end === "!" && /\d!$/.test(full) ? end : "",
  );
  const mood = asked || /\?["')\s]*$/.test(full) || QUESTION.test(full) ? "question" : "statement";
  return { text: bare === "" ? full : bare, full, mood };
}

/** Typographic quotes, spaces and dashes as their plain forms. */
export const plainSigns = (text: string): string =>
  text
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’‛]/g, "'")
    .replace(/[\u00a0\u2007\u2009\u202f]/g, " ")
    .replace(/[‐‑‒–−]/g, "-")
    .replace(/[ \t]{20,}/g, " ")
    .replace(/\r\n?/g, "\n");

/** Without the quotes around it, if it is quoted as a whole. */
export const unquote = (text: string): string => {
  const match = /^(["'`])([\s\S]*)\1$/.exec(text.trim());
  return match?.[2] === undefined || match[2].includes(match[1] ?? "") ? text.trim() : match[2];
};

/** With a capital first and a full stop last. */
export const asSentence = (text: string): string => {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?:]["')]?$/.test(capital) ? capital : `${capital}.`;
};

/** "a, b and c". */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

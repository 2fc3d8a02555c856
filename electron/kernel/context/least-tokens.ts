/** Longest word that a tokenizer takes as one token, by and large. */
const WORD_CHARACTERS = 16;
/** Digits of one token. */
const DIGITS = 4;
/** Tokens of one character of a script without spaces, such as Chinese: tokenizers join up to three. */
const WIDE_TOKENS = 0.35;

type Kind = "blank" | "letter" | "digit" | "sign" | "wide";

function kindOf(code: number): Kind {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return "letter";
  if (code <= 32 || code === 0xa0) return "blank";
  if (code >= 48 && code <= 57) return "digit";
  if (code >= 0x2e80) return "wide";
  // Letters with accents, Greek, Cyrillic and the other alphabets.
  return code >= 0xc0 && code < 0x2000 ? "letter" : "sign";
}

/**
 * The least tokens that a text can be, whatever the model: tokenizers do not join words, so each word is a token or
 * more; runs of blanks or of signs are one or none. Four characters a token, the common estimate, is three to six
 * times too high over rules, blanks and long words; this is never more than a little too high.
 */
export function leastTokens(text: string): number {
  let tokens = 0;
  let kind: Kind = "blank";
  let start = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const next = index === text.length ? null : kindOf(text.charCodeAt(index));
    if (next === kind) continue;
    tokens += runTokens(kind, index - start);
    if (next === null) break;
    kind = next;
    start = index;
  }
  return Math.floor(tokens);
}

function runTokens(kind: Kind, length: number): number {
  switch (kind) {
    case "blank":
      return 0;
    case "letter":
      return Math.ceil(length / WORD_CHARACTERS);
    case "digit":
      return Math.ceil(length / DIGITS);
    case "sign":
      // A single sign may stand in the token of the word beside it.
      return length > 1 ? 1 : 0;
    case "wide":
      return length * WIDE_TOKENS;
  }
}

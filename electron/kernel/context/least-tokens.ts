/** Longest word that a tokenizer takes as one token, by and large. */
const WORD_CHARACTERS = 16;
/** Digits of one token. */
const DIGITS = 4;
/** Tokens of one character of a script without spaces, such as Chinese: tokenizers join up to three. */
const WIDE_TOKENS = 0.35;

const [BLANK, LETTER, DIGIT, SIGN, WIDE] = [0, 1, 2, 3, 4] as const;

function kindOf(code: number): number {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return LETTER;
  if (code <= 32 || code === 0xa0) return BLANK;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code >= 0x2e80) return WIDE;
  // Letters with accents, Greek, Cyrillic and the other alphabets.
  return code >= 0xc0 && code < 0x2000 ? LETTER : SIGN;
}

/** By code unit: a million characters are looked at in a few ms. */
const KINDS = Uint8Array.from({ length: 0x10000 }, (_, code) => kindOf(code));

/**
 * The least tokens that a text can be, whatever the model: tokenizers do not join words, so each word is a token or
 * more; runs of blanks or of signs are one or none. Four characters a token, the common estimate, is three to six
 * times too high over rules, blanks and long words; this is never more than a little too high.
 */
export function leastTokens(text: string): number {
  let tokens = 0;
  let kind: number = BLANK;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const next = KINDS[text.charCodeAt(index)] ?? SIGN;
    if (next === kind) continue;
    tokens += runTokens(kind, index - start);
    kind = next;
    start = index;
  }
  return Math.floor(tokens + runTokens(kind, text.length - start));
}

function runTokens(kind: number, length: number): number {
  switch (kind) {
    case LETTER:
      return Math.ceil(length / WORD_CHARACTERS);
    case DIGIT:
      return Math.ceil(length / DIGITS);
    case SIGN:
      // A single sign may stand in the token of the word beside it.
      return length > 1 ? 1 : 0;
    case WIDE:
      return length * WIDE_TOKENS;
    default:
      return 0;
  }
}

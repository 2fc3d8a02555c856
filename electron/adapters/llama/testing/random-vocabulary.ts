/** One entry of a model's vocabulary, as GGUF files keep it. */
export interface VocabularyToken {
  readonly text: string;
  readonly score: number;
  readonly type: "normal" | "unknown" | "control" | "unused" | "byte";
}

export interface Vocabulary {
  readonly tokens: readonly VocabularyToken[];
  readonly ids: {
    readonly unknown: number;
    readonly begin: number;
    readonly end: number;
    /** The control token that ends a turn. */
    readonly endOfTurn: number;
  };
}

/** Pieces that make text look like words. A longer piece is only found when its two halves are pieces too. */
const PIECES = [
  ..."th he in er an re on at en nd st es or te of ed is it al ar to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur".split(
    " ",
  ),
  ..."the and ing ion ent her for tha nth int ere tio ter est ers ati hat ate all eth hes ver his oft ith fth sth oth res ont".split(
    " ",
  ),
  ..."▁t ▁a ▁o ▁s ▁w ▁i ▁b ▁c ▁h ▁f ▁m ▁p ▁d ▁th ▁the ▁in ▁of ▁to ▁an ▁and ▁he ▁be ▁re ▁co ▁st".split(" "),
];

/** Sizes that are multiples of this suit the engine's kernels. */
const MULTIPLE = 64;

/**
 * A vocabulary of the SentencePiece kind: printable ASCII, pieces of English, the 256 bytes for everything else, and
 * the control tokens of a chat.
 */
export function createVocabulary(chatMarks: { readonly start: string; readonly end: string }): Vocabulary {
  const tokens: VocabularyToken[] = [];
  const add = (text: string, score: number, type: VocabularyToken["type"]): number =>
    tokens.push({ text, score, type }) - 1;

  const unknown = add("<unk>", 0, "unknown");
  const begin = add("<s>", 0, "control");
  const end = add("</s>", 0, "control");
  add(chatMarks.start, 0, "control");
  const endOfTurn = add(chatMarks.end, 0, "control");
  for (let byte = 0; byte < 256; byte++) {
    add(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`, 0, "byte");
  }
  for (const [rank, piece] of PIECES.entries()) add(piece, -1 - rank, "normal");
  add("▁", -1_000, "normal");
  for (let code = 0x21; code < 0x7f; code++) add(String.fromCharCode(code), -1_000 - code, "normal");
  while (tokens.length % MULTIPLE !== 0) add(`<unused${tokens.length}>`, 0, "unused");
  return { tokens, ids: { unknown, begin, end, endOfTurn } };
}

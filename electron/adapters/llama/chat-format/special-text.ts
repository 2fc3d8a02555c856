import type { Json } from "../../../../shared/messages.ts";

/** Finds text that a tokenizer would read as a special token, and cuts it so that it cannot. */
export interface SpecialText {
  /** The same text with invisible cuts; templates pass them on. */
  mark(text: string): string;
  /** `mark` on every string in a value, names of fields included. */
  markAll<Value extends Json>(value: Value): Value;
}

/** A noncharacter of Unicode: valid text never holds it. */
const CUT = "\ufdd0";
const CUTS = new RegExp(CUT, "g");

/**
 * What special tokens of common families look like. Thinking tags are left alone: templates look for them, and they
 * end no turn.
 */
const COMMON = new RegExp(
  `^(?:${[
    String.raw`<[|｜][^<>\n]{1,64}[|｜]>`,
    String.raw`<\/?(?:s|bos|eos|pad|unk|mask|cls|sep|start_of_turn|end_of_turn|start_of_image|end_of_image)>`,
    "<(?:BOS|EOS|PAD|UNK)_TOKEN>",
    String.raw`\[\/?[A-Z][A-Z_]+\]`,
    String.raw`\[\|[^[\]\n]{1,64}\|\]`,
  ].join("|")})$`,
  "u",
);
const IN_TEMPLATE = /<[^<>\s'"{}()]{1,64}>|\[\/?[A-Z][A-Z_]+\]/g;
const THINKING = /^<\/?(?:think|thinking|reasoning)>$/;
/** The shape of nearly all special tokens; vocabularies may have thousands of them, which are looked up by it. */
const BRACKETED = String.raw`<[^<>\n]{1,64}>|\[[^[\]\n]{1,64}\]`;
const WHOLLY_BRACKETED = new RegExp(`^(?:${BRACKETED})$`, "u");

/**
 * `literals`: special tokens that are known, at best the vocabulary's. Those that the template itself writes are taken
 * out of its source. Marks without such a form ("### User:") cannot be told from what people write, and stay.
 */
export function createSpecialText(template: string, literals: readonly string[]): SpecialText {
  const known = new Set(
    [...literals, ...(template.match(IN_TEMPLATE) ?? [])].filter(
      (literal) => literal.trim().length > 1 && !THINKING.test(literal),
    ),
  );
  const others = [...known].filter((literal) => !WHOLLY_BRACKETED.test(literal)).map(escaped);
  const pattern = new RegExp([...others, BRACKETED].join("|"), "gu");

  const mark = (text: string): string => {
    const clean = text.includes(CUT) ? text.replace(CUTS, "\ufffd") : text;
    let marked = "";
    let at = 0;
    pattern.lastIndex = 0;
    for (let found = pattern.exec(clean); found !== null; found = pattern.exec(clean)) {
      const end = found.index + ([...found[0]][0] ?? "").length;
      // What was found may hide another that begins inside it.
      pattern.lastIndex = end;
      if (!known.has(found[0]) && !COMMON.test(found[0])) continue;
      marked += clean.slice(at, end) + CUT;
      at = end;
    }
    return marked + clean.slice(at);
  };
  const markAll = (value: Json): Json => {
    if (typeof value === "string") return mark(value);
    if (Array.isArray(value)) return value.map(markAll);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [mark(key), markAll(item)]));
  };
  return { mark, markAll: <Value extends Json>(value: Value) => markAll(value) as Value };
}

/** Rendered text as the pieces between its cuts, none of them empty. */
export const piecesOf = (rendered: string): readonly string[] =>
  rendered.split(CUT).filter((piece) => piece !== "");

const escaped = (literal: string): string => literal.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

import type { Json } from "../../../shared/messages.ts";

/** A piece of a text: shown as it is, or one character that would not be seen and is shown by its name. */
export type TextPiece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "mark"; readonly code: string; readonly label: string; readonly title: string };

/**
 * Characters a reader cannot see or that change the order of what is read: controls but for line feed and tab,
 * bidirectional and other format characters, fillers, line and paragraph separators, spaces that are not U+0020,
 * and halves of pairs. Sources: Unicode's General_Category and Default_Ignorable_Code_Point.
 */
const HIDDEN = /(?![\n\t ])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]/gu;

const NAMES: ReadonlyMap<number, readonly [label: string, name: string]> = new Map([
  [0x00, ["NUL", "null"]],
  [0x07, ["BEL", "bell"]],
  [0x08, ["BS", "backspace"]],
  [0x0d, ["CR", "carriage return"]],
  [0x1b, ["ESC", "escape"]],
  [0x7f, ["DEL", "delete"]],
  [0xa0, ["NBSP", "no-break space"]],
  [0xad, ["SHY", "soft hyphen"]],
  [0x61c, ["ALM", "Arabic letter mark"]],
  [0x200b, ["ZWSP", "zero width space"]],
  [0x200c, ["ZWNJ", "zero width non-joiner"]],
  [0x200d, ["ZWJ", "zero width joiner"]],
  [0x200e, ["LRM", "left-to-right mark"]],
  [0x200f, ["RLM", "right-to-left mark"]],
  [0x2028, ["LS", "line separator"]],
  [0x2029, ["PS", "paragraph separator"]],
  [0x202a, ["LRE", "left-to-right embedding"]],
  [0x202b, ["RLE", "right-to-left embedding"]],
  [0x202c, ["PDF", "pop directional formatting"]],
  [0x202d, ["LRO", "left-to-right override"]],
  [0x202e, ["RLO", "right-to-left override"]],
  [0x2060, ["WJ", "word joiner"]],
  [0x2066, ["LRI", "left-to-right isolate"]],
  [0x2067, ["RLI", "right-to-left isolate"]],
  [0x2068, ["FSI", "first strong isolate"]],
  [0x2069, ["PDI", "pop directional isolate"]],
  [0xfeff, ["BOM", "zero width no-break space"]],
]);

function mark(character: string): TextPiece {
  const point = character.codePointAt(0) ?? 0;
  const code = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  const [label, name] = NAMES.get(point) ?? [code, "character that cannot be seen"];
  return { type: "mark", code, label, title: `${code} ${name}` };
}

/** The text in pieces, in order; joined again, every character is accounted for. */
export function visiblePieces(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) pieces.push({ type: "text", text: text.slice(from, match.index) });
    pieces.push(mark(match[0]));
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ type: "text", text: text.slice(from) });
  return pieces;
}

/** Whether the text holds what a reader cannot see. */
export const hasHidden = (text: string): boolean => text.search(HIDDEN) >= 0;

/** A value as laid-out JSON in which every character can be seen: hidden ones are written as escapes. */
export const visibleJson = (value: Json): string =>
  JSON.stringify(value, null, 2).replace(HIDDEN, (character) =>
    Array.from(character.split(""), (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(
      "",
    ),
  );

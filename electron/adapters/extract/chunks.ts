import type { FileChunk } from "../../kernel/ports.ts";
import { EXTRACT_LIMITS } from "./limits.ts";

/**
 * Cuts a text into pieces of at most EXTRACT_LIMITS.chunkCharacters, at a blank line where the second half of a piece
 * has one, else at the end of a line, else within the line. `lines`: whether the numbers of its lines mean something
 * in the file. Pieces without a letter or digit are left out.
 */
export function chunkText(text: string, lines: "numbered" | "none"): FileChunk[] {
  const whole = text.slice(0, EXTRACT_LIMITS.characters).toWellFormed().replaceAll("\r\n", "\n");
  const chunks: FileChunk[] = [];
  let line = 1;
  for (let from = 0; from < whole.length; ) {
    const to = endOfChunk(whole, from);
    const piece = whole.slice(from, to);
    const leading = /^\s*\n/.exec(piece)?.[0] ?? "";
    if (/[\p{L}\p{N}]/u.test(piece)) {
      const first = line + countLines(leading);
      chunks.push({ line: lines === "numbered" ? first : null, text: piece.slice(leading.length).trimEnd() });
    }
    line += countLines(piece);
    from = to;
  }
  return chunks;
}

function endOfChunk(text: string, from: number): number {
  const most = from + EXTRACT_LIMITS.chunkCharacters;
  if (text.length <= most) return text.length;
  const half = from + EXTRACT_LIMITS.chunkCharacters / 2;
  const blank = text.lastIndexOf("\n\n", most - 2);
  if (blank >= half) return blank + 2;
  const lineEnd = text.lastIndexOf("\n", most - 1);
  if (lineEnd > from) return lineEnd + 1;
  const space = text.lastIndexOf(" ", most - 1);
  if (space >= half) return space + 1;
  // Not between the halves of a character.
  return /[\uD800-\uDBFF]/.test(text[most - 1] ?? "") ? most - 1 : most;
}

const countLines = (text: string): number => text.split("\n").length - 1;

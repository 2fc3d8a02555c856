import type { FileContent } from "../../../shared/files.ts";

/** Characters of each side that are compared: the search for the difference holds the screen's thread. */
export const COMPARED_CHARACTERS = 300_000;

type Text = Extract<FileContent, { readonly type: "text" }>;

/** The two texts as they are compared: their starts, where they are too long. null: there was no file. */
export function comparedTexts(before: Text | null, after: Text | null) {
  const isCut = [before, after].some(
    (side) => side !== null && (side.cut === "cut" || side.text.length > COMPARED_CHARACTERS),
  );
  return {
    before: before?.text.slice(0, COMPARED_CHARACTERS) ?? null,
    after: after?.text.slice(0, COMPARED_CHARACTERS) ?? null,
    cut: isCut ? "cut" : "whole",
  } as const;
}

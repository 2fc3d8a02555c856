import type { Finding, SourceFile } from "./source-files.ts";

/** Longest a file may be, in lines. A longer one does more than one thing. */
export const MOST_LINES = 300;

export function checkFileLength(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const lines = file.text.replace(/\n$/, "").split("\n").length;
    if (lines <= MOST_LINES) return [];
    return [{ file: file.path, line: null, message: `has ${lines} lines; the most is ${MOST_LINES}` }];
  });
}

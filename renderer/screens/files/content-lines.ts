/** Characters of one line that are drawn: no more can be told apart, and a file may be one line. */
export const LINE_CHARACTERS = 2_000;

/** The lines of a text, without the empty one after its last line feed. */
export function contentLines(text: string): readonly string[] {
  if (text === "") return [];
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** A line as it is drawn: what is too much is counted. */
export const shownLine = (line: string): string =>
  line.length <= LINE_CHARACTERS
    ? line
    : `${line.slice(0, LINE_CHARACTERS)} … (${line.length - LINE_CHARACTERS} more characters)`;

/** Where the first of the marks stands in a text; null for none. */
export function findMark<Mark extends string>(
  text: string,
  marks: readonly Mark[],
): { readonly mark: Mark; readonly index: number } | null {
  let first: { readonly mark: Mark; readonly index: number } | null = null;
  for (const mark of marks) {
    const index = text.indexOf(mark);
    if (index !== -1 && (first === null || index < first.index)) first = { mark, index };
  }
  return first;
}

/** How much of the end of a text may turn out to be the beginning of a mark, in characters. */
export function heldBack(text: string, marks: readonly string[]): number {
  const longest = Math.max(...marks.map((mark) => mark.length)) - 1;
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (marks.some((mark) => mark.length > length && mark.startsWith(end))) return length;
  }
  return 0;
}

const STRING = '"(?:[^"\\\\]|\\\\[^])*"?';
const COMMENTS = new RegExp(`${STRING}|//[^\\n]*|/\\*[^]*?(?:\\*/|$)`, "g");
const LAST_COMMAS = new RegExp(`${STRING}|,(?=\\s*[}\\]])`, "g");

/** Parses JSON in which comments and commas before a closing bracket may stand. Throws SyntaxError. */
export function parseJsonWithComments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const keepStrings = (part: string): string => (part.startsWith('"') ? part : " ");
    return JSON.parse(text.replace(COMMENTS, keepStrings).replace(LAST_COMMAS, keepStrings));
  }
}

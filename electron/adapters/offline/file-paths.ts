/** A path with an ending, or quoted: "notes/todo.md", "my file.txt" in quotes. Endings are letters and digits. */
export const PATH = `(?:"[^"\\n]{1,200}"|'[^'\\n]{1,200}'|\`[^\`\\n]{1,200}\`|[\\p{L}\\p{N}_~./\\\\-]*[\\p{L}\\p{N}_-]\\.[a-z][a-z0-9]{0,7}(?![\\p{L}\\p{N}/@]))`;

/** The path without quotes and without "./". */
export function cleanPath(text: string): string {
  const bare = text
    .trim()
    .replace(/^(["'`])(.*)\1$/, "$2")
    .trim();
  return bare.replaceAll("\\", "/").replace(/^\.\//, "");
}

/** Every path in a text, in order, each once. */
export function pathsIn(text: string): readonly string[] {
  const found = [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}:/@.-])${PATH}`, "giu"))].map(
    (match) => match[0],
  );
  return [...new Set(found.map(cleanPath))].filter((path) => looksLikePath(path));
}

/** Whether a text is a file's name rather than a number, an address or a quoted sentence. */
export const looksLikePath = (path: string): boolean =>
  /\.[a-z][a-z0-9]{0,7}$/i.test(path) &&
  !/^\d+(?:\.\d+)*$/.test(path) &&
  !/^(?:https?:|www\.)/i.test(path) &&
  !/^(?:e\.g|i\.e|a\.m|p\.m)$/i.test(path);

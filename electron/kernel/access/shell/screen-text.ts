/** Characters of a command that is judged by its parts; what is longer is a program of its own. */
const LONGEST = 4_000;

/**
 * Why a command's text cannot be taken for what it looks like, or null. Looks at characters alone, before any
 * grammar: what a screen does not show, or shows as something else, must not be judged by how it reads.
 */
export function deceptionIn(command: string): string | null {
  if (command.trim() === "") return "it is empty";
  if (command.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  if (!command.isWellFormed()) return "it is no valid text";
  if (command.includes("\n")) return "it has more than one line";
  const control = /\p{Cc}/u.exec(command)?.[0];
  if (control !== undefined) return `it holds the control character ${codePoint(control)}`;
  return foreignIn(command);
}

/**
 * Letters and digits of any script may stand in names and texts. Other signs beyond ASCII have twins that the shell
 * or a reader takes for something else (Unicode Technical Standard 39): invisible ones, wide forms, dashes, dots.
 */
function foreignIn(command: string): string | null {
  const sign = DECEPTIVE.exec(command)?.[0];
  if (sign !== undefined) return `it holds the character ${codePoint(sign)}, which can hide what it says`;
  if (command.normalize("NFKC") !== command) return "it holds characters in a form that looks like others";
  const mixed = command.split(/[^\p{L}\p{M}\p{N}]+/u).find(mixesScripts);
  return mixed === undefined ? null : `"${mixed}" mixes letters of scripts that look alike`;
}

/** No letter, mark or digit; or one that is not shown, or that looks like a sign of the shell: clicks, modifiers. */
const DECEPTIVE =
  /[^\p{ASCII}\p{L}\p{M}\p{N}]|(?!\p{ASCII})\p{Default_Ignorable_Code_Point}|[\u01c0-\u01c3\u02b0-\u02ff\ua78c]/u;

/** Scripts with letters that look like Latin ones. */
const TWINS =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;

const mixesScripts = (word: string): boolean => TWINS.test(word) && /\p{Script=Latin}/u.test(word);

const codePoint = (sign: string): string =>
  `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

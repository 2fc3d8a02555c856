import type { ShellParser } from "../../ports.ts";
import { readTree } from "./read-tree.ts";
import { readWords, type Words } from "./read-words.ts";
import { deceptionIn } from "./screen-text.ts";

/** Commands of one line that are judged; a longer list is read by nobody, and hides one that matters. */
const MOST_COMMANDS = 20;
/** Words that are looked at, each on the disk. */
const MOST_WORDS = 400;

/**
 * Reads a command line as simple commands with literal words, or says why it cannot be read so. Two readers must
 * agree, the grammar and a small one of our own: a text that fools one of them is opaque.
 */
export function readCommand(line: string, parser: ShellParser): Words {
  const deception = deceptionIn(line);
  if (deception !== null) return opaque(deception);
  const { root, errors } = parser.parse(line);
  const tree = readTree(root);
  if (tree.type === "opaque") return tree;
  if (errors === "some") return opaque("it is not well-formed");
  const words = readWords(line);
  if (words.type === "opaque") return words;
  if (!agree(tree.commands, words.commands)) return opaque("it can be read in two ways");
  if (words.commands.length > MOST_COMMANDS) return opaque(`it has more than ${MOST_COMMANDS} commands`);
  if (words.commands.flat().length > MOST_WORDS) return opaque(`it has more than ${MOST_WORDS} words`);
  return words;
}

const agree = (
  tree: readonly (readonly string[])[],
  words: Extract<Words, { type: "words" }>["commands"],
): boolean => {
  const mine = words.map((command) => command.map(({ raw }) => raw));
  return JSON.stringify(tree) === JSON.stringify(mine);
};

const opaque = (reason: string): Words => ({ type: "opaque", reason });

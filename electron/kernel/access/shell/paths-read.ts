import { sensitivity } from "../sensitive-paths.ts";
import { READ_ONLY_PROGRAMS, type ReadOnlyProgram } from "./read-only-programs.ts";
import { type Options, readOptions } from "./read-options.ts";

/** Tests of find that only look, and take a value. */
const FIND_VALUED: ReadonlySet<string> = new Set(
  ["name", "iname", "path", "ipath", "regex", "iregex", "type", "size", "maxdepth", "mindepth"].concat([
    ...["mtime", "mmin", "ctime", "cmin", "atime", "amin", "perm", "links"],
  ]),
);
const FIND_PLAIN: ReadonlySet<string> = new Set([
  ...["empty", "print", "print0", "not", "o", "or", "a", "and", "prune", "true", "depth", "mount", "xdev"],
]);

const DATE_WORD = /^(?:\+.*|-u|--utc|-I(?:date|hours|minutes|seconds)?|-R|--rfc-email)$/s;

/**
 * The paths that a simple command reads, or null when it is not known to do nothing but read. A command that names
 * none reads where it runs, or its input.
 */
export function pathsRead(name: string, words: readonly string[]): readonly string[] | null {
  if (name === "find") return findPaths(words);
  if (name === "date") return words.every((word) => DATE_WORD.test(word)) ? [] : null;
  if (name === "echo") return [];
  // bash's printf takes -v, which sets a variable.
  if (name === "printf") return words[0]?.startsWith("-") ? null : [];
  const program = READ_ONLY_PROGRAMS.get(name);
  const options = program ? readOptions(program, words) : null;
  if (!program || !options) return null;
  if (readsWholeFolders(program, options) && !narrowed(program, options)) return null;
  return operandPaths(program, options);
}

function operandPaths(program: ReadOnlyProgram, { used, operands }: Options): readonly string[] | null {
  switch (program.operands) {
    case "paths":
      return operands;
    // The second operand of uniq is where it writes.
    case "one-path":
      return operands.length <= 1 ? operands : null;
    // Between two folders diff reads every file in them.
    case "files":
      return operands.every((path) => /[^/.][^/]*\.[a-z0-9]+$/i.test(path)) ? operands : null;
    case "pattern-then-paths":
      if (used.some(({ name }) => program.pattern?.includes(name))) return operands;
      return operands.length > 0 ? operands.slice(1) : null;
    // sed has commands that write and run (w, e): only line numbers to print are known.
    case "script-then-paths":
      return /^\d+(?:,(?:\d+|\$))?p$/.test(operands[0] ?? "") ? operands.slice(1) : null;
    case "text":
      return [];
  }
}

const readsWholeFolders = ({ recursive }: ReadOnlyProgram, { used }: Options): boolean =>
  recursive !== undefined &&
  (recursive.by === "always" || used.some(({ name }) => recursive.by.includes(name)));

/** Only names of a kind that holds no secrets: a whole folder holds hidden files, and .ignore can unhide them for rg. */
function narrowed({ recursive }: ReadOnlyProgram, { used }: Options): boolean {
  const globs = used.filter(({ name }) => recursive?.only.includes(name)).map(({ value }) => value ?? "");
  return globs.length > 0 && globs.every((glob) => /^\*\.[a-z0-9]{1,10}$/i.test(glob) && isOrdinary(glob));
}

const isOrdinary = (glob: string): boolean => sensitivity(`x${glob.slice(1)}`) === null;

function findPaths(words: readonly string[]): readonly string[] | null {
  const start = words.findIndex((word) => word.startsWith("-"));
  const paths = start < 0 ? words : words.slice(0, start);
  const rest = start < 0 ? [] : words.slice(start);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const test = word.startsWith("-") ? word.slice(1) : "";
    if (FIND_VALUED.has(test)) {
      if (rest.shift() === undefined) return null;
    } else if (!FIND_PLAIN.has(test)) {
      return null;
    }
  }
  return paths;
}

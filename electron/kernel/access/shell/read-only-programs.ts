/**
 * What a program may be called with to be a mere read. An option that is not named makes the call a run of a program,
 * so a table that lacks one is only stricter. Names and meanings: POSIX.1-2024 utilities, GNU coreutils, grep, diff,
 * findutils, sed, file, tree and ripgrep manuals; where BSD gives a letter another meaning, it is left out.
 */
export interface ReadOnlyProgram {
  /** Letters that take no value. */
  readonly flags: string;
  /** Letters that take one, glued or as the next word. */
  readonly valued: string;
  /** Long options without a value, or with one after `=`. */
  readonly long: readonly string[];
  /** Long options with a value after `=` or as the next word. */
  readonly longValued: readonly string[];
  /** Whether a number alone may be an option, such as -5. */
  readonly count?: "may";
  /** What the other words are. */
  readonly operands: "paths" | "one-path" | "files" | "pattern-then-paths" | "script-then-paths" | "text";
  /** Options that give the pattern, so that no operand does. */
  readonly pattern?: readonly string[];
  /**
   * How the contents of whole folders are asked for: by these options, or `always`. `only` are the options that
   * narrow it to the names of a kind; without them hidden files are read too.
   */
  readonly recursive?: { readonly by: readonly string[] | "always"; readonly only: readonly string[] };
}

const program = (
  operands: ReadOnlyProgram["operands"],
  flags: string,
  valued = "",
  long = "",
  longValued = "",
): ReadOnlyProgram => ({
  operands,
  flags,
  valued,
  long: words(long),
  longValued: words(longValued),
});

const words = (text: string): readonly string[] => text.split(" ").filter((word) => word !== "");

const ends: ReadOnlyProgram = {
  ...program("paths", "qv", "nc", "quiet verbose", "lines bytes"),
  count: "may",
};
const digest = program("paths", "bt", "", "binary text tag");

/**
 * Left out on purpose: git (its repository's configuration runs programs), less and man (`!`), awk, xargs, tee, env,
 * and of those below: sort -o and --compress-program, uniq's second operand, grep -f and -R, rg --pre, -z and -u,
 * tail -f, file -C, du and wc --files0-from, md5sum -c, date -s, tree -o, diff -l and -N.
 */
export const READ_ONLY_PROGRAMS: ReadonlyMap<string, ReadOnlyProgram> = new Map<string, ReadOnlyProgram>([
  [
    "ls",
    program(
      "paths",
      "1aAlhrtSRFdinpsUX",
      "",
      "all almost-all human-readable reverse recursive size color group-directories-first full-time directory",
    ),
  ],
  ["cat", program("paths", "nbeEsvtTAu", "", "number number-nonblank show-all show-ends show-tabs")],
  ["head", ends],
  ["tail", ends],
  ["wc", program("paths", "lwcmL", "", "lines words chars bytes max-line-length")],
  ["nl", program("paths", "", "bwsvn")],
  [
    "sort",
    program(
      "paths",
      "bdfghinMrsuVzc",
      "kt",
      "reverse numeric-sort unique human-numeric-sort version-sort ignore-case check",
      "key field-separator",
    ),
  ],
  ["uniq", program("one-path", "cdDuiz", "fsw", "count repeated unique ignore-case")],
  [
    "cut",
    program(
      "paths",
      "snz",
      "dfcb",
      "complement only-delimited",
      "delimiter fields characters bytes output-delimiter",
    ),
  ],
  ["comm", program("paths", "123")],
  ["cmp", program("files", "bls", "", "silent verbose")],
  [
    "diff",
    program(
      "files",
      "ubBwiEaqsyc",
      "U",
      "unified brief side-by-side ignore-all-space ignore-space-change ignore-blank-lines color",
    ),
  ],
  ["stat", program("paths", "", "c", "terse", "format printf")],
  ["file", program("paths", "bik", "", "brief mime mime-type mime-encoding")],
  ["du", program("paths", "shacbkm", "d", "summarize human-readable all total apparent-size", "max-depth")],
  ["tree", program("paths", "adfhispCDFrtU", "LIP", "dirsfirst noreport du")],
  ["md5sum", digest],
  ["sha1sum", digest],
  ["sha256sum", digest],
  ["sha512sum", digest],
  ["tr", program("text", "cCdst", "", "complement delete squeeze-repeats")],
  ["basename", program("text", "az", "s", "multiple", "suffix")],
  ["dirname", program("text", "z")],
  ["true", program("text", "")],
  ["pwd", program("text", "LP")],
  ["sed", program("script-then-paths", "n", "", "quiet silent")],
  [
    "grep",
    {
      ...program(
        "pattern-then-paths",
        "EFGPivwxyclLnHhosqbar",
        "eABCm",
        "count ignore-case invert-match word-regexp line-regexp files-with-matches files-without-match line-number " +
          "with-filename no-filename only-matching quiet silent no-messages extended-regexp fixed-strings " +
          "basic-regexp perl-regexp text byte-offset recursive color colour",
        "regexp after-context before-context context max-count include exclude exclude-dir",
      ),
      count: "may",
      pattern: ["e", "regexp"],
      recursive: { by: ["r", "recursive"], only: ["include"] },
    },
  ],
  [
    "rg",
    {
      ...program(
        "pattern-then-paths",
        "FiSsvwxclnNHIoqUp",
        "eABCmg",
        "fixed-strings ignore-case smart-case case-sensitive invert-match word-regexp line-regexp count " +
          "files-with-matches files-without-match line-number no-line-number with-filename no-filename " +
          "only-matching quiet multiline heading no-heading json stats column vimgrep",
        "regexp after-context before-context context max-count glob color",
      ),
      pattern: ["e", "regexp"],
      recursive: { by: "always", only: ["g", "glob"] },
    },
  ],
]);

import { kindCalled } from "./plan-kinds.ts";

/** Which files a request is about. Empty parts do not narrow it. */
export interface FileChoice {
  /** Endings of their names, without the dot. */
  readonly endings: readonly string[];
  /** Words in their names or texts. */
  readonly about: string;
  /** Words in their names alone. */
  readonly named: string;
  readonly size: "any" | "empty";
  /** The folder that they are in, at any depth. */
  readonly folder: string;
  /** Just these, as they were written. */
  readonly paths: readonly string[];
}

export type SortedBy = "type" | "ending" | "year" | "month" | "year-month";

/** A request understood. Names are as they were written. */
export type PlanRequest =
  /** `to`: a folder. */
  | { readonly type: "gather"; readonly how: "move" | "copy"; readonly what: FileChoice; readonly to: string }
  /** Of one folder, not of those in it. */
  | { readonly type: "sort"; readonly by: SortedBy; readonly folder: string }
  | { readonly type: "rename"; readonly how: "move" | "copy"; readonly from: string; readonly to: string }
  | { readonly type: "delete"; readonly what: FileChoice }
  | { readonly type: "make-folders"; readonly folders: readonly string[] };

/** What can be said, for the one whose request was not understood. */
export const PLAN_EXAMPLES = [
  "put all notes about the grant into one folder",
  "move all .txt files to archive",
  "sort files by type into folders",
  "put each file into a folder of its month",
  "rename a.txt to b.txt",
  "copy all images to backup",
  "delete all empty files",
  "make folders a, b and c",
] as const;

const ANY: FileChoice = { endings: [], about: "", named: "", size: "any", folder: "", paths: [] };

/**
 * Reads a request in plain English. The stated set, with the usual other words for each:
 *
 * - `put | move | collect | gather | group | copy <files> into | in | to | under <folder>`
 * - `sort | organise | group <files> by type | month | year`, `put each file into a folder of its type | month | year`
 * - `rename <file> to <name>`, `move | copy <file> to <file>`
 * - `delete | remove | trash <files>`
 * - `make | create folder | folders <name>, <name> and <name>`
 *
 * `<files>` is a list of paths, or `all | every | the | my` with a kind (files, notes, images, documents, .txt files),
 * and `about <words>`, `named <words>`, `empty`, `from | in <folder>`. `<folder>` is a name, `a folder called <name>`,
 * or `one folder`, which is then called after what it holds. null: not understood. Pure, never throws.
 */
export function parsePlanRequest(request: string): PlanRequest | null {
  const text = plain(request);
  return makingFolders(text) ?? sorting(text) ?? renaming(text) ?? gathering(text) ?? deleting(text);
}

/** Without what is said out of politeness, and with one space between words. */
function plain(request: string): string {
  return request
    .replace(/\s+/g, " ")
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .trim()
    .replace(
      /^(?:please,? |(?:can|could|would|will) you (?:please )?|i (?:want|need) you to |i'd like you to |now )+/i,
      "",
    )
    .replace(/(?:,? please)?[.!?]*$/i, "");
}

function makingFolders(text: string): PlanRequest | null {
  const match =
    /^(?:make|create|add|set up) (?:me )?(?:a |an |the |new |some |\d )*(?:folders?|director(?:y|ies))(?: (?:called|named|for))?:? (.+)$/i.exec(
      text,
    );
  const folders = namesIn(match?.[1] ?? "");
  return folders.length === 0 ? null : { type: "make-folders", folders };
}

const SORTS: Readonly<Record<string, SortedBy>> = {
  type: "type",
  kind: "type",
  format: "type",
  extension: "ending",
  ending: "ending",
  month: "month",
  date: "month",
  year: "year",
  "year/month": "year-month",
  "year and month": "year-month",
};
const SORT_WORDS = "type|kind|format|extension|ending|year\\/month|year and month|month|date|year";

const FOLDERS = "(?: (?:into|in) (?:different |separate |sub)?folders)?";
const BY_KEY = new RegExp(
  `^(?:sort|organi[sz]e|group|arrange|order|split|file) (.*?)${FOLDERS} by (?:their |the )?(?:file )?(${SORT_WORDS})s?(?: of change)?${FOLDERS}$`,
  "i",
);
const INTO_KEY = new RegExp(
  `^(?:put|move|sort|file|place) ((?:each|every|all|the) .*?) (?:into|in|to) (?:a |its |the |their |one )?(?:own )?folders? (?:of|by|for|named after|called after|after) (?:its |their |the |each )?(?:file )?(${SORT_WORDS})s?$`,
  "i",
);

function sorting(text: string): PlanRequest | null {
  const match = BY_KEY.exec(text) ?? INTO_KEY.exec(text);
  const [, what = "", by = ""] = match ?? [];
  const period = SORTS[by.toLowerCase()];
  const choice = match && choiceOf(what);
  if (!period || !choice || choice.paths.length > 0) return null;
  // Only whole folders are sorted.
  if (choice.endings.length > 0 || choice.about + choice.named !== "" || choice.size !== "any") return null;
  return { type: "sort", by: period, folder: choice.folder };
}

function renaming(text: string): PlanRequest | null {
  const match =
    /^(rename|call|move|mv|copy|duplicate|cp) (?:the )?(?:file |folder )?(.+?) (?:to|into|as|in) (?:the )?(?:file )?(.+)$/i.exec(
      text,
    );
  const [, verb = "", first = "", second = ""] = match ?? [];
  const from = nameOf(first);
  const to = nameOf(second);
  const isRename = /^(?:rename|call)$/i.test(verb);
  if (!from || !to || (!isRename && !(looksLikeFile(from) && looksLikeFile(to)))) return null;
  if (isRename && /^(?:all|every|each) /i.test(first)) return null;
  return { type: "rename", how: /^c|^dup/i.test(verb) && !isRename ? "copy" : "move", from, to };
}

function gathering(text: string): PlanRequest | null {
  const match =
    /^(put|move|collect|gather|group|bring|place|store|file|copy|duplicate|back ?up|archive) (.+?)(?: together)? (?:into|in|to|under|inside|onto) (?:the |a |an |my |one |single |new |separate |common )*(folder|directory|place)?,?(?: (?:called|named))? ?((?:"[^"]+"|'[^']+'|(?!.* (?:into|to|under|inside) ).+)?)$/i.exec(
      text,
    );
  const [, verb = "", whatText = "", folderWord, place = ""] = match ?? [];
  const what = match && (choiceOf(whatText) ?? topicOf(whatText));
  if (!what || /^of /i.test(place)) return null;
  const to =
    nameOf(place.replace(/ (?:folder|directory)$/i, "")) ?? (folderWord ? calledAfter(what, whatText) : null);
  if (!to) return null;
  return { type: "gather", how: /^(?:copy|dup|back)/i.test(verb) ? "copy" : "move", what, to };
}

function deleting(text: string): PlanRequest | null {
  const match =
    /^(?:delete|remove|trash|erase|throw (?:away|out)|get rid of|clear(?: out)?) (.+?)(?: (?:to|into) the trash)?$/i.exec(
      text,
    );
  const what = match?.[1] === undefined ? null : choiceOf(match[1]);
  // Everything there is deserves more words than that.
  const isNarrowed = what && JSON.stringify({ ...what, folder: "" }) !== JSON.stringify(ANY);
  return isNarrowed ? { type: "delete", what } : null;
}

/** Which files the words mean; null when they mean none. */
function choiceOf(words: string): FileChoice | null {
  let rest = ` ${words.trim()}`;
  const taken = (pattern: RegExp): string => {
    const match = pattern.exec(rest);
    if (!match) return "";
    rest = rest.slice(0, match.index) + rest.slice(match.index + match[0].length);
    return unquoted(match[1] ?? "");
  };
  const folder = taken(
    / (?:that (?:are|is) )?(?:from|in|inside|under|within) (?:the |my )?(?:folder |directory )?("[^"]+"|[^" ]+?)(?: folder| directory)?$/i,
  );
  const about = taken(
    / (?:that (?:are|is) )?(?:about|on|regarding|concerning|related to|relating to|to do with|(?:that |which )?(?:mentions?|contains?|mentioning|containing|with the words?)) (?:the |my |our |a |an )?(.+)$/i,
  );
  const named =
    taken(
      / (?:called|named|with names? like|(?:whose|with) names? (?:contains?|containing|has|have|includes?|including|of)|starting with|(?:that |which )starts? with) (.+)$/i,
    ) || taken(/ with (.+?) in (?:the|their|its) names?$/i);
  const size = taken(/ (empty)\b/i) === "" ? "any" : "empty";
  const isWhole = /^ (?:all|every|each|any|the|my|our|everything|these|those)\b/i.test(rest);
  const noun = rest
    .trim()
    .replace(/^(?:all(?: of)?|every|each|any)\b ?/i, "")
    .replace(/^(?:of )?(?:the|my|our|these|those) ?/i, "")
    .trim();
  const common = { about, named, size, folder: isHere(folder) ? "" : folder } as const;
  if (/^(?:|files?|everything|things?|stuff|ones?|all|file in it)$/i.test(noun)) {
    return noun === "" && !isWhole && size === "any" ? null : { ...ANY, ...common };
  }
  const endings = endingsIn(noun);
  if (endings.length > 0) return { ...ANY, ...common, endings };
  const paths = namesIn(noun);
  const isList =
    paths.length > 0 &&
    (paths.every(looksLikePath) || (!isWhole && paths.every((path) => !path.includes(" "))));
  return isList && about + named === "" ? { ...ANY, ...common, paths } : null;
}

/** `all invoices`, `the budget files`: files that such words are in. Only what is moved may be meant so loosely. */
function topicOf(words: string): FileChoice | null {
  const topic =
    /^(?:all|every|each|the|my|our)(?: of)?(?: the| my| our)? ((?:[\p{L}\p{N}-]+ ?){1,3})$/iu.exec(
      words,
    )?.[1];
  const about = topic?.trim().replace(/ (?:files?|notes?|documents?|things?|stuff)$/i, "");
  return about ? { ...ANY, about } : null;
}

/** Such as `.txt and .md files`, `TXT files`, `*.txt`, `notes`. */
function endingsIn(noun: string): readonly string[] {
  const words = noun.toLowerCase().replace(/ files?$/, "");
  const kind = kindCalled(words) ?? kindCalled(noun.toLowerCase());
  if (kind) return kind.endings;
  const names = words.split(/,? and |,? or |, ?/).map((word) => word.trim());
  const dotted = names.map((name) => /^\*?\.([a-z0-9]{1,12})$/.exec(name)?.[1]);
  if (dotted.every((ending) => ending !== undefined)) return dotted.filter((ending) => ending !== undefined);
  const isBare = / files?$|s$/i.test(noun) && /^[a-z0-9]{1,5}$/.test(words.replace(/s$/, ""));
  const bare = words.replace(/s$/, "");
  return isBare && BARE_ENDINGS.has(bare) ? [bare] : [];
}

/** Endings that are said without their dot. */
const BARE_ENDINGS = new Set(
  "txt md pdf doc docx csv tsv json xml html yaml yml tmp log bak png jpg jpeg gif svg webp mp3 mp4 wav zip js ts py css sql xlsx pptx".split(
    " ",
  ),
);

/** A folder of no name is called after what goes into it. */
function calledAfter(what: FileChoice, words: string): string | null {
  const name = what.about || what.named;
  if (name !== "")
    return nameOf(
      name
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, " ")
        .trim()
        .replace(/ +/g, "-"),
    );
  const noun = words
    .replace(/^(?:all|every|each)(?: of)?(?: (?:the|my|our))? /i, "")
    .replace(/ files?$/i, "")
    .toLowerCase();
  return kindCalled(noun)?.folder ?? what.endings[0] ?? null;
}

/** Names in a list such as `a, b and "c d"`. */
const namesIn = (text: string): readonly string[] =>
  (text.match(/"[^"]+"|'[^']+'|[^,]+?(?=,|$| and )| and /gi) ?? [])
    .map((name) => name.replace(/^ ?and /i, "").trim())
    .flatMap((name) => nameOf(name) ?? []);

/** A path as it was written; null where there is none. */
function nameOf(text: string): string | null {
  const name = unquoted(text.trim()).replace(/(?<=.)\/+$/, "");
  return name === "" || /^(?:it|them|here|there|this|that|and)$/i.test(name) ? null : name;
}

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text.trim())?.[2] ?? text.trim();
const isHere = (folder: string): boolean => /^(?:here|workspace|it|this|this folder|there)$/i.test(folder);
const looksLikeFile = (name: string): boolean => /[^/. ]\.[a-z0-9]{1,12}$/i.test(name);
const looksLikePath = (name: string): boolean => looksLikeFile(name) || name.includes("/");

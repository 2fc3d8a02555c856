import { cleanPath, looksLikePath, PATH, pathsIn } from "./file-paths.ts";
import { FILE, intent, pattern } from "./file-patterns.ts";
import { place, planning } from "./file-plans.ts";
import { checkExists, copy, list, remove, replaceIn, search, show, sortLines } from "./file-programs.ts";
import { askFile, type Counted, countIn, findIn, numbersIn } from "./file-questions.ts";
import { adding, writing } from "./file-writing.ts";
import { answerOnly, type Intent, type Recogniser } from "./intent.ts";
import { numberWordsToDigits } from "./number-words.ts";
import type { Program } from "./program.ts";
import { unquote } from "./request.ts";

/** Recognises work on files of the workspace. */
export const recogniseFiles: Recogniser = (request, { tools }) => {
  if (/https?:\/\//i.test(request.text) && pathsIn(request.text.replace(/https?:\S+/gi, "")).length === 0)
    return null;
  return (
    replacing(request.text) ??
    moving(request.text, tools) ??
    planning(request.text, tools) ??
    figures(request.text) ??
    adding(request) ??
    writing(request) ??
    deleting(request.text) ??
    counting(request.text) ??
    asking(request.text) ??
    listing(request.text) ??
    searching(request.text) ??
    reading(request.text)
  );
};

function deleting(text: string): Intent | null {
  const match =
    /^(?:delete|remove|trash|erase|get rid of|throw away|throw out|bin|rm|unlink|discard|move) (.+?)(?: to (?:the )?(?:trash|bin))?(?: from (?:the |my )?(?:workspace|folder|files|disk))?$/i.exec(
      text,
    );
  if (
    /^(?:everything|all|all (?:of )?(?:my|the|these|those|it|them)(?: files)?|all files|(?:the |my )?(?:whole )?workspace)$/i.test(
      match?.[1] ?? "",
    )
  ) {
    return answerOnly(
      "files",
      "I delete only files that are named. Ask what files there are, and name those to delete.",
    );
  }
  const paths = pathsIn(match?.[1] ?? "");
  if (paths.length === 0 || (/^move/i.test(text) && !/(?:trash|bin)/i.test(text))) return null;
  return intent(["delete_file"], () => remove(paths));
}

function moving(text: string, tools: ReadonlySet<string>): Intent | null {
  const match = pattern(
    `^((?:make|create) a (?:copy|duplicate|backup)|copy|duplicate|back ?up|clone|rename|move|mv|cp)(?: the)?(?: contents?| text)?(?: of)?(?: the)?(?: file)? (PATH) ?(?:to|as|into|in|->|=>|under)? ?${FILE}(PATH)$`.replace(
      "under)?",
      "under|called|named)?",
    ),
  ).exec(text);
  const from = cleanPath(match?.[2] ?? "");
  const to = cleanPath(match?.[3] ?? "");
  if (!match?.[1] || !looksLikePath(from) || !looksLikePath(to)) return null;
  const kind = /^(?:rename|move|mv)$/i.test(match[1]) ? "move" : "copy";
  const tool = kind === "move" ? "move_file" : "copy_file";
  if (tools.has(tool)) return intent([tool], () => place(tool, from, to));
  // Where these are not on offer, by reading and writing.
  const needs = kind === "move" ? ["read_file", "write_file", "delete_file"] : ["read_file", "write_file"];
  return intent(needs, () => copy(from, to, kind));
}

function replacing(text: string): Intent | null {
  const match =
    pattern(
      `^(?:replace|change|substitute|swap)(?: all| every| each)?(?: occurrences?)?(?: of)?(?: the word| the words| the text)? (.+?) (?:with|by|to|for|into) (.+?) in ${FILE}(PATH)$`,
    ).exec(text) ??
    pattern(`^in ${FILE}(PATH),? (?:replace|change|substitute) (.+?) (?:with|by|to|for|into) (.+)$`).exec(
      text,
    );
  if (match?.[1] !== undefined && match[2] !== undefined && match[3] !== undefined) {
    const isLast = /^in /i.test(text);
    const [path, old, fresh] = isLast ? [match[1], match[2], match[3]] : [match[3], match[1], match[2]];
    return intent(["read_file", "write_file"], () =>
      replaceIn(cleanPath(path), unquote(old), unquote(fresh)),
    );
  }
  const sorted = pattern(
    `^(?:sort|order|alphabeti[sz]e)(?: the)?(?: lines| contents?| entries| items| list| words| numbers)?(?: of| in)? ?${FILE}(PATH)(?: alphabetically| by name)?$`,
  ).exec(text);
  const path = cleanPath(sorted?.[1] ?? "");
  return looksLikePath(path) ? intent(["read_file", "write_file"], () => sortLines(path)) : null;
}

const UNITS: readonly (readonly [RegExp, Counted])[] = [
  [/\bwords?\b/i, "words"],
  [/\blines?\b|\brows?\b/i, "lines"],
  [/\b(?:characters?|letters?|chars?)\b/i, "characters"],
  [/\bparagraphs?\b/i, "paragraphs"],
];

/** "add up the numbers in FILE": asks about a file, with a verb that may also mean to write. */
function figures(text: string): Intent | null {
  const asked = pattern(
    `^(?:(?:add|sum|total|count)(?: up| together)|sum|total|average|(?:find|get|work out|calculate|compute|list|print) (?:me )?(?:the )?(?:sum|total|average|mean|largest|biggest|maximum|smallest|minimum))(?: of)?(?: all)?(?: of)?(?: the| my)?(?: numbers?| values?| figures?)? (?:in|from|of|inside) ${FILE}PATH$`,
  ).test(text);
  return asked ? counting(text) : null;
}

function counting(text: string): Intent | null {
  const path = pathsIn(text)[0];
  if (path === undefined) return null;
  const times =
    /how (?:many times|often) (?:does|do|is|are) (?:the )?(?:word |text )?(.+?) (?:appear|occur|come up|used|mentioned|show up|written|found|in)\b/i.exec(
      text,
    )?.[1] ??
    /^count (?:the )?(?:occurrences of|number of times|times) (.+?) (?:appears |occurs )?in /i.exec(
      text,
    )?.[1];
  if (times !== undefined) return intent(["read_file"], () => countIn(path, { text: unquote(times) }));
  const named =
    /\b(sum|add up|add together|total|count up|average|mean|largest|biggest|maximum|smallest|minimum)\b.*\b(?:numbers|values|of|in)\b/i
      .exec(text)?.[1]
      ?.toLowerCase();
  if (named !== undefined && !/^(?:write|save|create|put|store)/i.test(text)) {
    const name = /sum|add|total|count/.test(named)
      ? "sum"
      : /average|mean/.test(named)
        ? "mean"
        : /larg|big|max/.test(named)
          ? "max"
          : "min";
    return intent(["read_file", "calculate"], () => numbersIn(path, name));
  }
  if (!/\bhow (?:many|long|big|large)\b|\bcount\b|\bnumber of\b|\bword count\b|\bline count\b/i.test(text))
    return null;
  const before = text.slice(0, text.indexOf(path));
  const unit =
    UNITS.find(([name]) => name.test(before))?.[1] ??
    (/how long|how many (?:is|are)? ?in/i.test(text)
      ? "lines"
      : /how (?:big|large)/i.test(text)
        ? "characters"
        : null);
  const other =
    /how many ([\p{L}\p{N}"' -]+?)s? (?:are|is|does|do|has|have)\b/iu.exec(text)?.[1] ??
    /count (?:the |all )?([\p{L}\p{N}"' -]+?)s? in /iu.exec(text)?.[1];
  if (unit !== null) return intent(["read_file"], () => countIn(path, unit));
  return other === undefined ? null : intent(["read_file"], () => countIn(path, { text: unquote(other) }));
}

function asking(text: string): Intent | null {
  const path = pathsIn(text)[0];
  if (path === undefined) return null;
  const about =
    pattern(
      `^what (?:does|do|did) ${FILE}PATH (?:say|tell(?: me| us)?|mention|contain|have|note|state)(?: to say)? (?:about|on|of|regarding) (.+)$`,
    ).exec(text)?.[1] ??
    pattern(`^(?:what|who|when|where|which|how) .*(?:according to|in|from) ${FILE}PATH$`).exec(text)?.[0];
  if (
    about !== undefined &&
    !/^what(?:'s| is| are| does| do)?(?: there)?(?: the)?(?: contents?| text| inside| written| stored| saved| in| lines?| there)*(?: in| of| inside| is in)/i.test(
      about,
    )
  ) {
    const question = about.replace(pattern(`(?:,? according to|,? in|,? from) ${FILE}PATH$`), "");
    return intent(["read_file"], () => askFile(path, question));
  }
  const has =
    pattern(
      `^(?:does|do|is|are) ${FILE}PATH (?:contain|mention|say|include|have|talk about)(?: anything about| the word| the words)? (.+)$`,
    ).exec(text)?.[1] ??
    pattern(`^(?:is|are) (?:the word |there )?(.+?) (?:mentioned |written |found )?in ${FILE}PATH$`).exec(
      text,
    )?.[1] ??
    pattern(`^(?:search|find|look|grep|locate)(?: for)? (.+?) in ${FILE}PATH$`).exec(text)?.[1] ??
    pattern(`^search ${FILE}PATH for (.+)$`).exec(text)?.[1];
  return has === undefined ? null : intent(["read_file"], () => findIn(path, unquote(has)));
}

function listing(text: string): Intent | null {
  if (pathsIn(text).length > 0) return null;
  const folder =
    /\b(?:in|inside|of|under) (?:the |my )?(?:folder |directory )?(["'\w./-]+?)(?:'s)?(?: folder| directory)?(?: now| right now)?$/i.exec(
      text,
    )?.[1];
  const named =
    folder !== undefined &&
    !/^(?:workspace|folder|directory|there|here|total|all|it|my|the|current|this|that|everything|files?|disk|storage)$/i.test(
      folder,
    )
      ? cleanPath(folder).replace(/\/$/, "")
      : null;
  const asked =
    /^(?:ls|dir)(?: \S+)?$/i.test(text) ||
    /^(?:list|show|display|print|see|view|enumerate|browse|what|which|how many|are there|do i have|is there|have i)\b.*\b(?:files?|folders?|documents?|workspace|directory|directories)\b/i.test(
      text,
    ) ||
    /^(?:list|show) (?:everything|all|what is there)(?: here| in there)?$/i.test(text) ||
    /^(?:all |my |the )*(?:files|file list|list of files|documents|workspace)(?: in (?:the |my )?(?:workspace|folder))?$/i.test(
      text,
    );
  if (
    !asked ||
    /\b(?:contain|contains|containing|mention|mentions|mentioning|about|say|says|with the|has the|have the|where|includes?|including)\b/i.test(
      text,
    )
  )
    return null;
  return intent(["list_files"], () => list(named));
}

function searching(text: string): Intent | null {
  if (/\b(?:your|my) memor(?:y|ies)\b/i.test(text)) return null;
  const match =
    /^(?:search|look|grep|scan|check)(?: (?:in|through|inside|all|my|the|every))*(?: (?:files?|workspace|documents|notes|folder))?(?: for)?[ :]+(.+?)(?: in (?:all |my |the |any |of )*(?:files?|workspace|documents?|folder))?$/i.exec(
      text,
    )?.[1] ??
    /^(?:find|locate|show)(?: me)? (?:all |every |any |the |which |a )*(?:files?|documents?|lines?|notes?|mentions?|occurrences?|places?)(?: that| which| where)* (?:contain(?:s|ing)?|mention(?:s|ing)?|say(?:s|ing)?|about|with|of|includ(?:e|es|ing)|ha(?:s|ve))(?: the (?:word|text|phrase|words)| word)? (.+?)(?: in (?:all |my |the )*(?:files?|workspace))?$/i.exec(
      text,
    )?.[1] ??
    /^(?:in )?(?:which|what|any) (?:of (?:my|the) )?(?:files?|documents?)(?: \w+)?? (?:contains?|mentions?|says?|talks? about|has|have|includes?|is about|are about|is|are)(?: the (?:word|text|phrase))? (.+?)(?: mentioned| in it)?$/i.exec(
      text,
    )?.[1] ??
    /^(?:find|locate|where is|where's|where are|is|are) (.+?) (?:mentioned |written )?in (?:all |any |one )?(?:of )?(?:my |the )?(?:files?|workspace|documents?)$/i.exec(
      text,
    )?.[1] ??
    /^(?:do|does) any (?:of (?:my|the) )?(?:files?|documents?) (?:contain|mention|say|include|have)(?: the (?:word|text|phrase))? (.+)$/i.exec(
      text,
    )?.[1] ??
    /^where (?:is|are|do i|does it)(?: \w+)? (.+?) mentioned$/i.exec(text)?.[1];
  if (match === undefined) return null;
  const query = unquote(match.replace(/^(?:the (?:word|text|phrase|string)|for|word) /i, ""));
  return query === "" ? null : intent(["search_files"], () => search(query));
}

const WRITES = /^(?:write|save|create|make|put|store|add|append|insert|delete|remove|rename|generate)\b/i;

function reading(text: string): Intent | null {
  const paths = pathsIn(text);
  const path = paths[0];
  if (path === undefined || paths.length > 5) return null;
  if (WRITES.test(text)) return null;
  const exists =
    /^(?:is there|do i have|have i got|is|does|do we have|check if|check whether)\b.*?(?:\bexists?|\bthere|\bhave|\bgot)\b/i.test(
      text,
    );
  if (exists && paths.length === 1) return intent(["read_file"], () => checkExists(path));
  const plain = numberWordsToDigits(text);
  const part = /\b(first|last)(?: (\d+))? lines?\b/i.exec(plain);
  const line = /\bline (?:number )?(\d+)\b/i.exec(plain)?.[1];
  if (part?.[1]) {
    const from = part[1].toLowerCase() === "first" ? "first" : "last";
    return intent(["read_file"], () => show(path, { from, lines: Number(part[2] ?? 1) }));
  }
  if (line !== undefined) return intent(["read_file"], () => show(path, { line: Number(line) }));
  const rest = text
    .replace(new RegExp(PATH, "giu"), " ")
    .replace(
      /\b(?:the|a|my|file|files|contents?|content|text|of|in|inside|from|me|us|what's|whats|what|is|are|does|do|there|written|stored|saved|say|says|contain|contains|have|has|hold|holds|and|out|read|show|open|display|print|cat|view|type|see|get|give|tell|look|at|let|load|whole|full|entire|document|called|named|to|aloud|back|reading|all|everything|i|you|can|check|now|current|again)\b/gi,
      " ",
    );
  return /^[\s,:"'.?]*$/.test(rest) ? intent(["read_file"], () => readAll(paths)) : null;
}

function* readAll(paths: readonly string[]): Program {
  const answers: string[] = [];
  for (const path of paths) answers.push(yield* show(path, "all"));
  return answers.join("\n\n");
}

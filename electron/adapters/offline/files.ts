import { literalContent, readContent, readLayout } from "./file-content.ts";
import { cleanPath, looksLikePath, PATH, pathsIn } from "./file-paths.ts";
import { append, copy, list, remove, replaceIn, search, show, sortLines, write } from "./file-programs.ts";
import { askFile, type Counted, countIn, findIn, numbersIn } from "./file-questions.ts";
import type { Intent, Recogniser } from "./intent.ts";
import { numberWordsToDigits } from "./number-words.ts";
import type { Program } from "./program.ts";
import { type Request, unquote } from "./request.ts";

const intent = (needs: readonly string[], start: () => Program): Intent => ({
  family: "files",
  needs,
  start,
});

/** Recognises work on files of the workspace. */
export const recogniseFiles: Recogniser = (request) => {
  if (/https?:\/\//i.test(request.text) && pathsIn(request.text.replace(/https?:\S+/gi, "")).length === 0)
    return null;
  return (
    replacing(request.text) ??
    moving(request.text) ??
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

const pattern = (source: string): RegExp => new RegExp(source.replaceAll("PATH", PATH), "iu");
const FILE =
  "(?:(?:a|an|the|my|our|this|that|new|text|csv|markdown|existing|plain|empty|file|document|note|named|called|at|under|name|path|with|it|inside|of) )*";
const VERB =
  "(?:write(?: out| down)?|save|put|store|create|make|generate|produce|output|record|print|dump|place|log|export|list|calculate|compute|work out|find|get|insert|type|enter|start|set up|add)";
const INTO = "(?:into|in|to|onto|on|as|inside|within|at|under)";
const AFTERWARDS =
  /(?:,| and| then|;|:)+ ?(?:then )?(?:please )?(?:write|save|put|store|record|output|print|export|place) (?:it|them|that|this|those|these|the (?:results?|answers?|numbers?|values?|list|output|sum|total|squares|cubes|primes)|all of (?:them|it)|everything)(?: down| out)?$/i;

function writing(request: Request): Intent | null {
  const paths = pathsIn(request.full);
  if (paths.length === 0) return null;
  return contentFirst(request.text) ?? pathFirst(request.full) ?? emptyFile(request.text);
}

/** "write CONTENT into FILE", "work out CONTENT and save it to FILE", "CONTENT > FILE". */
function contentFirst(text: string): Intent | null {
  const { text: bare, layout: late } = readLayout(text);
  const match =
    pattern(`^${VERB}(?: me| us)?[ :]+(.+?),? ?${INTO} ${FILE}(PATH)(?: for me| file)?$`).exec(bare) ??
    pattern(
      `^(.+?)(?:,| and| then|;)+ ?(?:then )?(?:write|save|put|store|record|output|export) (?:it|them|that|this|those|the (?:results?|answers?|numbers?|values?|list|output))(?: down)? ${INTO} ${FILE}(PATH)$`,
    ).exec(bare) ??
    pattern(`^echo (.+?) ?>+ ?(PATH)$`).exec(bare);
  const swapped = pattern(
    `^(?:in|into|to|inside) ${FILE}(PATH),? (?:please )?(?:write|save|put|store|record)(?: down)?[ :]+(.+)$`,
  ).exec(bare);
  const phrase = match?.[1] ?? swapped?.[2];
  const path = cleanPath(match?.[2] ?? swapped?.[1] ?? "");
  if (phrase === undefined || !looksLikePath(path) || /\.$/.test(phrase.trim())) return null;
  const { text: what, layout } = readLayout(
    phrase.replace(AFTERWARDS, "").replace(/^(?:down |out |me )/i, ""),
  );
  const isFound = /^(?:find|get|calculate|compute|work out|list)\b/i.test(text);
  const content = /^(?:a |an |the )?(?:new |text |empty )*(?:file|document)$/i.test(what)
    ? null
    : readContent(what, late ?? layout);
  if (!content || (isFound && content.needs.length === 0 && !/\d|days|months|alphabet/i.test(what)))
    return null;
  return intent([...content.needs, "write_file"], () => write(path, content));
}

/** "create a file FILE saying CONTENT", "FILE should contain CONTENT". */
function pathFirst(full: string): Intent | null {
  const match = pattern(
    `^(?:(?:write|save|create|make|generate|produce|start|set up|put|overwrite|open|store|add|prepare|fill|replace|update)(?: me)? )?${FILE}(PATH)(?: file)?,? ?(?:(?:and |that |which |whose |to |should |must |shall |it )*(?:with|containing|contains?|saying|says?|reads?|reading|holding|holds?|write(?: in it| into it| there| to it)?|put(?: in it| into it)?|content is|contents are|text is|includes?|including|have|has|so that it (?:says|reads|contains))(?: in it| inside)?|:|=)[ :]*([\\s\\S]+)$`,
  ).exec(full);
  const path = cleanPath(match?.[1] ?? "");
  const given = match?.[2];
  if (
    given === undefined ||
    !looksLikePath(path) ||
    /^(?:what|does|is|are|how|which|where|who|if|whether|find|search|do)\b/i.test(full)
  )
    return null;
  const isSaid = /\b(?:saying|says?|reads?|reading)[ :]*$|[:=]\s*$/i.test(
    full.slice(0, full.length - given.length),
  );
  const wording =
    /^(?:the |a |this |just |only |exactly )*(?:(?:following )?(?:text|words?|sentence|content|contents|phrase|message|line|title)|following)(?: in it| inside)?(?:\s*:\s*|\s+(?=["'])|\s+(?:saying |that says )?)([\s\S]+)$/i.exec(
      given,
    )?.[1];
  const { text: what, layout } = readLayout(given.replace(/[\s.]+$/, ""));
  const content =
    wording !== undefined
      ? literalContent(wording)
      : ((isSaid ? asComputed(what, layout) : null) ??
        (isSaid
          ? literalContent(given)
          : readContent(layout === null && !isComputed(what) ? given : what, layout)));
  return content && intent([...content.needs, "write_file"], () => write(path, content));
}

const isComputed = (text: string): boolean => (readContent(text, null)?.needs.length ?? 0) > 0;
const asComputed = (text: string, layout: ReturnType<typeof readLayout>["layout"]) => {
  const content = /^(?:the |a |today)/i.test(text) ? readContent(text, layout) : null;
  return content && content.needs.length > 0 ? content : null;
};

function emptyFile(text: string): Intent | null {
  const match = pattern(`^(?:create|make|touch|start|add|new)(?: me)? ${FILE}(PATH)(?: file)?$`).exec(text);
  const path = cleanPath(match?.[1] ?? "");
  return looksLikePath(path) ? intent(["write_file"], () => write(path, literalContent(""))) : null;
}

function adding(request: Request): Intent | null {
  const { text, layout } = readLayout(request.text);
  const match = pattern(
    `^(?:add|append|attach|insert|put|write)(?: on)?[ :]+(.+?),? (?:to the (end|bottom|top|start|beginning) of|at the (end|bottom|top|start|beginning) of|to|into|onto|in) ${FILE}(PATH)$`,
  ).exec(text);
  const place = match?.[2] ?? match?.[3];
  const after = pattern(`^(?:append|add) to ${FILE}(PATH)[ :,]+(.+)$`).exec(text);
  const phrase = match?.[1] ?? after?.[2];
  const path = cleanPath(match?.[4] ?? after?.[1] ?? "");
  if (phrase === undefined || !looksLikePath(path)) return null;
  if (place === undefined && !/^(?:add|append|attach|insert)/i.test(text)) return null;
  const content = readContent(
    phrase.replace(
      /^(?:a|another|the|one more)? ?(?:new |further )?(?:line|item|entry|sentence|task|row)(?: saying| with| that says| reading| of)?[ :]+(?=\S)/i,
      "",
    ),
    layout,
  );
  if (!content) return null;
  const at = /top|start|beginning/.test(place ?? "") ? "start" : "end";
  return intent([...content.needs, "read_file", "write_file"], () => append(path, content, at));
}

function deleting(text: string): Intent | null {
  const match =
    /^(?:delete|remove|trash|erase|get rid of|throw away|throw out|bin|rm|unlink|discard|move) (.+?)(?: to (?:the )?(?:trash|bin))?(?: from (?:the |my )?(?:workspace|folder|files|disk))?$/i.exec(
      text,
    );
  const paths = pathsIn(match?.[1] ?? "");
  if (paths.length === 0 || (/^move/i.test(text) && !/(?:trash|bin)/i.test(text))) return null;
  return intent(["delete_file"], () => remove(paths));
}

function moving(text: string): Intent | null {
  const match = pattern(
    `^(copy|duplicate|back ?up|clone|rename|move|mv|cp)(?: the)?(?: contents?| text)?(?: of)?(?: the)?(?: file)? (PATH) ?(?:to|as|into|in|->|=>|under)? ?${FILE}(PATH)$`,
  ).exec(text);
  const from = cleanPath(match?.[2] ?? "");
  const to = cleanPath(match?.[3] ?? "");
  if (!match?.[1] || !looksLikePath(from) || !looksLikePath(to)) return null;
  const kind = /^(?:rename|move|mv)$/i.test(match[1]) ? "move" : "copy";
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
    /\b(sum|add up|total|average|mean|largest|biggest|maximum|smallest|minimum)\b.*\b(?:numbers|values|of|in)\b/i
      .exec(text)?.[1]
      ?.toLowerCase();
  if (named !== undefined && !/^(?:write|save|create|put|store)/i.test(text)) {
    const name = /sum|add|total/.test(named)
      ? "sum"
      : /average|mean/.test(named)
        ? "mean"
        : /larg|big|max/.test(named)
          ? "max"
          : "min";
    return intent(["read_file", "calculate"], () => numbersIn(path, name));
  }
  if (!/\bhow (?:many|long)\b|\bcount\b|\bnumber of\b|\bword count\b|\bline count\b/i.test(text)) return null;
  const before = text.slice(0, text.indexOf(path));
  const unit =
    UNITS.find(([name]) => name.test(before))?.[1] ??
    (/how long|how many (?:is|are)? ?in/i.test(text) ? "lines" : null);
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
    /\bfolder\b|\bdirectory\b|\//i.test(text) &&
    !/^(?:workspace|folder|directory|there|here|total|my|the|current)$/i.test(folder)
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

function reading(text: string): Intent | null {
  const paths = pathsIn(text);
  const path = paths[0];
  if (path === undefined || paths.length > 5) return null;
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
      /\b(?:the|a|my|file|files|contents?|content|text|of|in|inside|from|me|us|what|what's|whats|is|are|does|do|there|written|stored|saved|say|says|contain|contains|have|has|hold|holds|and|out|read|show|open|display|print|cat|view|type|see|get|give|tell|look|at|let|load|whole|full|entire|document|called|named|to|aloud|back|reading|all|everything|i|you|can|check|now|current|again)\b/gi,
      " ",
    );
  return /^[\s,:"'.?]*$/.test(rest) ? intent(["read_file"], () => readAll(paths)) : null;
}

function* readAll(paths: readonly string[]): Program {
  const answers: string[] = [];
  for (const path of paths) answers.push(yield* show(path, "all"));
  return answers.join("\n\n");
}

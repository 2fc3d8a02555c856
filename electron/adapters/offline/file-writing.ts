import { literalContent, readContent, readLayout } from "./file-content.ts";
import { cleanPath, looksLikePath, pathsIn } from "./file-paths.ts";
import { FILE, intent, pattern } from "./file-patterns.ts";
import { append, write } from "./file-programs.ts";
import type { Intent } from "./intent.ts";
import type { Request } from "./request.ts";
import { readSequence } from "./sequences.ts";

const VERB =
  "(?:write(?: out| down)?|save|put|store|create|make|generate|produce|output|record|print|dump|place|log|export|list|calculate|compute|work out|find|get|insert|type|enter|start|set up|add|jot down|note down|put down|note)";
const INTO = "(?:into|in|to|onto|on|as|inside|within|at|under)";
const AFTERWARDS =
  /(?:,| and| then|;|:)+ ?(?:then )?(?:please )?(?:write|save|put|store|record|output|print|export|place) (?:it|them|that|this|those|these|the (?:results?|answers?|numbers?|values?|list|output|sum|total|squares|cubes|primes)|all of (?:them|it)|everything)(?: down| out)?$/i;

/** Recognises what is to be written to a file anew. */
export function writing(request: Request): Intent | null {
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
    pattern(`^echo (.+?) ?>+ ?(PATH)$`).exec(bare) ??
    pattern(`^(.+?) (?:into|to|in|>) ${FILE}(PATH)$`).exec(bare);
  const swapped = pattern(
    `^(?:in|into|to|inside) ${FILE}(PATH),? (?:please )?(?:write|save|put|store|record)(?: down)?[ :]+(.+)$`,
  ).exec(bare);
  const phrase = match?.[1] ?? swapped?.[2];
  const path = cleanPath(match?.[2] ?? swapped?.[1] ?? "");
  if (phrase === undefined || !looksLikePath(path) || /\.$/.test(phrase.trim()) || namesAnotherTarget(phrase))
    return null;
  const { text: what, layout } = readLayout(
    phrase.replace(AFTERWARDS, "").replace(/^(?:down |out |me )/i, ""),
  );
  const isFound =
    !/^(?:write|save|put|store|create|make|generate|produce|output|record|print|dump|place|log|export|insert|type|enter|start|set up|add|jot|note|in|into|to|inside|echo)\b/i.test(
      text,
    );
  const content = /^(?:a |an |the )?(?:new |text |empty )*(?:file|document)$/i.test(what)
    ? null
    : readContent(what, late ?? layout);
  if (
    !content ||
    (isFound && (content.needs.length === 0 || content.needs.includes("read_file")) && !readSequence(what))
  )
    return null;
  return intent([...content.needs, "write_file"], () => write(path, content));
}

/** "hello to a.txt and bye" before "to b.txt": two files, not one text. */
const namesAnotherTarget = (phrase: string): boolean =>
  !/^["']/.test(phrase.trim()) && pattern("\\b(?:to|into|in) PATH,? and\\b").test(phrase);

/** "create a file FILE saying CONTENT", "FILE should contain CONTENT". */
function pathFirst(full: string): Intent | null {
  const match = pattern(
    `^(?:(?:i (?:want|need|would like)|i'd like|there should be|write|save|create|make|generate|produce|start|set up|put|overwrite|open|store|add|prepare|fill|replace|update)(?: me)?(?: (?:the following|this|some text|text|a line|(?:\\d+|two|three|four|five) (?:lines|items|words|things)))?(?: (?:in|into|to))? )?${FILE}(PATH)(?: file)?,? ?(?:(?:and |that |which |whose |to |should |must |shall |it )*(?:with|containing|contains?|saying|says?|reads?|reading|holding|holds?|write(?: in it| into it| there| to it)?|put(?: in it| into it)?|content is|contents are|text is|includes?|including|have|has|so that it (?:says|reads|contains))(?: in it| inside)?|:|=)[ :]*([\\s\\S]+)$`,
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

/** Recognises what is to be added to a file. */
export function adding(request: Request): Intent | null {
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

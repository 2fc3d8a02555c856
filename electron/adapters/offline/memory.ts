import { pathsIn } from "./file-paths.ts";
import { answerOnly, type Intent, type Recogniser } from "./intent.ts";
import { correct, forget, forgetAll, list, lookUp, remember, search } from "./memory-programs.ts";
import type { Program } from "./program.ts";
import { contentWords } from "./recollection.ts";
import { type Request, unquote } from "./request.ts";

const intent = (needs: readonly string[], start: () => Program): Intent => ({
  family: "memory",
  needs,
  start,
});

/** Recognises what is to be remembered, recalled, listed, corrected and forgotten. */
export const recogniseMemory: Recogniser = (request, setting) =>
  listing(request.text) ??
  forgetting(request.text) ??
  correcting(request) ??
  remembering(request) ??
  asking(request, setting.tools);

const LIST =
  /^(?:(?:list|show|tell|give|display|print|recite)(?: me)? (?:me )?(?:all |everything|every|the |my |of |your |each )*(?:memories|memory|notes|reminders|facts|(?:that )?(?:you(?:'ve)? (?:remember|know|have|noted|saved)(?: noted| saved| remembered)?|i(?:'ve| have)? (?:told|asked) you.*|is remembered|you have been told))?(?: you have| you remember| i gave you| you know| so far| saved)*|what (?:do|did|can) you (?:remember|know|recall|have)(?: so far| about me| now| in (?:your )?memory| noted)?|what (?:have|did) i (?:told?|tell|asked?) you(?: so far| to remember| until now)?|what (?:is|are)(?: in)? (?:your|my|all my|all your|the) (?:memory|memories|notes)|what(?:'s| is) (?:in (?:your|my) (?:memory|notes)|remembered)|everything you (?:remember|know)|all (?:my |your )?(?:notes|memories)|my (?:notes|memories)|your (?:notes|memories)|what you (?:remember|know)|how many (?:things|memories|notes|facts) (?:do you (?:remember|have|know)|are there|have you (?:got|saved)))$/i;

function listing(text: string): Intent | null {
  if (!LIST.test(text) || /^(?:list|show|tell|give|display|print|recite)(?: me)?$/i.test(text)) return null;
  return intent(["list_memories"], list);
}

function forgetting(text: string): Intent | null {
  const match =
    /^(?:forget|unlearn|erase|delete|remove|drop)(?: about| that| the (?:fact|note|memory|reminder)(?: that| about| of)?| my (?:note|memory|reminder)(?: that| about| of)?| what (?:i (?:said|told you)|you (?:know|remember)) about| what you know of| everything about| from (?:your )?memory)?[ :]+(.+?)(?: from (?:your |my |the )?(?:memory|notes))?$/i.exec(
      text,
    );
  const what = match?.[1];
  if (what === undefined || (!/^forget|^unlearn/i.test(text) && !/memor|note|remind|fact/i.test(text))) {
    return /^(?:forget|erase|clear) (?:your |my |the )?(?:whole |entire )?(?:memory|memories|notes)$/i.test(
      text,
    )
      ? intent(["list_memories", "forget"], forgetAll)
      : null;
  }
  if (
    /^(?:everything|all|it all|all of it|all (?:my |your )?(?:memories|notes)|everything (?:you (?:know|remember)|i told you))$/i.test(
      what,
    )
  ) {
    return intent(["list_memories", "forget"], forgetAll);
  }
  return intent(["recall", "forget"], () => forget(what));
}

function correcting(request: Request): Intent | null {
  const changed =
    /^(?:update|change|correct|amend|edit|modify|fix|replace)(?: the (?:note|memory|fact)(?: about| that)?| my (?:note|memory)(?: about| that)?)?[ :]+(?:that )?(.+?) (?:to|into|with|->) (.+)$/i.exec(
      request.text,
    );
  if (changed?.[1] !== undefined && changed[2] !== undefined && !isPath(request.text)) {
    const [, subject, value] = changed;
    return intent(["recall", "update_memory", "remember"], () => correct(subject, `${subject} is ${value}`));
  }
  const plainly =
    /^(?:update|correction|correct|change|amend|actually|no|sorry|wait|in fact|i was wrong|that's wrong|that is wrong|not quite|it changed)\b[\s,:;.-]*(?:that |the fact that |actually |it's |that's |i meant )?(.+)$/i.exec(
      request.text,
    )?.[1];
  if (plainly !== undefined && isStatement(plainly))
    return intent(["recall", "update_memory", "remember"], () => correct(subjectOf(plainly), plainly));
  const now =
    /^(.+? (?:is|are|lives|works|likes)) now (.+)$/i.exec(request.text) ??
    /^(.+? changed) (?:to|into) (.+)$/i.exec(request.text);
  if (!now?.[1] || now[2] === undefined || request.mood === "question") return null;
  const text = `${now[1].replace(/ changed$/i, " is")} ${now[2]}`;
  return intent(["recall", "update_memory", "remember"], () => correct(subjectOf(text), text));
}

const isPath = (text: string): boolean =>
  /\S\.[a-z]{1,5}\b(?!\S*@)/i.test(text) && / in \S+\.[a-z]{1,5}\b/i.test(text);
/** What a statement is about: the words before "is", or those up to and with another verb. */
const subjectOf = (statement: string): string =>
  /^(.+?)\s(?:is|are|was|were|has|have|will|am)\s/i.exec(statement)?.[1] ??
  /^(.+?\s(?:lives?|works?|likes?|loves?|hates?|prefers?|drives?|plays?|owns?|eats?|drinks?|needs?|wants?))\s/i.exec(
    statement,
  )?.[1] ??
  statement;

const REMEMBER =
  /^(?:(?:remember|memori[sz]e|memorize|note|note down|take (?:a )?note|make (?:a )?note|jot(?: this)? down|write (?:it )?down|don't (?:ever )?forget|do not forget|never forget|keep (?:it )?in mind|bear in mind|save|store|record|learn|keep|log|put (?:it )?(?:in|into) (?:your )?memory|add (?:it )?to (?:your )?(?:memory|notes)|remind me|fyi|for the record|for your information|here(?:'s| is) a (?:fact|note)|new (?:fact|note)|fact|reminder|i want you to (?:know|remember)|you should know)\b)(?:[\s,:-]*(?:the following|this(?: fact| note| down)?|the fact|a note|for (?:me|later)|down|somewhere|in (?:your )?memory|to (?:your )?memory)(?=[\s,:-]))*[\s,:-]*(?:(?:that|of|about|it)\b(?! is\b| was\b)[\s:]*)?([\s\S]+)$/i;

function remembering(request: Request): Intent | null {
  const asked = REMEMBER.exec(request.full);
  const keepsWord = /^(?:remind me|save|store|keep|record|log|learn|remember)\b/i
    .exec(request.full)?.[0]
    .toLowerCase();
  const content = asked?.[1]?.trim();
  if (content !== undefined && content !== "" && !isQuestionAfter(request.full)) {
    if (pathsIn(content).length > 0 && /^(?:save|store|keep|record|log|jot|put|note)\b/i.test(request.full))
      return null;
    if (keepsWord !== undefined && /\b(?:to|in|into|as) [\w./-]+\.[a-z]{1,5}\W*$/i.test(content)) return null;
    const kept = /^(?:remember|remind me|don't forget|do not forget)(?: that I have)? to\b/i.test(
      request.full,
    )
      ? content.replace(/^to /i, "")
      : content;
    return noting(kept);
  }
  if (request.mood === "question") return null;
  const statement = request.full.replace(/^(?:by the way|btw|just so you know|also|fyi|note)[\s,:]*/i, "");
  return isStatement(statement) || isReminder(statement) ? noting(statement) : null;
}

/** "remember when Ada was born?" asks; "remember what I said" too. */
const isQuestionAfter = (text: string): boolean =>
  /^(?:remember|recall|remind me)[\s,]+(?:about |of )?(?:what|when|where|who|which|how|why|whose)\b/i.test(
    text,
  ) || /^remind me (?:of|about)\b/i.test(text);

function noting(content: string): Intent {
  const text = unquote(content.replace(/[\s?]+$/, ""))
    .replace(/(?<=[\p{L}\p{N})])[.!]+$/u, "")
    .trim();
  if (/^(?:this|that|it|these|something|everything|me)$/i.test(text)) {
    return {
      ...answerOnly(
        "memory",
        "Tell me what to remember, as in: remember that Ada's birthday is 10 December.",
      ),
      needs: ["remember"],
    };
  }
  return intent(["remember"], () => remember(text));
}

const VERBS =
  "is|are|was|were|isn't|aren't|has|have|had|likes?|loves?|hates?|lives?|prefers?|works?|needs?|wants?|owns?|drinks?|eats?|plays?|speaks?|studies|study|goes|go|starts?|ends?|costs?|drives?|uses?|enjoys?|dislikes?|can|cannot|can't|will|won't|must|should|expires?|leaves?|arrives?|opens?|closes?|takes?|knows?|was born|moved|comes?|got|belongs?|means|stands for|am|equals";

/** "my favourite colour is green", "Ada likes tea": a subject, a verb and more. */
const isStatement = (text: string): boolean =>
  /^(?:I|we|I've|I'm|we're|we've|I'll|we'll|I'd)\s+\p{L}+\s+\S/iu.test(text) ||
  (new RegExp(
    `^(?:(?:my|our|the|his|her|their|your|i|we|she|he|they|it|mr|mrs|dr)\\b|[\\p{L}\\p{N}'-]+(?:'s)?).{0,200}?\\s?\\b(?:${VERBS}|'m)\\b\\s+\\S`,
    "iu",
  ).test(text) &&
    !/^(?:what|when|where|who|why|how|which|write|create|make|compose|draw|translate|explain|tell|give|show|list|find|search|book|send|order|play|sing|build|generate|summari[sz]e|open|read|delete|if|is|are|do|does|can|could|there)\b/i.test(
      text,
    ));

/** "call Bob on Friday", "buy milk tomorrow". */
const isReminder = (text: string): boolean =>
  /^(?:call|buy|meet|pay|visit|ring|phone|email|pick up|return|bring|finish|collect|water|feed|renew|cancel|book|submit|clean|fix)\b.+\b(?:on|at|by|before|tomorrow|tonight|today|next|this|every|in \d)\b/i.test(
    text,
  ) || /^(?:buy|call|pay|phone|pick up|water|renew) \S/i.test(text);

const ASK =
  /^(?:(?:tell|show|give)(?: me)? (?:everything|all|anything)(?: (?:that )?you (?:know|remember|have))?|(?:recall|retrieve|look up|search(?: your)?(?: memory| notes)?(?: for)?|find(?: my notes?)?|check your memory(?: for)?|search for|remember)|what (?:do|did|can|have) (?:you|i) (?:know|remember|recall|have|tell you|told you|say|said|noted?|saved?)(?: noted| saved)?|do you (?:still )?(?:remember|know|recall|have)|did i (?:ever )?(?:tell|mention|say)(?: to)?(?: you)?|have i (?:told|mentioned)(?: to)? ?(?:you)?|anything|everything(?: you (?:know|remember))?|all you know|what about|about|remind me|show(?: me)? (?:everything|what you (?:know|remember|have)|my notes?|the notes?|notes?)|is there anything|any notes)(?: (?:about|on|of|regarding|concerning|for|that|with))?[\s,:]+(.+)$/i;

function asking(request: Request, tools: ReadonlySet<string>): Intent | null {
  const byId = /^(?:what is |what's |show(?: me)? |get |read )?(?:memory |note )?(m\d+)$/i.exec(
    request.text,
  )?.[1];
  if (byId !== undefined) return intent(["get_memory"], () => lookUp(byId.toLowerCase()));
  const topic = ASK.exec(request.text)?.[1];
  const explicit =
    /\b(?:remember|recall|told you|tell you|know about|my notes?|your (?:memory|notes))\b/i.test(
      request.text,
    );
  if (topic !== undefined && (explicit || tools.has("recall"))) {
    const scope = /\babout\b|everything|anything|notes? on/i.test(request.text) ? "all" : "best";
    return intent(["recall"], () => search(topic, scope));
  }
  const isOwn = /\b(?:my|our|I)\b/i.test(request.text);
  if (
    !tools.has("recall") &&
    !(
      isOwn &&
      request.mood === "question" &&
      /^(?:what|who|when|where)(?:'s| is| are| was| do i| did i)/i.test(request.text)
    )
  )
    return null;
  const isBare = !tools.has("write_file") && /^(?:the |my |our )?[\p{L}' -]{2,40}$/iu.test(request.text);
  return (request.mood === "question" || isBare) && !OUTSIDE.test(request.text) && contentful(request.text)
    ? intent(["recall"], () => search(request.text, "best"))
    : null;
}

/** Work that a question's form may hide, such as "can you write a poem?". */
const OUTSIDE =
  /^(?:a |an |the )?(?:joke|poem|story|song|essay|haiku|write|compose|translate|explain|draw|sing|play|book|order|send|code|generate|summari[sz]e|make|create|tell|weather|plan|organi[sz]e)\b/i;
const contentful = (text: string): boolean => contentWords(text).length > 0;

import { answerOnly, type Intent, type Recogniser } from "./intent.ts";
import { callEach, type Program, type ToolResult, troubleOf } from "./program.ts";
import { asSentence } from "./request.ts";
import { answerFrom, countWords, summarise } from "./text-extract.ts";

/** Pages read for one task. */
const MOST_PAGES = 5;
/** Sentences of a summary. */
const SENTENCES = 4;

interface Page {
  readonly title: string;
  readonly url: string;
  readonly text: string;
}

const ADDRESS =
  /\bhttps?:\/\/[^\s<>"'`]+|\b(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|edu|gov|io|dev|ai|co|uk|de|fr|info|eu|app|test|example)(?::\d+)?(?:\/[^\s<>"'`]*)?(?![\w@])/gi;

/** An address of another kind: ftp, file. */
const FOREIGN = /\b(?!https?:)[a-z][a-z\d+.-]{1,15}:\/\/[^\s<>"'`]+/i;

/** Recognises work on web pages: any request with an address. */
export const recogniseWeb: Recogniser = (request, setting) => {
  const foreign = setting.tools.has("fetch_page") ? FOREIGN.exec(request.text)?.[0] : undefined;
  if (foreign !== undefined && !/\bhttps?:\/\//i.test(request.text)) {
    return answerOnly("web", `I cannot read ${foreign}: I read pages by http and https only.`);
  }
  const found = [...request.text.matchAll(ADDRESS)].map((match) => match[0].replace(/[.,;:!?)\]}]+$/, ""));
  const urls = [...new Set(found.map((url) => (/^https?:/i.test(url) ? url : `https://${url}`)))].slice(
    0,
    MOST_PAGES,
  );
  const isSure = found.some((url) => /^https?:|^www\./i.test(url)) || setting.tools.has("fetch_page");
  if (urls.length === 0 || !isSure || /@/.test(request.text.replace(/https?:\S+/g, ""))) return null;
  const rest = request.text.replace(ADDRESS, " ").replace(/\s+/g, " ").trim();
  if (/^(?:remember|note|save|write|store|put|create|don't forget|delete|forget)\b/i.test(rest)) return null;
  const write = writerFor(rest);
  return { family: "web", needs: ["fetch_page"], start: () => readPages(urls, write) } satisfies Intent;
};

type Writer = (page: Page) => string;

/** How to write the answer, by what was asked. */
function writerFor(rest: string): Writer {
  if (/\bhow many words|word count|number of words|count (?:the )?words|how long\b/i.test(rest)) {
    return (page) =>
      `The page "${page.title}" has ${countWords(page.text)} words, as far as its text could be read.`;
  }
  if (/\b(?:title|called|headline|heading|name of)\b/i.test(rest) && !/summar|say|about/i.test(rest)) {
    return (page) => `The title of ${page.url} is "${page.title}".`;
  }
  const times =
    /how (?:many times|often) (?:does|is) (?:the word )?["']?(.+?)["']? (?:appear|occur|mentioned|used|come up)/i.exec(
      rest,
    )?.[1];
  if (times !== undefined) {
    return (page) =>
      `"${times}" occurs ${page.text.toLowerCase().split(times.toLowerCase()).length - 1} times on "${page.title}".`;
  }
  const mention =
    /^(?:does|do|is|are|check (?:if|whether)|see (?:if|whether)) +(?:the page |the site |it |page )?(?:at )?(?:mentions?|contains?|says?|talks? about|includes?|has)(?: anything about| the words?| about)? (.+)$/i.exec(
      rest,
    )?.[1];
  const single =
    /^(?:is|are) (?:the )?(?:words? )?["']?(.+?)["']? (?:mentioned|used|found|written)? ?(?:on|in|at)$/i.exec(
      rest,
    )?.[1];
  const topic =
    mention ??
    single ??
    /\b(?:say|says|said|tell(?: me| us)?|write|writes|mention|mentions|know|learn|find(?: out)?|states?)(?: there)? (?:about|on|of|regarding) (.+)$/i.exec(
      rest,
    )?.[1] ??
    /\b(?:look (?:up|for)|search(?: for)?|find(?: out)?|extract) (?:what |information (?:about|on) )?(.+?)(?: (?:on|at|in|from|there))?$/i.exec(
      rest,
    )?.[1] ??
    (/^(?:according to|on|at|from|in|using)\s*,?\s*(?:what|who|when|where|which|how|why)\b/i.test(rest) ||
    /^(?:who|when|where|why|how|which)\b/i.test(rest) ||
    /^what (?:is|are|was|were|does|do) .{3,}(?: (?:according to|on|at|from|in))$/i.test(rest)
      ? rest
      : undefined);
  const isWhole =
    topic === undefined ||
    /^(?:it|this|that|the )?(?:page|site|website|article|it)?$/i.test(topic.trim()) ||
    /^what (?:is|are|does|do)(?: the)?(?: main)? ?(?:on|at|in|there|it|page|site|say|about|text|content|contents|summary|gist|point|points|this|that|of|\s)*$/i.test(
      rest,
    );
  if (!isWhole && topic !== undefined)
    return (page) => aboutTopic(page, topic.replace(/\b(?:on|at|from|in|according to)\s*$/i, "").trim());
  const isFull = /\b(?:full|whole|entire|complete|all) (?:text|content|contents|page)\b/i.test(rest);
  return isFull ? (page) => `${page.title} (${page.url})\n\n${page.text.slice(0, 6_000)}` : summaryOf;
}

function summaryOf(page: Page): string {
  const sentences = summarise(page.text, SENTENCES);
  const body =
    sentences.length === 0 ? "The page has no text that could be read." : sentences.map(asSentence).join(" ");
  return `"${page.title}" (${page.url}). In its own words: ${body}`;
}

function aboutTopic(page: Page, topic: string): string {
  const sentences = answerFrom(page.text, topic, SENTENCES);
  return sentences.length === 0
    ? `The page "${page.title}" (${page.url}) says nothing about ${topic}, as far as its text could be read.`
    : `"${page.title}" (${page.url}) says${/^(?:who|what|when|where|which|how|why)\b/i.test(topic) ? "" : ` about ${topic}`}: ${sentences.map(asSentence).join(" ")}`;
}

function* readPages(urls: readonly string[], write: Writer): Program {
  const results = yield* callEach(
    `I will read ${urls.join(" and ")}.`,
    "fetch_page",
    urls.map((url) => ({ url })),
    MOST_PAGES,
  );
  return results.map((result, index) => answerFor(urls[index] ?? "", result, write)).join("\n\n");
}

function answerFor(url: string, result: ToolResult, write: Writer): string {
  if (result.outcome !== "ok") return `I could not read ${url}: ${troubleOf(result)}`;
  const [head, ...body] = result.text.split(/\n\s*\n/);
  const title = /^Title: *(.*)$/m.exec(head ?? "")?.[1]?.trim() ?? "";
  const address = /^URL: *(\S+)$/m.exec(head ?? "")?.[1] ?? url;
  return write({ title: title === "" ? "untitled" : title, url: address, text: body.join("\n\n") });
}

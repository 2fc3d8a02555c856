import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { KernelError } from "../../../shared/errors.ts";
import type { FetchedPage } from "./request.ts";

export interface PageText {
  readonly title: string;
  readonly text: string;
}

/** What is no text of the page, or nothing but the way around the site. */
const LEFT_OUT = [
  "title",
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "nav",
  "img",
  "iframe",
  "form",
  "button",
];

/** Bounded, so that a hostile page cannot make the search for its title slow. */
const TITLE = /<title\b[^>]{0,200}>([^<]{0,1000})/i;
const TITLE_WITHIN = 100_000;

const OPTIONS = {
  wordwrap: false,
  limits: { maxDepth: 200, maxInputLength: 2 * 1024 * 1024 },
  selectors: [
    ...LEFT_OUT.map((selector) => ({ selector, format: "skip" })),
    { selector: "a", options: { ignoreHref: true } },
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/** Takes up to half a second for a large page: hence a thread of its own, which a hostile page can be ended with. */
const WORKER = `
  const { parentPort, workerData } = require("node:worker_threads");
  import(workerData.library).then(({ convert }) => {
    parentPort.postMessage(workerData.parts.map((html) => convert(html, workerData.options)));
  });
`;

/** The readable text of a fetched page. Throws `page-unreachable` for one that cannot be read, or when it is aborted. */
export async function readPageText(page: FetchedPage, signal: AbortSignal): Promise<PageText> {
  const source = decode(page);
  if (page.type !== "text/html" && page.type !== "application/xhtml+xml") {
    return { title: "", text: source.trim() };
  }
  const title = TITLE.exec(source.slice(0, TITLE_WITHIN))?.[1] ?? "";
  const [plainTitle = "", text = ""] = await convert([title, source], signal);
  return { title: plainTitle.replace(/\s+/g, " ").trim(), text: text.trim() };
}

/** Charset by header, then byte order mark, then what the page says of itself; UTF-8 otherwise. */
function decode({ body, charset }: FetchedPage): string {
  const start = body.subarray(0, 1_024).toString("latin1");
  const said = /<meta[^>]+charset\s*=\s*["']?([\w.:-]+)|^<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)/i.exec(
    start,
  );
  const marked = start.startsWith("\xff\xfe") ? "utf-16le" : start.startsWith("\xfe\xff") ? "utf-16be" : null;
  const label = marked ?? charset ?? said?.[1] ?? said?.[2] ?? "utf-8";
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function convert(parts: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const library = pathToFileURL(createRequire(import.meta.url).resolve("html-to-text")).href;
  // The code is a constant of this file; a file of its own would need a place in every bundle.
  const worker = new Worker(WORKER, {
    eval: true,
    workerData: { library, parts, options: OPTIONS },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  return new Promise<readonly string[]>((resolve, reject) => {
    const unreadable = (): void =>
      reject(new KernelError("page-unreachable", "The page's HTML cannot be read"));
    signal.addEventListener("abort", unreadable, { once: true });
    if (signal.aborted) unreadable();
    worker.once("message", resolve);
    worker.once("error", unreadable);
    worker.once("exit", unreadable);
  }).finally(() => worker.terminate());
}

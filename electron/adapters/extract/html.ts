import { convert } from "html-to-text";
import { EXTRACT_LIMITS } from "./limits.ts";

const LEFT_OUT = ["script", "style", "noscript", "template", "svg", "img", "iframe"];

/** The readable text of a page. */
export const htmlText = (html: string): string =>
  convert(html, {
    wordwrap: false,
    limits: { maxDepth: 200, maxInputLength: EXTRACT_LIMITS.inputBytes },
    selectors: [
      ...LEFT_OUT.map((selector) => ({ selector, format: "skip" })),
      { selector: "a", options: { ignoreHref: true } },
      ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  });

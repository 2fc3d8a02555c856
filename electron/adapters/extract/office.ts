import { Unreadable } from "./unreadable.ts";
import { unzipTexts } from "./unzip.ts";
import { elementsOf, parseXml, textOf, type XmlElement } from "./xml.ts";

/** The text of a spreadsheet: a line for each row, tabs between its cells. Throws `Unreadable`. */
export function xlsxText(content: Uint8Array): string {
  const parts = unzipTexts(content, (name) => /^xl\/(?:sharedStrings|worksheets\/[^/]+)\.xml$/.test(name));
  const strings = parts.get("xl/sharedStrings.xml");
  const shared = strings ? [...elementsOf(parseXml(strings), ["si"])].map(stringText) : [];
  const sheets = numbered(parts, /^xl\/worksheets\//);
  if (sheets.length === 0) throw new Unreadable("it is no spreadsheet");
  return sheets
    .map((sheet) =>
      [...elementsOf(parseXml(sheet), ["row"])]
        .map((row) => [...elementsOf(row.children, ["c"])].map((cell) => cellText(cell, shared)).join("\t"))
        .join("\n"),
    )
    .join("\n\n");
}

/** The text of slides and their notes, a blank line between slides. Throws `Unreadable`. */
export function pptxText(content: Uint8Array): string {
  const parts = unzipTexts(content, (name) => /^ppt\/(?:slides|notesSlides)\/[^/]+\.xml$/.test(name));
  const slides = [...numbered(parts, /^ppt\/slides\//), ...numbered(parts, /^ppt\/notesSlides\//)];
  if (slides.length === 0) throw new Unreadable("it is no presentation");
  return slides
    .map((slide) =>
      [...elementsOf(parseXml(slide), ["a:p"])]
        .map(({ children }) => [...elementsOf(children, ["a:t"])].map((run) => textOf(run.children)).join(""))
        .join("\n"),
    )
    .join("\n\n");
}

/** The text of an OpenDocument text, spreadsheet or presentation. Throws `Unreadable`. */
export function openDocumentText(content: Uint8Array): string {
  const body = unzipTexts(content, (name) => name === "content.xml").get("content.xml");
  if (body === undefined) throw new Unreadable("it is no OpenDocument file");
  return [...elementsOf(parseXml(body), ["text:p", "text:h", "table:table-row"])]
    .map((block) =>
      block.name === "table:table-row"
        ? [...elementsOf(block.children, ["table:table-cell"])]
            .map(({ children }) => [...elementsOf(children, ["text:p"])].map(inlineText).join(" "))
            .join("\t")
            .trimEnd()
        : inlineText(block),
    )
    .join("\n");
}

/** Runs of blanks and tabs are elements of their own there. */
function inlineText({ children }: XmlElement): string {
  return children
    .map((child) => {
      if (typeof child === "string") return child;
      if (["text:s", "text:tab", "text:line-break"].includes(child.name)) return " ";
      return inlineText(child);
    })
    .join("");
}

/** A string's runs, without the reading aids of Japanese. */
const stringText = ({ children }: XmlElement): string =>
  [...elementsOf(children, ["t", "rPh"])]
    .filter(({ name }) => name === "t")
    .map((run) => textOf(run.children))
    .join("");

function cellText(cell: XmlElement, shared: readonly string[]): string {
  if (cell.attributes.t === "inlineStr") return stringText(cell);
  const value = [...elementsOf(cell.children, ["v"])].map(({ children }) => textOf(children)).join("");
  return cell.attributes.t === "s" ? (shared[Number(value)] ?? "") : value;
}

/** Parts under a folder in order of their numbers: slide2 comes before slide10. */
const numbered = (parts: ReadonlyMap<string, string>, folder: RegExp): string[] =>
  [...parts]
    .filter(([name]) => folder.test(name))
    .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
    .map(([, text]) => text);

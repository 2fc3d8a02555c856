/** How a file's text is got out of it. */
export type FileKind = "text" | "html" | "pdf" | "docx" | "xlsx" | "pptx" | "opendocument";

const BY_EXTENSION: Readonly<Record<string, FileKind>> = {
  html: "html",
  htm: "html",
  xhtml: "html",
  pdf: "pdf",
  docx: "docx",
  docm: "docx",
  xlsx: "xlsx",
  xlsm: "xlsx",
  pptx: "pptx",
  pptm: "pptx",
  odt: "opendocument",
  ods: "opendocument",
  odp: "opendocument",
};

/** By the name, as far as the content does not say otherwise. */
export function kindOf(path: string, content: Uint8Array): FileKind {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  const named = BY_EXTENSION[extension] ?? "text";
  if (startsWith(content, "%PDF-")) return "pdf";
  // A page that was saved, or a plain text, under the name of an office file is read as what it is.
  if (named !== "text" && named !== "html" && !startsWith(content, "PK")) return "text";
  return named;
}

const startsWith = (content: Uint8Array, text: string): boolean =>
  [...text].every((character, index) => content[index] === character.charCodeAt(0));

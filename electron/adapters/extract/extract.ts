import type { FileChunk } from "../../kernel/ports.ts";
import { decodeText } from "../file-text.ts";
import { chunkText } from "./chunks.ts";
import { kindOf } from "./kind-of.ts";
import { Unreadable } from "./unreadable.ts";

/** The pieces of a file's text. Libraries are loaded with the first file that needs them. Throws `Unreadable`. */
export async function extractChunks(path: string, content: Uint8Array): Promise<readonly FileChunk[]> {
  switch (kindOf(path, content)) {
    case "text":
      return chunkText(plainText(content), "numbered");
    case "html": {
      const { htmlText } = await import("./html.ts");
      return chunkText(htmlText(plainText(content)), "none");
    }
    case "pdf": {
      const { pdfText } = await import("./pdf.ts");
      return chunkText(await pdfText(content), "none");
    }
    case "docx": {
      const { docxText } = await import("./docx.ts");
      return chunkText(await docxText(content), "none");
    }
    case "xlsx": {
      const { xlsxText } = await import("./office.ts");
      return chunkText(xlsxText(content), "none");
    }
    case "pptx": {
      const { pptxText } = await import("./office.ts");
      return chunkText(pptxText(content), "none");
    }
    case "opendocument": {
      const { openDocumentText } = await import("./office.ts");
      return chunkText(openDocumentText(content), "none");
    }
  }
}

/** UTF-8, or UTF-16 that says so at its beginning. */
function plainText(content: Uint8Array): string {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const text = decodeText(bytes, "whole");
  if (text === null) throw new Unreadable("it is binary");
  return text;
}

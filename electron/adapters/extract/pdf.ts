import { extractText, getDocumentProxy } from "unpdf";
import { EXTRACT_LIMITS } from "./limits.ts";
import { Unreadable } from "./unreadable.ts";

/** The text of a PDF, a blank line between pages. Throws `Unreadable`. */
export async function pdfText(content: Uint8Array): Promise<string> {
  // The library takes the bytes for itself.
  const document = await getDocumentProxy(content.slice(), {
    verbosity: 0,
    useSystemFonts: false,
    stopAtErrors: false,
  }).catch((error: unknown) => {
    throw new Unreadable(
      /password/i.test(String(error)) ? "the PDF asks for a password" : "the PDF is broken",
    );
  });
  if (document.numPages > EXTRACT_LIMITS.pdfPages) {
    throw new Unreadable(`the PDF has more than ${EXTRACT_LIMITS.pdfPages} pages`);
  }
  const { text } = await extractText(document, { mergePages: false });
  return text.join("\n\n");
}

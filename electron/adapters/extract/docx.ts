import mammoth from "mammoth";
import { Unreadable } from "./unreadable.ts";
import { rezip, unzipTexts } from "./unzip.ts";

/** What the library reads of a document for its plain text. */
const WANTED = /^(?:\[Content_Types\]\.xml|_rels\/\.rels|word\/(?:_rels\/)?[^/]+\.(?:xml|rels))$/;

/** The text of a Word document. Throws `Unreadable`. */
export async function docxText(content: Uint8Array): Promise<string> {
  // The library unpacks whatever it is given: it is given what has been looked at, pictures left out.
  const parts = unzipTexts(content, (name) => WANTED.test(name));
  try {
    return (await mammoth.extractRawText({ buffer: Buffer.from(rezip(parts)) })).value;
  } catch {
    throw new Unreadable("it is no Word document");
  }
}

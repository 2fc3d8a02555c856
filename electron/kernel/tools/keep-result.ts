import { toErrorData } from "../../../shared/errors.ts";
import type { ResultId } from "../../../shared/ids.ts";
import type { Attachment } from "../../../shared/syscall.ts";
import {
  RESULT_BEGINNING_CHARACTERS,
  RESULT_BYTES,
  RESULT_IMAGE_BYTES,
  RESULT_IMAGES,
  RESULT_KEPT_CHARACTERS,
} from "../limits.ts";
import type { ImageReply, ResultFiles, ToolReply } from "../ports.ts";

export interface KeepParts {
  readonly results: ResultFiles;
  readonly nextId: () => ResultId;
  /** Who may read it again. */
  readonly owner: string;
}

export interface KeptReply {
  readonly text: string;
  readonly outcome: ToolReply["outcome"];
  readonly attachments: readonly Attachment[];
}

/** Characters of which even the widest fit into RESULT_BYTES, with room for a note. */
const FITTING_CHARACTERS = Math.floor(RESULT_BYTES / 3) - 100;
const IMAGE_TYPE = /^image\/[a-z0-9.+-]{1,60}$/;
const encoder = new TextEncoder();

/**
 * A reply as it goes into the log: text that fits is whole; a longer one is begun, and all of it goes to a file;
 * images go to files, each named by a line. What cannot be kept is cut and says so. Never throws.
 */
export async function keepReply(reply: string | ToolReply, parts: KeepParts): Promise<KeptReply> {
  const { text, images, outcome } = typeof reply === "string" ? textOnly(reply) : reply;
  const attachments: Attachment[] = [];
  const lines = [await keepText(text.toWellFormed(), parts, attachments)];
  for (const image of images.slice(0, RESULT_IMAGES)) lines.push(await keepImage(image, parts, attachments));
  if (images.length > RESULT_IMAGES) {
    lines.push(
      `[${images.length - RESULT_IMAGES} more images were left out: a result has ${RESULT_IMAGES} at most]`,
    );
  }
  return { text: lines.filter((line) => line !== "").join("\n"), outcome, attachments };
}

const textOnly = (text: string): ToolReply => ({ text, images: [], outcome: "ok" });

async function keepText(text: string, parts: KeepParts, attachments: Attachment[]): Promise<string> {
  if (text.length * 3 <= RESULT_BYTES) return text;
  const kept = text.slice(0, RESULT_KEPT_CHARACTERS).toWellFormed();
  const bytes = encoder.encode(kept).length;
  if (bytes <= RESULT_BYTES && kept.length === text.length) return text;
  const id = parts.nextId();
  const size = `the result has ${text.length} characters`;
  try {
    await parts.results.save(id, parts.owner, "text/plain", kept);
  } catch (thrown) {
    const { message } = toErrorData(thrown);
    return `${beginning(text, FITTING_CHARACTERS)}\n… [cut: ${size}, and could not be kept: ${message.slice(0, 200)}]`;
  }
  attachments.push({ id, type: "text", mimeType: "text/plain", bytes });
  const start = beginning(text, RESULT_BEGINNING_CHARACTERS);
  const whole = kept.length === text.length ? "all of it is" : `the first ${kept.length} are`;
  return `${start}\n… [cut: ${size}, ${whole} kept as ${id}; read_result with id ${id} and offset ${start.length} reads on]`;
}

async function keepImage(image: ImageReply, parts: KeepParts, attachments: Attachment[]): Promise<string> {
  const mimeType = image.mimeType.toLowerCase();
  const bytes = image.bytes.length;
  if (!IMAGE_TYPE.test(mimeType)) return `[An image was left out: ${cutName(mimeType)} is no type of image]`;
  if (bytes > RESULT_IMAGE_BYTES) return `[An image was left out: it has ${bytes} bytes, more than are kept]`;
  const id = parts.nextId();
  try {
    await parts.results.save(id, parts.owner, mimeType, image.bytes);
  } catch (thrown) {
    return `[An image was left out: it could not be kept: ${toErrorData(thrown).message.slice(0, 200)}]`;
  }
  attachments.push({ id, type: "image", mimeType, bytes });
  return `[Image ${id}: ${mimeType}, ${bytes} bytes, shown to the person]`;
}

/** Ends at whole characters. */
const beginning = (text: string, characters: number): string =>
  text.slice(0, characters).replace(/[\ud800-\udbff]$/, "");

const cutName = (name: string): string => JSON.stringify(name.slice(0, 60).toWellFormed());

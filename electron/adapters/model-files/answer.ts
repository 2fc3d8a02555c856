import type { IncomingMessage } from "node:http";
import { KernelError } from "../../../shared/errors.ts";
import { Broken } from "./request.ts";

/** What a server's answer means for a file of which a part may be there. */
export type Answer =
  /** It begins again: it knows no ranges, or its file is another one. */
  | { readonly type: "from-start"; readonly validator: string | null; readonly totalBytes: number | null }
  | { readonly type: "rest" }
  | { readonly type: "nothing-left" }
  /** What it would send does not go on from what is there. */
  | { readonly type: "another-file" };

export interface Asked {
  readonly from: number;
  readonly validator: string;
  readonly totalBytes: number | null;
}

/** Reads the head of an answer of 200, 206 or 416. Throws Broken, and `model-file-unusable` for what is no file. */
export function answerOf(response: IncomingMessage, host: string, asked: Asked | null): Answer {
  const { statusCode, headers } = response;
  if (statusCode === 416) {
    const [, total] = /^bytes \*\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
    return asked && Number(total) === asked.from ? { type: "nothing-left" } : { type: "another-file" };
  }
  refusePage(response, host);
  if (statusCode === 206) {
    if (!asked) throw new Broken(`${host} sent a part of the file unasked`);
    return isRest(response, asked) ? { type: "rest" } : { type: "another-file" };
  }
  const length = Number(headers["content-length"]);
  return {
    type: "from-start",
    validator: validatorOf(response),
    totalBytes: Number.isSafeInteger(length) && length > 0 ? length : null,
  };
}

/** Servers that pass over If-Range send a range of whatever is there now. */
function isRest(response: IncomingMessage, { from, validator, totalBytes }: Asked): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers["content-range"] ?? "");
  if (Number(range?.[1]) !== from) return false;
  if (totalBytes !== null && range?.[2] !== "*" && Number(range?.[2]) !== totalBytes) return false;
  const now = validatorOf(response);
  // One kind of validator in place of the other says nothing.
  return now === null || now.startsWith('"') !== validator.startsWith('"') || now === validator;
}

/** RFC 9110: a weak ETag does not name the very bytes, so If-Range must not hold it. */
function validatorOf({ headers }: IncomingMessage): string | null {
  const { etag } = headers;
  if (etag?.startsWith('"')) return etag;
  return headers["last-modified"] ?? null;
}

function refusePage({ headers }: IncomingMessage, host: string): void {
  const type = (headers["content-type"] ?? "").toLowerCase();
  if (type.startsWith("text/html")) {
    throw new KernelError("model-file-unusable", `${host} sent a web page, and no model file`, {
      field: "url",
      hint: "Copy the address of the file itself: it ends in .gguf",
    });
  }
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    throw new KernelError("model-file-unusable", `${host} sends the file packed (${encoding})`, {
      hint: "Get it from another address",
    });
  }
}

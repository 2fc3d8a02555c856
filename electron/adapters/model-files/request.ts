import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { KernelError } from "../../../shared/errors.ts";

const MOST_REDIRECTS = 10;
const HEADER_BYTES = 32 * 1024;

/** Something on the way broke: another attempt may go on from there. */
export class Broken extends Error {
  /** ms that the server wants to be left alone; null for no wish. */
  readonly waitMs: number | null;

  constructor(message: string, waitMs: number | null = null) {
    super(message);
    this.waitMs = waitMs;
  }
}

export interface FileRequest {
  readonly address: string;
  /** Go on from this byte if the file is still the one that `validator` names. */
  readonly resume: { readonly from: number; readonly validator: string } | null;
  /** Longest silence in ms. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks for a file, following redirects. Resolves to an answer of 200, 206 or 416 with its body unread. Throws Broken
 * for what may pass, and `page-unreachable` for what will not.
 */
export async function requestFile(request: FileRequest): Promise<IncomingMessage> {
  let url = new URL(request.address);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await connect(url, request);
    const { statusCode = 0 } = response;
    if (statusCode === 200 || statusCode === 206 || statusCode === 416) return response;
    response.destroy();
    const { location } = response.headers;
    if (statusCode < 300 || statusCode >= 400 || location === undefined) throw refusal(url, response);
    url = redirected(url, location);
  }
  throw new KernelError("page-unreachable", `${url.host} redirected more than ${MOST_REDIRECTS} times`);
}

function connect(url: URL, { resume, idleMs, signal }: FileRequest): Promise<IncomingMessage> {
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = send(url, {
      agent: false,
      signal,
      timeout: idleMs,
      maxHeaderSize: HEADER_BYTES,
      headers: {
        accept: "application/octet-stream, */*",
        "accept-encoding": "identity",
        "user-agent": "AIOS-Desktop",
        ...(resume ? { range: `bytes=${resume.from}-`, "if-range": resume.validator } : {}),
      },
    });
    sent.on("response", resolve);
    sent.on("timeout", () => sent.destroy(new Error(`no answer for ${idleMs / 1_000} s`)));
    sent.on("error", (error) => reject(new Broken(`${url.host}: ${reasonOf(error)}`)));
    sent.end();
  });
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : null;
  if (to?.protocol !== "http:" && to?.protocol !== "https:") {
    throw new KernelError("page-unreachable", `${from.host} redirects to what is no http or https address`);
  }
  if (from.protocol === "https:" && to.protocol === "http:") {
    throw new KernelError(
      "page-unreachable",
      `${from.host} redirects from an encrypted address to an open one`,
      {
        hint: "Get the file from another address",
      },
    );
  }
  return to;
}

function refusal(url: URL, { statusCode = 0, headers }: IncomingMessage): Error {
  const says = `${url.host} answered ${statusCode}`;
  if (statusCode === 408 || statusCode === 429 || statusCode >= 500) {
    const seconds = Number(headers["retry-after"]);
    return new Broken(says, Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null);
  }
  const hints: Readonly<Record<number, string>> = {
    401: "It wants a sign-in: get the file with a browser and add it from disk",
    403: "It wants a sign-in: get the file with a browser and add it from disk",
    404: "There is no such file: check the address",
    410: "The file is there no more: check the address",
  };
  return new KernelError("page-unreachable", says, { hint: hints[statusCode] ?? "Check the address" });
}

/** What a network error says, in words where there are some. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: "the name was not found",
    EAI_AGAIN: "the name was not found",
    ECONNREFUSED: "the connection was refused",
    ECONNRESET: "the connection was dropped",
    EPIPE: "the connection was dropped",
    ETIMEDOUT: "the connection timed out",
  };
  return (
    words[code] ?? (error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, 200) : "unknown")
  );
}

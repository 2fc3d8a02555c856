import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { KernelError } from "../../../shared/errors.ts";
import { checkedAddresses, hostAndPort, type Resolve } from "./public-address.ts";

const MOST_REDIRECTS = 5;
const HEADER_BYTES = 32 * 1024;
const TEXT_TYPES =
  /^(text\/(html|plain|xml|markdown|x-markdown|csv)|application\/(xhtml\+xml|json|xml|[\w.+-]+\+(json|xml)))$/;

export interface PageRequest {
  readonly url: URL;
  readonly resolve: Resolve;
  readonly allowedPrivateHosts: readonly string[];
  /** The body is cut here, as it is sent and again as it is unpacked. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface FetchedPage {
  /** After redirects. */
  readonly url: URL;
  /** The media type in small letters, without parameters. */
  readonly type: string;
  readonly charset: string | null;
  readonly body: Buffer;
  readonly part: "whole" | "start";
}

/**
 * Fetches a text page, following redirects by hand: each address is checked before its connection, and the
 * connection goes to the checked address and no other. Throws KernelErrors, and errors of network and resolver as
 * they come.
 */
export async function requestPage(request: PageRequest): Promise<FetchedPage> {
  let url = request.url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await connect(url, request);
    try {
      const location = redirectOf(response);
      if (location === null) return await readPage(url, response, request);
      url = redirected(url, location);
    } finally {
      response.destroy();
    }
  }
  throw new KernelError(
    "page-unreachable",
    `${hostAndPort(url)} redirected more than ${MOST_REDIRECTS} times`,
  );
}

async function connect(url: URL, request: PageRequest): Promise<IncomingMessage> {
  const addresses = await checkedAddresses(url, request.resolve, request.allowedPrivateHosts);
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    send(url, {
      // A fresh connection each time: a kept one would skip the look-up, and with it the check.
      agent: false,
      signal: request.signal,
      lookup: pinned(addresses),
      maxHeaderSize: HEADER_BYTES,
      headers: {
        accept:
          "text/html, application/xhtml+xml, text/plain, application/json, application/xml;q=0.9, text/*;q=0.8",
        "accept-encoding": "gzip, deflate, br",
        "user-agent": "AIOS-Desktop (fetch_page)",
      },
    })
      .on("response", resolve)
      .on("error", reject)
      .end();
  });
}

/** Answers each look-up of a connection with the addresses that were checked, never with the resolver's next word. */
function pinned(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (host, options, callback) => {
    const [first] = answers;
    if (options.all) callback(null, answers);
    else if (first) callback(null, first.address, first.family);
    else callback(new Error(`${host} has no address`), "", 0);
  };
}

function redirectOf(response: IncomingMessage): string | null {
  const status = response.statusCode ?? 0;
  return [301, 302, 303, 307, 308].includes(status) ? (response.headers.location ?? null) : null;
}

function redirected(from: URL, location: string): URL {
  const url = URL.parse(location, from.href);
  if (url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return url;
  throw new KernelError(
    "page-unreachable",
    `${hostAndPort(from)} redirects to an address that cannot be fetched`,
  );
}

async function readPage(url: URL, response: IncomingMessage, request: PageRequest): Promise<FetchedPage> {
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) {
    const words = response.statusMessage ? ` ${response.statusMessage.slice(0, 80)}` : "";
    throw new KernelError("page-unreachable", `${url.href} answered ${status}${words}`);
  }
  const header = response.headers["content-type"] ?? "text/plain";
  const type = (header.split(";")[0] ?? "").trim().toLowerCase();
  if (!TEXT_TYPES.test(type)) {
    throw new KernelError(
      "page-unreachable",
      `${url.href} is ${type.slice(0, 80)}, and only text can be read`,
    );
  }
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(header)?.[1] ?? null;
  const { body, part } = await readBody(response, request);
  return { url, type, charset, body, part };
}

async function readBody(
  response: IncomingMessage,
  { maxBytes, signal }: PageRequest,
): Promise<Pick<FetchedPage, "body" | "part">> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stream = unpacked(response);
  const abort = (): void => void stream.destroy(new Error("aborted"));
  signal.addEventListener("abort", abort, { once: true });
  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk.subarray(0, maxBytes - bytes));
      bytes += chunk.length;
      if (bytes > maxBytes) return { body: Buffer.concat(chunks), part: "start" };
    }
    return { body: Buffer.concat(chunks), part: "whole" };
  } finally {
    signal.removeEventListener("abort", abort);
    stream.destroy();
  }
}

/** The body without its compression. It is unpacked piece by piece, so that a small bomb stays small. */
function unpacked(response: IncomingMessage): Readable {
  const encoding = response.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return piped(response, createGunzip());
    case "deflate":
      return piped(response, createInflate());
    case "br":
      return piped(response, createBrotliDecompress());
    case "identity":
      return response;
    default:
      throw new KernelError("page-unreachable", "The page is packed in a way that was not asked for");
  }
}

function piped<Unpacker extends NodeJS.ReadWriteStream & { destroy(error: Error): void }>(
  response: IncomingMessage,
  unpacker: Unpacker,
): Unpacker {
  response.on("error", (error) => unpacker.destroy(error));
  return response.pipe(unpacker);
}

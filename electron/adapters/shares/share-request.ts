import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { KeptShare } from "./share-folder.ts";

const PATH = /^\/s\/([A-Za-z0-9_-]{43})\/([^/?#]{1,1024})$/;

/** Only by the names of this machine itself: another site's name that was made to lead here is refused. */
const HOST = /^(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/;

/**
 * The share that a request asks for; null for every other request. All tokens are compared, each in constant time, so
 * that no answer tells how near a guess came.
 */
export function shareAsked(
  { url = "", headers, rawHeaders }: Pick<IncomingMessage, "url" | "headers" | "rawHeaders">,
  port: number,
  shares: Iterable<KeptShare>,
): KeptShare | null {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
  const isOurs = hosts.length === 1 && HOST.exec(headers.host ?? "")?.[1] === String(port);
  const [, token = "", name = ""] = PATH.exec(url) ?? [];
  const asked = digest(token);
  let found: KeptShare | null = null;
  for (const share of shares) {
    if (timingSafeEqual(digest(share.token), asked)) found = share;
  }
  return isOurs && found !== null && name === encodeURIComponent(found.name) ? found : null;
}

const digest = (token: string): Buffer => createHash("sha256").update(token).digest();

/** Headers of a download: it is saved, and never shown, run or kept by a browser as a part of a page. */
export const downloadHeaders = (name: string, type: string): Record<string, string> => ({
  "Content-Type": type,
  "Content-Disposition": `attachment; filename="${plainName(name)}"; filename*=UTF-8''${quoted(name)}`,
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
});

const plainName = (name: string): string => name.replace(/[^A-Za-z0-9 ._-]/g, "_");

/** As RFC 8187 wants it. */
const quoted = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

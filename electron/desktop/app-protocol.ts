import { readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";

const SCHEME = "app";
/** The page's origin. Its own scheme, so that no file and no other site shares it. */
export const APP_ORIGIN = `${SCHEME}://aios`;
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

/** To be registered before the app is ready: a standard, secure origin with fetch and no other privilege. */
export const APP_SCHEME = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true },
} as const;

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const MIME_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".map": "application/json; charset=utf-8",
};

const refuse = (status: 400 | 403 | 404 | 405, text: string): Response =>
  new Response(text, { status, headers: headersFor(".txt") });

/**
 * Answers requests for `app://aios/…` out of one folder. A path that leads outside in any spelling is answered
 * with 403, a missing file or one of unknown type with 404. Never throws.
 */
export function serveFolder(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "Only GET is served");
    const url = new URL(request.url);
    if (`${url.protocol}//${url.host}` !== APP_ORIGIN) return refuse(403, "Not this app's origin");
    let path: string;
    try {
      path = decodeURIComponent(url.pathname);
    } catch {
      return refuse(400, "The address is not well-formed");
    }
    if (path.includes("\0") || path.includes("\\")) return refuse(403, "The path is not allowed");
    const file = join(folder, path === "/" ? "index.html" : path);
    if (!file.startsWith(folder + sep)) return refuse(403, "The path leads outside the app");
    const extension = extname(file);
    if (!Object.hasOwn(MIME_TYPES, extension)) return refuse(404, "There is no such file");
    try {
      return new Response(new Uint8Array(await readFile(file)), { headers: headersFor(extension) });
    } catch {
      return refuse(404, "There is no such file");
    }
  };
}

const headersFor = (extension: string): Record<string, string> => ({
  "content-type": MIME_TYPES[extension] ?? "text/plain; charset=utf-8",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
});

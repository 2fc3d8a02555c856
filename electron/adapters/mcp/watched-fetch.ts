import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { z } from "zod";
import { wordsOf } from "./connection-errors.ts";
import { guardedBody } from "./guarded-body.ts";
import { HTTP_RECONNECTS } from "./limits.ts";

const requestSchema = z.object({
  id: z.union([z.number(), z.string()]).optional(),
  method: z.string().optional(),
});
const cancelSchema = z.object({
  method: z.literal("notifications/cancelled"),
  params: z.object({ requestId: z.union([z.number(), z.string()]) }),
});

/**
 * A fetch that bounds what an HTTP server sends, ends the answers that nobody waits for any more, and says when the
 * server is gone: an address that takes no request, a session that it does not know, or a stream that cannot be
 * opened HTTP_RECONNECTS times in a row.
 */
export function watchedFetch(gone: (why: string) => void): FetchLike {
  const bodies = new Map<string | number, () => void>();
  let failures = 0;
  const streamFailed = (why: string): void => {
    failures += 1;
    if (failures >= HTTP_RECONNECTS) gone(`does not answer: ${why}`);
  };
  return async (url, init) => {
    const opensStream = init?.method === "GET";
    let response: Response;
    try {
      response = await fetch(url, { ...init, redirect: "manual" });
    } catch (error) {
      if (init?.signal?.aborted) throw error;
      if (opensStream) streamFailed(wordsOf(error));
      else gone(`does not answer: ${wordsOf(error)}`);
      throw error;
    }
    if (opensStream && response.ok) failures = 0;
    // 405: the server has no such stream, which is its right.
    if (opensStream && response.status >= 400 && response.status !== 405) {
      streamFailed(`HTTP ${response.status}`);
    }
    if (response.status === 404 && new Headers(init?.headers).has("mcp-session-id")) {
      gone("has ended the session");
    }
    const sent = typeof init?.body === "string" ? JSON.parse(init.body) : null;
    const cancelled = cancelSchema.safeParse(sent).data?.params.requestId;
    if (cancelled !== undefined) bodies.get(cancelled)?.();
    if (response.body === null) return response;
    const request = requestSchema.safeParse(sent).data;
    const id = request?.method === undefined ? undefined : request.id;
    const guarded = guardedBody(response.body, {
      format: isEventStream(response) ? "events" : "whole",
      request: id ?? null,
      tooLong: gone,
      ended: () => id !== undefined && bodies.delete(id),
    });
    if (id !== undefined) bodies.set(id, guarded.finish);
    // A Response made anew has no address, but the SDK needs none where it does not follow redirects.
    const { status, statusText, headers } = response;
    return new Response(guarded.body, { status, statusText, headers });
  };
}

const isEventStream = (response: Response): boolean =>
  /^text\/event-stream\b/i.test(response.headers.get("content-type") ?? "");

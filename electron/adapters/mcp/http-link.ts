import { setTimeout as delay } from "node:timers/promises";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { END_SESSION_MS, HTTP_RECONNECTS } from "./limits.ts";
import type { Link, LinkEvents } from "./link.ts";
import { watchedFetch } from "./watched-fetch.ts";

/**
 * Opens the way to a server at an address. The headers go to the address's own origin only: the SDK follows a
 * redirect elsewhere never. Throws TypeError for an address that is not plain http or https.
 */
export function openHttpLink(
  address: string,
  headers: Readonly<Record<string, string>>,
  events: LinkEvents,
): Link {
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError("the address is neither http nor https");
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("the address holds a user name or a password; give them in a header");
  }
  let state: "open" | "gone" | "ended" = "open";
  const gone = (why: string): void => {
    if (state !== "open") return;
    state = "gone";
    events.gone(why);
    void transport.close();
  };
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers: { ...headers } },
    fetch: watchedFetch(gone),
    redirectPolicy: "same-origin",
    reconnectionOptions: {
      maxRetries: HTTP_RECONNECTS,
      initialReconnectionDelay: 500,
      maxReconnectionDelay: 5_000,
      reconnectionDelayGrowFactor: 2,
    },
  });
  return {
    transport,
    pid: null,
    lastWords: () => "",
    async end() {
      const before = state;
      state = "ended";
      if (before !== "open") return;
      const ended = transport.terminateSession().catch(() => {});
      await Promise.race([ended, delay(END_SESSION_MS, undefined, { ref: false })]);
      await transport.close();
    },
  };
}

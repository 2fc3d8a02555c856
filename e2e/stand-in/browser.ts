import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BrowserContext,
  chromium,
  type Page,
  type Request as PageRequest,
  type Route,
} from "@playwright/test";
import { findChromium } from "../../scripts/test/chromium.ts";
import { tell } from "./messages.ts";

/** Chromium intercepts no scheme but the web's, so the app's origin goes by this name inside it. */
const APP = "app://aios";
const APP_IN_BROWSER = "https://aios.localhost";

export const toBrowser = (url: string): string =>
  url.startsWith(`${APP}/`) ? APP_IN_BROWSER + url.slice(APP.length) : url;
export const fromBrowser = (url: string): string =>
  url.startsWith(`${APP_IN_BROWSER}/`) ? APP + url.slice(APP_IN_BROWSER.length) : url;

export type ProtocolHandler = (request: Request) => Response | Promise<Response>;
export const protocolHandlers = new Map<string, ProtocolHandler>();

/** Asked before a page leaves where it is; answers whether it may. */
export type NavigationGuard = (page: Page, url: string) => "allow" | "prevent";

/** Starts Chromium on a profile of its own and tells the test where to find it. */
export async function launchChromium(userData: string, guard: NavigationGuard): Promise<BrowserContext> {
  const profile = join(userData, "chromium");
  mkdirSync(profile, { recursive: true });
  const found = findChromium(process.env);
  const context = await chromium.launchPersistentContext(profile, {
    headless: true,
    viewport: null,
    // The test's end of the process hands signals on; the app decides when to quit.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...(found.type === "found" ? { executablePath: found.path } : {}),
    args: [
      "--no-sandbox",
      "--remote-debugging-port=0",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
  await context.route("**/*", (route) => answer(route, guard));
  const [port] = readFileSync(join(profile, "DevToolsActivePort"), "utf8").split("\n");
  tell({ type: "browser", endpoint: `http://127.0.0.1:${port}` });
  return context;
}

/** Serves the app's origin from its protocol handler. Every other site is an empty page: there is no network here. */
async function answer(route: Route, guard: NavigationGuard): Promise<void> {
  const request = route.request();
  const url = fromBrowser(request.url());
  if (request.isNavigationRequest() && mayNavigate(request, url, guard) === "prevent") {
    await route.abort("aborted");
    return;
  }
  const handler = protocolHandlers.get(new URL(url).protocol.replace(":", ""));
  if (!handler) {
    await route.fulfill({ status: 200, contentType: "text/html", body: "<title>another site</title>" });
    return;
  }
  const response = await handler(new Request(url, { method: request.method() }));
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  });
}

/** A window that a page opens asks for its address before it has a frame; it is decided on when it is there. */
function mayNavigate(request: PageRequest, url: string, guard: NavigationGuard): "allow" | "prevent" {
  let page: Page;
  try {
    page = request.frame().page();
  } catch {
    return "allow";
  }
  return guard(page, url);
}

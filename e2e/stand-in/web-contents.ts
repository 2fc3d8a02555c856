import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import type { CDPSession, Page } from "@playwright/test";
import type { WebContents } from "electron";
import { fromBrowser, toBrowser } from "./browser.ts";
import { record } from "./messages.ts";
import { preventable } from "./preventable.ts";
import { enterPageWorld, enterPreloadWorld, openBridge } from "./worlds.ts";

/** Where frames of preloads arrive; the module's ipcMain. */
export const ipcMain = new EventEmitter();
/** Names the preload's isolated world, whose globals the page never sees. */
const PRELOAD_WORLD = "stand-in preload";

type WindowOpenHandler = Parameters<WebContents["setWindowOpenHandler"]>[0];

/** Stand-in for WebContents over one page of Chromium. */
export class StandInContents
  extends EventEmitter
  implements Pick<WebContents, "id" | "isDestroyed" | "send">
{
  static #count = 0;
  readonly id = ++StandInContents.#count;
  /** One object for the life of the page, as the app compares it by identity. */
  readonly mainFrame: { readonly url: string };
  #page: Page | null = null;
  #session: CDPSession | null = null;
  #preloadContext: number | null = null;
  #windowOpenHandler: WindowOpenHandler | null = null;
  #state: "alive" | "destroyed" = "alive";
  /** The address that the app itself is loading: no guard is asked about it. */
  #loading: string | null = null;

  constructor() {
    super();
    const url = () => (this.#page ? fromBrowser(this.#page.url()) : "");
    this.mainFrame = {
      get url() {
        return url();
      },
    };
  }

  isDestroyed(): boolean {
    return this.#state === "destroyed";
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler;
  }

  /** To the preload of the present document; lost when there is none, as in the real thing. */
  send(channel: string, ...args: readonly unknown[]): void {
    if (this.#state === "destroyed") throw new Error("Object has been destroyed");
    if (this.#session === null || this.#preloadContext === null) return;
    const delivery = this.#session.send("Runtime.callFunctionOn", {
      functionDeclaration: "function (channel, args) { standInDeliver(channel, args); }",
      executionContextId: this.#preloadContext,
      arguments: [{ value: channel }, { value: args }],
    });
    delivery.catch(() => {});
  }

  async attach(page: Page, preload: string): Promise<void> {
    this.#page = page;
    page.on("close", () => {
      this.#state = "destroyed";
      this.emit("destroyed");
    });
    page.on("popup", (popup) => this.#decideOnPopup(popup));
    const session = await page.context().newCDPSession(page);
    this.#session = session;
    const { frameTree } = await session.send("Page.getFrameTree");
    const mainFrame = frameTree.frame.id;

    session.on("Runtime.executionContextCreated", ({ context }) => {
      if (context.name === PRELOAD_WORLD && context.auxData?.frameId === mainFrame) {
        this.#preloadContext = context.id;
      }
    });
    session.on("Page.frameNavigated", ({ frame }) => {
      if (frame.id === mainFrame) this.emit("did-navigate", {}, fromBrowser(frame.url));
    });
    session.on("Runtime.bindingCalled", ({ executionContextId, payload }) => {
      if (executionContextId !== this.#preloadContext) return;
      const { channel, args } = JSON.parse(payload) as { channel: string; args: readonly unknown[] };
      ipcMain.emit(channel, { sender: this, senderFrame: this.mainFrame }, ...args);
    });

    await session.send("Page.enable");
    await session.send("Runtime.enable");
    await session.send("Runtime.addBinding", { name: "standInSend", executionContextName: PRELOAD_WORLD });
    await session.send("Page.addScriptToEvaluateOnNewDocument", {
      source: `(${enterPageWorld})(${openBridge});`,
    });
    const program = `function (require, module, exports) {${readFileSync(preload, "utf8")}\n}`;
    await session.send("Page.addScriptToEvaluateOnNewDocument", {
      worldName: PRELOAD_WORLD,
      source: `(${enterPreloadWorld})(${openBridge}, ${program});`,
    });
  }

  async load(url: string): Promise<void> {
    if (this.#page === null) throw new Error("The stand-in loads a page only once its window is open");
    this.#loading = url;
    await this.#page.goto(toBrowser(url));
    this.#loading = null;
  }

  /** Asks the app's listeners, as before every navigation that a page begins. */
  guard(url: string): "allow" | "prevent" {
    if (this.#loading === url) return "allow";
    const event = preventable({ url, isMainFrame: true });
    this.emit("will-frame-navigate", event);
    this.emit("will-navigate", event);
    if (event.verdict === "prevent") record("navigation-prevented", url);
    return event.verdict;
  }

  #decideOnPopup(popup: Page): void {
    const url = fromBrowser(popup.url());
    const answer = this.#windowOpenHandler?.({
      url,
      frameName: "",
      features: "",
      disposition: "new-window",
      referrer: { url: "", policy: "default" },
    });
    if (answer?.action !== "deny") return;
    record("window-open-denied", url);
    popup.close().catch(() => {});
  }
}

import { EventEmitter } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "@playwright/test";
import type { App } from "electron";
import { launchChromium } from "./browser.ts";
import { StandInWindow, setWindowHost } from "./browser-window.ts";
import { takeInstanceLock } from "./instance-lock.ts";
import { record } from "./messages.ts";
import { preventable } from "./preventable.ts";

type Built =
  | "exit"
  | "getPath"
  | "isPackaged"
  | "isReady"
  | "quit"
  | "requestSingleInstanceLock"
  | "setBadgeCount"
  | "setPath"
  | "whenReady";

/** Stand-in for the app: its life, its paths and its lock. */
class StandInApp extends EventEmitter implements Pick<App, Built> {
  readonly isPackaged = false;
  readonly #paths = new Map<string, string>();
  #browser: BrowserContext | null = null;
  #ready: Promise<void> | null = null;
  #phase: "running" | "quitting" = "running";

  getPath = (name: string): string => this.#paths.get(name) ?? join(tmpdir(), "aios-stand-in", name);
  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  requestSingleInstanceLock(): boolean {
    const onKnock = () => this.emit("second-instance");
    return takeInstanceLock(this.getPath("userData"), onKnock) === "first";
  }

  isReady = (): boolean => this.#browser !== null;

  /** Chromium starts when it is first asked for: a second instance never needs it. */
  whenReady(): Promise<void> {
    this.#ready ??= this.#start();
    return this.#ready;
  }

  async #start(): Promise<void> {
    const browser = await launchChromium(
      this.getPath("userData"),
      (page, url) => StandInWindow.forPage(page)?.webContents.guard(url) ?? "prevent",
    );
    this.#browser = browser;
    setWindowHost({
      context: () => browser,
      created: (contents) => this.emit("web-contents-created", {}, contents),
      closed: () => {
        if (StandInWindow.getAllWindows().length > 0) return;
        if (this.#phase === "quitting") this.#leave();
        else if (!this.emit("window-all-closed")) this.quit();
      },
    });
    this.emit("ready");
  }

  quit(): void {
    this.#phase = "quitting";
    this.emit("before-quit", { preventDefault() {} });
    const windows = StandInWindow.getAllWindows();
    for (const window of windows) window.close();
    if (windows.length === 0) this.#leave();
  }

  #leave(): void {
    const event = preventable({});
    this.emit("will-quit", event);
    if (event.verdict === "allow") this.exit(0);
  }

  exit(code = 0): void {
    const closed = this.#browser?.close() ?? Promise.resolve();
    void closed.catch(() => {}).finally(() => process.exit(code));
  }

  setBadgeCount(count = 0): boolean {
    record("badge", count);
    return true;
  }
}

export const app = new StandInApp();

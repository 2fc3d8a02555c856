import { EventEmitter } from "node:events";
import type { BrowserContext, Page } from "@playwright/test";
import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from "electron";
import { record } from "./messages.ts";
import { StandInContents } from "./web-contents.ts";

type Built =
  | "close"
  | "focus"
  | "getNormalBounds"
  | "isDestroyed"
  | "isMaximized"
  | "isMinimized"
  | "loadURL"
  | "maximize"
  | "restore"
  | "show";

/** What the windows need of the app around them. */
export interface WindowHost {
  context(): BrowserContext;
  created(contents: StandInContents): void;
  closed(): void;
}

let host: WindowHost | null = null;
export const setWindowHost = (value: WindowHost): void => {
  host = value;
};

/** Stand-in for BrowserWindow: one page of Chromium, with a place on an imagined desktop. */
export class StandInWindow extends EventEmitter implements Pick<BrowserWindow, Built> {
  static readonly #open = new Set<StandInWindow>();
  static #focused: StandInWindow | null = null;
  readonly webContents = new StandInContents();
  #bounds: Rectangle;
  #size: "normal" | "maximised" = "normal";
  #page: Page | null = null;
  readonly #opened: Promise<void>;

  static getAllWindows = (): StandInWindow[] => [...StandInWindow.#open];
  static getFocusedWindow = (): StandInWindow | null => StandInWindow.#focused;
  static forPage = (page: Page): StandInWindow | undefined =>
    [...StandInWindow.#open].find((window) => window.#page === page);

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    const { preload, sandbox, contextIsolation, nodeIntegration } = options.webPreferences ?? {};
    if (sandbox !== true || contextIsolation !== true || nodeIntegration !== false || !preload) {
      throw new Error("The stand-in builds only sandboxed, isolated windows with a preload and without Node");
    }
    if (host === null) throw new Error("The stand-in opens windows only when the app is ready");
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.#bounds = { x, y, width, height };
    StandInWindow.#open.add(this);
    host.created(this.webContents);
    this.#opened = this.#openPage(host, preload);
  }

  async #openPage({ context, closed }: WindowHost, preload: string): Promise<void> {
    const [blank] = context().pages();
    const unused = StandInWindow.#open.size === 1 && blank?.url() === "about:blank" ? blank : undefined;
    const page = unused ?? (await context().newPage());
    this.#page = page;
    await this.webContents.attach(page, preload);
    page.once("domcontentloaded", () => this.emit("ready-to-show"));
    page.on("crash", () => this.webContents.emit("render-process-gone"));
    page.on("close", () => {
      StandInWindow.#open.delete(this);
      if (StandInWindow.#focused === this) StandInWindow.#focused = null;
      this.emit("closed");
      closed();
    });
  }

  async loadURL(url: string): Promise<void> {
    await this.#opened;
    await this.webContents.load(url);
  }

  show(): void {
    this.focus();
    record("window-shown", { bounds: this.#bounds, size: this.#size });
  }

  focus(): void {
    StandInWindow.#focused = this;
    this.emit("focus");
  }

  blur(): void {
    StandInWindow.#focused = null;
    this.emit("blur");
  }

  /** As if a person had dragged it. */
  move(bounds: Rectangle): void {
    this.#bounds = bounds;
    this.emit("move");
    this.emit("resize");
  }

  close(): void {
    this.emit("close", { preventDefault() {} });
    this.#opened.then(() => this.#page?.close()).catch(() => {});
  }

  maximize(): void {
    this.#size = "maximised";
    this.emit("resize");
  }

  isMaximized = (): boolean => this.#size === "maximised";
  isMinimized = (): boolean => false;
  restore(): void {}
  getNormalBounds = (): Rectangle => this.#bounds;
  isDestroyed = (): boolean => !StandInWindow.#open.has(this);
}

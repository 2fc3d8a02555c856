import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import type { FromStandIn, RecordName, ToStandIn } from "./messages.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const REGISTER = join(import.meta.dirname, "register.ts");
/** How long anything of the app may take before the test gives up on it, in ms. */
const PATIENCE_MS = 20_000;

export interface LaunchOptions {
  readonly dataFolder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The app's own built main.js in a process of its own, with the stand-in for electron. */
export class DesktopProcess {
  readonly records: { readonly name: RecordName; readonly detail: unknown }[] = [];
  errors = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  readonly #endpoint = Promise.withResolvers<string>();
  #browser: Browser | null = null;

  constructor({ dataFolder, environment = {} }: LaunchOptions) {
    this.#child = fork(join(ROOT, "dist", "main", "main.js"), ["--data", dataFolder], {
      execArgv: ["--import", REGISTER],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, ...environment },
    });
    this.#child.stderr?.on("data", (text: Buffer) => {
      this.errors = (this.errors + text.toString()).slice(-10_000);
    });
    this.#child.on("message", (message) => this.#take(message as FromStandIn));
    this.#ended = once(this.#child, "close").then(([code]) => (typeof code === "number" ? code : 1));
    this.#endpoint.promise.catch(() => {});
    void this.#ended.then((code) => {
      this.#endpoint.reject(new Error(`The app ended with code ${code}: ${this.errors}`));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  #take(message: FromStandIn): void {
    if (message.type === "browser") this.#endpoint.resolve(message.endpoint);
    else this.records.push({ name: message.name, detail: message.detail });
  }

  /** The app's page, once it is shown. */
  async page(): Promise<Page> {
    const endpoint = await this.#endpoint.promise;
    await this.recorded("window-shown");
    this.#browser ??= await chromium.connectOverCDP(endpoint);
    const page = this.#browser.contexts()[0]?.pages()[0];
    if (!page) throw new Error("The app has no page");
    return page;
  }

  /** How many pages the browser has. */
  pages = (): number => this.#browser?.contexts()[0]?.pages().length ?? 0;

  of = (name: RecordName): readonly unknown[] =>
    this.records.filter((each) => each.name === name).map((each) => each.detail);

  /** The first record of that name, waited for. */
  async recorded(name: RecordName): Promise<unknown> {
    const found = () => this.records.find((each) => each.name === name);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!found()) {
      const exit = this.#ended.then((code) => {
        if (!found()) throw new Error(`The app ended with code ${code} before ${name}: ${this.errors}`);
      });
      await Promise.race([once(this.#child, "message", { signal }), exit]);
    }
    return found()?.detail;
  }

  tell(message: ToStandIn): void {
    this.#child.send(message);
  }

  /** The exit code, once the process has ended by itself. */
  exited(): Promise<number> {
    return this.#ended;
  }

  async quit(): Promise<number> {
    if (this.#child.connected) this.tell({ type: "quit" });
    return this.#ended;
  }

  /** As when the power fails. Chromium goes with it, since its pipe ends, and is waited for. */
  async kill(): Promise<void> {
    const browser = this.#browser;
    const browserGone = new Promise<void>((resolve) => {
      if (browser?.isConnected()) browser.on("disconnected", () => resolve());
      else resolve();
    });
    this.#child.kill("SIGKILL");
    await Promise.all([this.#ended, browserGone]);
  }
}

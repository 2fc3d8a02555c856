import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import type { Page } from "@playwright/test";
import type { MethodName } from "../shared/contract.ts";
import type { ServerFrame } from "../shared/wire.ts";

/** A running desktop app, whichever way it was started. */
export interface Desktop {
  readonly dataFolder: string;
  readonly page: Page;
  /** How many pages there are in its browser. */
  pages(): number;
}

export interface DesktopSpec {
  readonly name: string;
  check(desktop: Desktop): Promise<void>;
}

let lastId = 1_000_000;

/** Asks the kernel through the page's own bridge, beside the page's own requests. */
export function request(page: Page, method: MethodName, input: unknown): Promise<ServerFrame> {
  lastId += 1;
  return page.evaluate(
    ([id, name, value]) =>
      new Promise<ServerFrame>((resolve, reject) => {
        const { aios } = window;
        if (!aios) throw new Error("There is no bridge");
        const timer = setTimeout(() => reject(new Error(`${name} was not answered`)), 10_000);
        const stop = aios.onFrame((raw) => {
          const frame = raw as ServerFrame;
          if (frame.type !== "reply" || frame.id !== id) return;
          clearTimeout(timer);
          stop();
          resolve(frame);
        });
        aios.send({ type: "request", id, method: name, input: value });
      }),
    [lastId, method, input] as const,
  );
}

/** What is true of the desktop app on every electron module. Runs on one app, in this order. */
export const DESKTOP_SPECS: readonly DesktopSpec[] = [
  {
    name: "the page shows the app",
    async check({ page }) {
      match(await page.title(), /AIOS Desktop/);
    },
  },
  {
    name: "the preload exposes send and onFrame, and nothing that can be replaced",
    async check({ page }) {
      const shape = await page.evaluate(() => {
        const bridge = Object(window.aios) as Record<string, unknown>;
        const types = Object.keys(bridge)
          .sort()
          .map((key) => `${key}: ${typeof bridge[key]}`);
        try {
          bridge.send = () => {};
          Object.assign(window, { aios: null });
        } catch {
          // Refused loudly, which is as good as silently.
        }
        return {
          types,
          after: typeof window.aios?.send,
          foreign: String(window.aios?.send).includes("evil"),
        };
      });
      deepEqual(shape, { types: ["onFrame: function", "send: function"], after: "function", foreign: false });
    },
  },
  {
    name: "a request is answered over IPC",
    async check({ page, dataFolder }) {
      const reply = await request(page, "kernel.info", {});
      ok(reply.type === "reply" && reply.ok, JSON.stringify(reply));
      const info = reply.output as { readonly host: string; readonly dataFolder: string };
      deepEqual([info.host, info.dataFolder], ["desktop", dataFolder]);
    },
  },
  {
    name: "bad input is answered with a typed error that names the field",
    async check({ page }) {
      const reply = await request(page, "agents.launch", { agent: 5, task: "x" });
      ok(reply.type === "reply" && !reply.ok, JSON.stringify(reply));
      deepEqual([reply.error.code, reply.error.field], ["bad-input", "agent"]);
    },
  },
  {
    name: "a subscription delivers events until it is closed",
    async check({ page }) {
      const first = await page.evaluate(
        () =>
          new Promise<ServerFrame>((resolve, reject) => {
            setTimeout(() => reject(new Error("No event came")), 10_000);
            window.aios?.onFrame((raw) => {
              const frame = raw as ServerFrame;
              if (frame.type !== "batch" && frame.type !== "reset") return;
              if (frame.subscription === 2_000_000) resolve(frame);
            });
            window.aios?.send({ type: "subscribe", subscription: 2_000_000, from: 0 });
          }),
      );
      ok(first.type === "batch" || first.type === "reset");
      await page.evaluate(() => window.aios?.send({ type: "unsubscribe", subscription: 2_000_000 }));
    },
  },
  {
    name: "the page has nothing of Node or electron",
    async check({ page }) {
      const names = [
        "require",
        "process",
        "module",
        "Buffer",
        "global",
        "__dirname",
        "ipcRenderer",
        "electron",
      ];
      const found = await page.evaluate((all) => all.filter((name) => name in globalThis), names);
      deepEqual(found, []);
    },
  },
  {
    name: "the policy blocks inline scripts, eval and other hosts",
    async check({ page }) {
      const blocked = await page.evaluate(async () => {
        const inline = document.createElement("script");
        inline.textContent = "window.inlineRan = true";
        document.head.append(inline);
        const evaluated = await new Promise((resolve) => {
          setTimeout(() => {
            try {
              resolve(new Function("return 'ran'")());
            } catch (error) {
              resolve(error instanceof Error ? error.name : "");
            }
          });
        });
        const fetched = await fetch("https://example.org/").then(
          () => "fetched",
          () => "refused",
        );
        return { inline: "inlineRan" in window, evaluated, fetched };
      });
      deepEqual(blocked, { inline: false, evaluated: "EvalError", fetched: "refused" });
    },
  },
  {
    name: "the app's protocol serves the page and nothing outside it",
    async check({ page }) {
      const statuses = await page.evaluate(() =>
        Promise.all(
          ["/index.html", "/..%2f..%2fpackage.json", "/%2e%2e%5cmain%5cmain.js", "/missing.js"].map(
            async (path) => (await fetch(path)).status,
          ),
        ),
      );
      deepEqual(statuses, [200, 403, 403, 404]);
    },
  },
  {
    name: "the page cannot navigate away",
    async check({ page }) {
      const before = page.url();
      await page.evaluate(() => {
        Object.assign(window, { stillHere: true });
        const link = document.createElement("a");
        link.href = "https://example.org/by-link";
        document.body.append(link);
        link.click();
        link.remove();
      });
      // The answer comes after the app has decided on the navigation, which was asked for first.
      await request(page, "kernel.info", {});
      await page.evaluate(() => {
        location.href = "https://example.org/by-script";
      });
      await request(page, "kernel.info", {});
      deepEqual([page.url(), await page.evaluate(() => "stillHere" in window)], [before, true]);
    },
  },
  {
    name: "the page cannot open windows",
    async check({ page, pages }) {
      await page.evaluate(() => {
        window.open("https://example.org/");
      });
      await request(page, "kernel.info", {});
      const deadline = Date.now() + 10_000;
      while (pages() !== 1 && Date.now() < deadline) await request(page, "kernel.info", {});
      equal(pages(), 1);
    },
  },
  {
    name: "after a reload the page is served anew",
    async check({ page }) {
      await page.reload();
      const reply = await request(page, "kernel.info", {});
      ok(reply.type === "reply" && reply.ok);
      notEqual(await page.evaluate(() => "stillHere" in window), true);
    },
  },
];

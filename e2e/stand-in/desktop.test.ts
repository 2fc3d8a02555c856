import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { DESKTOP_SPECS, request } from "../desktop-specs.ts";
import { available, createFixture, ensureBuilt, reason } from "./fixture.ts";
import type { DesktopProcess } from "./launch.ts";

const { newFolder, launch, clear } = createFixture();
beforeAll(ensureBuilt);

describe.skipIf(available === "no")(`the desktop app on the stand-in${reason}`, () => {
  describe("its page, and what it and others try on it one after the other", () => {
    const folder = newFolder();
    let desktop: DesktopProcess;
    beforeAll(() => {
      desktop = launch({ dataFolder: folder });
    });
    afterAll(clear);

    test.each(DESKTOP_SPECS)("$name", async ({ check }) => {
      const page = await desktop.page();
      await check({ page, dataFolder: folder, pages: desktop.pages });
    });

    test("what it tried in vain was decided by the app, not by chance", () => {
      expect(desktop.of("navigation-prevented")).toEqual([
        "https://example.org/by-link",
        "https://example.org/by-script",
      ]);
      expect(desktop.of("window-open-denied")).toHaveLength(1);
    });

    test("whatever the browser asks for is refused", async () => {
      const all = ["permission", "permission-check", "device", "webview", "redirect", "download"] as const;
      for (const what of all) desktop.tell({ type: "ask", what });
      await vi.waitFor(() => expect(desktop.of("refused")).toEqual(all));
      expect(desktop.of("granted")).toEqual([]);
    });

    test("a second instance ends at once and brings the first to the front", async () => {
      const shown = desktop.of("window-shown").length;
      const second = launch({ dataFolder: folder });
      expect(await second.exited()).toBe(0);
      expect(second.records).toEqual([]);
      await vi.waitFor(() => expect(desktop.of("window-shown").length).toBeGreaterThan(shown));
    });

    test("a page of another origin is refused, even in the app's own window", async () => {
      const page = await desktop.page();
      desktop.tell({ type: "load", url: "https://foreign.test/" });
      await page.waitForURL("https://foreign.test/");
      await page.evaluate(() => {
        Object.assign(window, { frames: [] });
        window.aios?.onFrame((frame) => Object.assign(window, { received: frame }));
        window.aios?.send({ type: "request", id: 1, method: "kernel.info", input: {} });
      });
      await vi.waitFor(() => expect(desktop.errors).toContain("Refused a message of https://foreign.test/"));
      expect(await page.evaluate(() => "received" in window)).toBe(false);
    });
  });

  describe("its life", () => {
    afterEach(clear);

    test("quitting stops the kernel and lets the data folder go, and the window opens where it was", async () => {
      const dataFolder = newFolder();
      const bounds = { x: 120, y: 90, width: 1000, height: 700 };
      const first = launch({ dataFolder });
      await first.page();
      first.tell({ type: "move", bounds });
      expect(await first.quit()).toBe(0);
      const second = launch({ dataFolder });
      expect(await second.recorded("window-shown")).toMatchObject({ bounds, size: "normal" });
      expect(await second.quit()).toBe(0);
      expect([first.errors, second.errors]).toEqual(["", ""]);
    });

    test("keys are stored encrypted, and stand nowhere in the data folder", async () => {
      const dataFolder = newFolder();
      const key = "sk-a-very-secret-key-of-the-person";
      const desktop = launch({ dataFolder });
      const page = await desktop.page();
      const core = { baseUrl: "http://127.0.0.1:9/v1", model: "m", apiKey: key };
      expect(await request(page, "cores.add", core)).toMatchObject({ ok: true });
      expect(await desktop.quit()).toBe(0);
      expect(statSync(join(dataFolder, "keychain.json")).mode & 0o777).toBe(0o600);
      const holding = readdirSync(dataFolder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => readFileSync(file).includes(key));
      expect(holding).toEqual([]);
    });

    test("without a keychain a key is refused, saying why", async () => {
      const desktop = launch({ dataFolder: newFolder(), environment: { STAND_IN_KEYCHAIN: "none" } });
      const core = { baseUrl: "http://127.0.0.1:9/v1", model: "m", apiKey: "sk-secret" };
      expect(await request(await desktop.page(), "cores.add", core)).toMatchObject({
        ok: false,
        error: { code: "not-allowed" },
      });
    });
  });
});

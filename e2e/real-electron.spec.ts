import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, type ElectronApplication, expect, test } from "@playwright/test";
import { findElectron } from "../scripts/start/electron-binary.ts";
import { DESKTOP_SPECS } from "./desktop-specs.ts";

const ROOT = join(import.meta.dirname, "..");
const executablePath = findElectron(ROOT, process.env);
const display = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;

test.describe("the desktop app on real Electron", () => {
  test.skip(executablePath === null, "no Electron binary");
  test.skip(!display, "no display");
  test.describe.configure({ mode: "serial" });

  let dataFolder = "";
  let app: ElectronApplication;
  test.beforeAll(async () => {
    dataFolder = realpathSync(mkdtempSync(join(tmpdir(), "aios-electron-")));
    app = await _electron.launch({
      args: [ROOT, "--data", dataFolder],
      ...(executablePath === null ? {} : { executablePath }),
    });
  });
  test.afterAll(async () => {
    await app.close();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  });

  for (const { name, check } of DESKTOP_SPECS) {
    test(name, async () => {
      const page = await app.firstWindow();
      await check({ page, dataFolder, pages: () => app.windows().length });
    });
  }

  test("its windows are sandboxed and isolated, with no Node", async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => Object(window.webContents).getLastWebPreferences()),
    );
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false });
  });
});

import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAll } from "../../scripts/build.ts";
import { findChromium } from "../../scripts/test/chromium.ts";
import { DesktopProcess, type LaunchOptions } from "./launch.ts";

const DIST = join(import.meta.dirname, "..", "..", "dist");
const BUILT = ["main/main.js", "main/preload.cjs", "renderer/index.html"];
const chromium = findChromium(process.env);

/** Whether the desktop app can run here at all, and what to add to a suite's name when not. */
export const available = chromium.type === "found" ? "yes" : "no";
export const reason = chromium.type === "found" ? "" : `: skipped, ${chromium.reason}`;

/** Builds what is tested, where it was never built. */
export async function ensureBuilt(): Promise<void> {
  if (!BUILT.every((file) => existsSync(join(DIST, file)))) await buildAll();
}

/** Apps and folders of one suite, so that none is left behind. */
export function createFixture() {
  const running = new Set<DesktopProcess>();
  const folders = new Set<string>();
  return {
    newFolder(): string {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), "aios-desktop-")));
      folders.add(folder);
      return folder;
    },
    launch(options: LaunchOptions): DesktopProcess {
      const desktop = new DesktopProcess(options);
      running.add(desktop);
      return desktop;
    },
    async clear(): Promise<void> {
      await Promise.all([...running].map((desktop) => desktop.quit()));
      running.clear();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      folders.clear();
    },
  };
}

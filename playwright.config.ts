import { defineConfig } from "@playwright/test";
import { findChromium } from "./scripts/test/chromium.ts";

const browser = findChromium(process.env);

/** What keeps Chromium to itself in a container. Debian's runs as root only without its sandbox. */
const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  // Each test has a host, a port and a data folder of its own, and spends half of its time waiting for one process.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1360, height: 860 },
    launchOptions: {
      args: CHROMIUM_FLAGS,
      ...(browser.type === "found" ? { executablePath: browser.path } : {}),
    },
    trace: "off",
    // Drawn without a graphics card, an animation that never ends costs half a core.
    contextOptions: { reducedMotion: "reduce" },
    // What cannot be pressed by then never can: better named than left to the whole test's end.
    actionTimeout: 30_000,
  },
});

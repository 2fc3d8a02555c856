import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { installWithApt, isDebianRoot, runInstaller } from "./installer.ts";

/** Debian's: first the one without windows, which draws a page for a quarter less work. */
const DEBIAN = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"] as const;

export type Browser =
  | { readonly type: "found"; readonly path: string }
  | { readonly type: "missing"; readonly reason: string };

/**
 * A Chromium for the browser tests: CHROMIUM_PATH, Debian's, or Playwright's own. Looks only; see `ensureChromium`.
 * A CHROMIUM_PATH that is not there is an error of the person's, not a reason to take another browser.
 */
export function findChromium(environment: Readonly<Record<string, string | undefined>>): Browser {
  const chosen = environment.CHROMIUM_PATH;
  if (chosen) {
    if (existsSync(chosen)) return { type: "found", path: chosen };
    return { type: "missing", reason: `CHROMIUM_PATH is ${chosen}, and nothing is there` };
  }
  for (const path of [...DEBIAN, chromium.executablePath()]) {
    if (existsSync(path)) return { type: "found", path };
  }
  return { type: "missing", reason: "no Chromium is installed" };
}

/** Finds a Chromium or installs one, saying so. Never throws. */
export async function ensureChromium(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void,
): Promise<Browser> {
  const found = findChromium(environment);
  if (found.type === "found" || environment.CHROMIUM_PATH) return found;
  const debianRoot = isDebianRoot();
  print(`Installing Chromium ${debianRoot ? "with apt-get" : "with Playwright"}…`);
  const failure = debianRoot
    ? await installFromDebian()
    : await runInstaller(process.execPath, [
        join(root, "node_modules/playwright/cli.js"),
        "install",
        "chromium",
      ]);
  const installed = findChromium(environment);
  if (installed.type === "found" || failure === null) return installed;
  return { type: "missing", reason: `Chromium could not be installed: ${failure}` };
}

/** The small one, or where the distribution lacks it the whole browser. */
async function installFromDebian(): Promise<string | null> {
  const failure = await installWithApt(["chromium-headless-shell", "fonts-liberation"]);
  return failure === null ? null : await installWithApt(["chromium", "fonts-liberation"]);
}

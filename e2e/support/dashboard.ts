import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import type { Settings } from "../../shared/settings.ts";
import { type Client, connect } from "./client.ts";
import { makeDataFolder, removeDataFolders } from "./data-folder.ts";
import { type Host, startHost } from "./host.ts";
import { endPrograms, ROOT } from "./program.ts";

export interface DashboardFixtures {
  /** Settings that the data folder starts with. */
  readonly settings: Partial<Settings>;
  readonly host: Host;
  /** A second connection, to set the scene and to look behind the screens. */
  readonly client: Client;
  /** The dashboard, opened at the printed address. Fails the test when the page reports an error. */
  readonly dashboard: Page;
}

/** A fresh data folder, a real host that serves it, and the dashboard in a real browser, for each test. */
export const test = base.extend<DashboardFixtures>({
  settings: [{ offlineTokensPerSecond: 5_000 }, { option: true }],
  host: async ({ settings }, use) => {
    const host = await startHost(makeDataFolder(settings));
    await use(host);
    await endPrograms();
    removeDataFolders();
  },
  client: async ({ host }, use) => {
    const client = await connect(host);
    await use(client);
    client.close();
  },
  dashboard: async ({ page, host }, use) => {
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      // A socket to a host that a test has stopped is refused, and the browser says so.
      if (message.type() === "error" && !/WebSocket|ERR_CONNECTION_REFUSED/.test(message.text()))
        problems.push(message.text());
    });
    await page.goto(host.address);
    await expect(statusBar(page)).toContainText("Connected");
    await use(page);
    expect(problems).toEqual([]);
  },
});

export { expect };

export type ScreenName = "Overview" | "Agent" | "Inbox" | "Memory" | "Files" | "Tools" | "Access" | "Models";

export const statusBar = (page: Page): Locator => page.getByRole("contentinfo");
export const rowOf = (page: Page, agentId: string): Locator => page.locator(`#agent-row-${agentId}`);

/** Goes to a screen by the rail. */
export async function open(page: Page, screen: ScreenName): Promise<void> {
  const name = screen === "Inbox" ? /^Inbox/ : screen;
  await page.getByRole("navigation", { name: "Screens" }).getByRole("button", { name }).click();
}

/** Opens one agent's screen as a link would. */
export async function openAgent(page: Page, agentId: string): Promise<void> {
  await page.evaluate((id) => {
    window.location.hash = `#/agent/${id}`;
  }, agentId);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(agentId);
}

/** The dialog that launches an agent, opened from the toolbar of Overview. */
export async function openLaunch(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Launch", exact: true }).first().click();
  return page.getByRole("dialog", { name: "Launch an agent" });
}

export const launchButton = (dialog: Locator): Locator =>
  dialog.getByRole("button", { name: /^Launch(?! a demo fleet)/ });

/** Keeps a picture of the page for a person to look at, in screenshots/. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(ROOT, "screenshots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}

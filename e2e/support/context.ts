import type { Locator, Page } from "@playwright/test";
import { expect, openAgent } from "./dashboard.ts";
import { look } from "./look.ts";

/** The list of snapshots. */
export const snapshotList = (page: Page): Locator => page.getByRole("listbox", { name: "Snapshots" });
/** The part of the page that shows a context. */
export const contextPane = (page: Page): Locator => page.getByRole("region", { name: "Context shown" });

/** Opens an agent on its context. */
export async function openContext(page: Page, agentId: string): Promise<void> {
  await openAgent(page, agentId);
  await page.getByRole("tab", { name: "Context" }).click();
  await expect(page.getByRole("region", { name: "Window" })).toBeVisible();
}

/** A picture in each theme, and nothing wrong for axe in either. */
export const lookAtContext = (page: Page, name: string): Promise<void> => look(page, `context-${name}`);

/** Chooses a snapshot and presses what is to be done with it. */
export async function chooseSnapshot(page: Page, option: Locator, action: string): Promise<void> {
  await option.click();
  await page
    .getByRole("toolbar", { name: "With the chosen snapshot" })
    .getByRole("button", { name: action, exact: true })
    .click();
}

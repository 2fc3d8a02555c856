import type { Page } from "@playwright/test";
import { violations } from "./axe.ts";
import { expect, takeScreenshot } from "./dashboard.ts";

/** Light comes last, so that what is pictured once only is pictured light. */
const THEMES = ["dark", "light"] as const;

/** A picture in each theme for a person to look at, `name-light` and `name-dark`, and nothing wrong for axe in either. */
export async function look(page: Page, name: string): Promise<void> {
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    expect.soft(await violations(page), `${name} ${theme}`).toEqual([]);
    await takeScreenshot(page, `${name}-${theme}`);
  }
}

/** The pictures of `look` alone, of what axe has seen in another state that differs in nothing for it. */
export async function takeScreenshots(page: Page, name: string): Promise<void> {
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await takeScreenshot(page, `${name}-${theme}`);
  }
}

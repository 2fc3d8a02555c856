import { expect, type Locator, type Page, test } from "@playwright/test";
import { recordedMemory } from "./fixtures/recorded-memory.ts";
import { open, statusBar, takeScreenshot } from "./support/dashboard.ts";
import { look } from "./support/look.ts";
import { type RecordedHost, serveRecording } from "./support/recorded-host.ts";

test.use({ viewport: { width: 1360, height: 860 } });

let host: RecordedHost;
test.afterEach(() => host.close());

async function start(page: Page): Promise<void> {
  const { events, handlers } = recordedMemory(Date.now());
  host = await serveRecording(events, handlers);
  await page.goto(host.address);
  await expect(statusBar(page)).toContainText("Connected");
  await open(page, "Memory");
  await expect(row(page, "Ada takes her tea")).toBeVisible();
}

const list = (page: Page): Locator => page.getByRole("grid");
const row = (page: Page, text: string): Locator => list(page).getByRole("row").filter({ hasText: text });
const pane = (page: Page): Locator => page.getByRole("region", { name: "Details" });

test("memories, an item and all that lies over them", async ({ page }) => {
  await start(page);
  await row(page, "Ada takes her tea").click();
  await expect(pane(page)).toContainText("86% alike");
  await look(page, "memory-item");
  await pane(page).getByRole("button", { name: "Add a link" }).click();
  await expect(pane(page).getByRole("list", { name: "Items to link to" })).toBeVisible();
  await look(page, "memory-link");
  await pane(page).getByRole("button", { name: "Edit" }).click();
  await pane(page).getByLabel("Metadata").fill("no pair");
  await look(page, "memory-edit");
  await pane(page).getByRole("button", { name: "Discard" }).click();
  await page.getByLabel(/^Search in/).fill("what does she drink");
  await expect(row(page, "The bank writes")).toContainText("some way off");
  await row(page, "The bank writes").click();
  await expect(pane(page)).toContainText("From outside");
  await look(page, "memory-search");
  await page.getByRole("button", { name: "End the search" }).click();
  await page.getByRole("button", { name: /^Change the budget of file-clerk/ }).click();
  await page.getByRole("form", { name: "Budget of file-clerk" }).getByRole("textbox").fill("8");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("no agent");
  await look(page, "memory-budget");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await look(page, "memory-add");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Memory settings" }).click();
  await look(page, "memory-settings");
});

test("thousands of items are gone through by keys, with few of them drawn", async ({ page }) => {
  await start(page);
  await list(page).focus();
  await page.keyboard.press("End");
  await expect(row(page, "Note 05000")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(pane(page)).toContainText("Note 05000");
  expect(await list(page).getByRole("row").count()).toBeLessThan(80);
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(pane(page)).toContainText("Ada takes her tea");
});

test("at twice the size, and narrow, everything is in reach", async ({ page }) => {
  await start(page);
  await row(page, "Ada takes her tea").click();
  const overflow = (): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.setViewportSize({ width: 640, height: 400 });
  await takeScreenshot(page, "memory-zoomed");
  const remove = pane(page).getByRole("button", { name: "Delete" });
  await remove.scrollIntoViewIfNeeded();
  await expect(remove).toBeInViewport();
  expect.soft(await overflow()).toBe(0);
  await takeScreenshot(page, "memory-zoomed-item");
  await page.setViewportSize({ width: 900, height: 700 });
  expect.soft(await overflow()).toBe(0);
  await takeScreenshot(page, "memory-narrow");
});

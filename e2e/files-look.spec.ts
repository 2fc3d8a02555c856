import { expect, type Locator, type Page, test } from "@playwright/test";
import { recordedFiles } from "./fixtures/recorded-files.ts";
import { open, statusBar, takeScreenshot } from "./support/dashboard.ts";
import { look, takeScreenshots } from "./support/look.ts";
import { type RecordedHost, serveRecording } from "./support/recorded-host.ts";

test.use({ viewport: { width: 1360, height: 860 } });

let host: RecordedHost;
test.afterEach(() => host.close());

async function start(page: Page, storage: "ready" | "read-only" = "ready"): Promise<void> {
  const { events, handlers } = recordedFiles(Date.now(), storage);
  host = await serveRecording(events, handlers);
  await page.goto(host.address);
  await expect(statusBar(page)).toContainText("Connected");
  await open(page, "Files");
  await expect(tree(page).getByText("notes.md")).toBeVisible();
}

const tree = (page: Page): Locator => page.getByRole("treegrid");
const row = (page: Page, name: string): Locator => tree(page).getByRole("row").filter({ hasText: name });
const pane = (page: Page): Locator => page.getByRole("region", { name: "Details" });

test("files, their versions and all that lies over them", async ({ page }) => {
  await start(page);
  await look(page, "files-workspace");

  await row(page, "grant").click();
  await expect(row(page, "budget.md")).toBeVisible();
  await expect(pane(page).getByRole("toolbar", { name: "With the folder" })).toBeVisible();
  await look(page, "files-folder");

  await row(page, "notes.md").click();
  await expect(pane(page).getByText("- ask about the grant")).toBeVisible();
  await look(page, "files-content");

  await pane(page)
    .getByRole("tab", { name: /^Versions/ })
    .click();
  await expect(pane(page).getByRole("figure")).toContainText("ask about the grant");
  await look(page, "files-versions");
  await pane(page).getByRole("option", { name: /^v33/ }).click();
  await page.keyboard.press("c");
  await pane(page).getByRole("listbox").press("End");
  await pane(page).getByRole("listbox").press("c");
  await expect(pane(page).getByRole("region", { name: "The chosen version" })).toContainText("against v33");
  await look(page, "files-compare");

  await pane(page).getByRole("button", { name: "Edit" }).click();
  await page.keyboard.type("More ");
  await look(page, "files-edit");
  await pane(page).getByRole("button", { name: "Discard" }).click();

  await row(page, "photo.png").click();
  await expect(pane(page)).toContainText("no text");
  await look(page, "files-binary");
  await row(page, ".env").click();
  await expect(pane(page)).toContainText("holds keys");
  await look(page, "files-key");
  await row(page, "letter from").click();
  await expect(pane(page)).toContainText("too big to be shown");
  await look(page, "files-cut");

  await page
    .getByRole("searchbox")
    .or(page.getByLabel(/^Search in/))
    .fill("money for the work");
  await expect(page.getByRole("list", { name: "Hits" })).toContainText("Found by its meaning");
  await page.getByRole("button", { name: /budget\.md/ }).click();
  await expect(pane(page)).toContainText("What grant/budget.md holds");
  await look(page, "files-search");
  await page.getByRole("button", { name: "End the search" }).click();

  await page.getByLabel("What shall be done with these files?").fill("put my grant notes into one folder");
  await page.keyboard.press("Enter");
  const plan = page.getByRole("dialog", { name: "Plan" });
  await expect(plan).toContainText("Move 2 files or folders");
  await look(page, "files-plan");
  await plan.getByRole("button", { name: /Take out: photo/ }).click();
  await plan.getByRole("button", { name: "Apply all (3)" }).click();
  await expect(plan.getByRole("alert")).toContainText("Step 2");
  await look(page, "files-plan-refused");
  await page.keyboard.press("Escape");

  await pane(page).getByRole("button", { name: "Share" }).click();
  await look(page, "files-share");
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(page.getByLabel("Address")).toHaveValue(/^http/);
  await look(page, "files-shared");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "New" }).click();
  await takeScreenshots(page, "files-new");
  await page.getByRole("menuitem", { name: "Mount a folder" }).click();
  await page.getByRole("textbox", { name: "Folder", exact: true }).fill("/home/ada/thesis");
  await page.getByLabel("Name", { exact: true }).fill("thesis");
  await page.getByRole("button", { name: "Mount", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("There is no folder");
  await look(page, "files-mount");
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "Trash" }).click();
  await expect(page.getByRole("table", { name: "Deleted files" })).toContainText("week 14");
  await look(page, "files-trash");
  await page.getByRole("link", { name: /^Shared links/ }).click();
  await expect(page.getByRole("table", { name: "Shared links" })).toContainText("6 d");
  await look(page, "files-shares");
  await page.getByRole("link", { name: /^thesis/ }).click();
  await expect(pane(page)).toContainText("Read-only");
  await look(page, "files-mounted");
});

test("storage that takes no change says so", async ({ page }) => {
  await start(page, "read-only");
  await row(page, "notes.md").click();
  await expect(page.getByRole("alert")).toContainText("the disk is full");
  await expect(pane(page).getByRole("button", { name: "Edit" })).toBeDisabled();
  await look(page, "files-read-only");
});

test("thousands of files are gone through by keys, with few of them drawn", async ({ page }) => {
  await start(page);
  await row(page, "many").click();
  await expect(row(page, "note 00001.md")).toBeVisible();
  await tree(page).focus();
  for (let shown = 1_000; shown <= 3_000; shown += 500) {
    await page.keyboard.press("End");
    // Over the workspace's own files stands the folder's last line, which has the next of its files shown.
    for (let up = 0; up < 5; up += 1) await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect(tree(page)).toHaveAttribute("aria-rowcount", String(shown + 8 + (shown < 3_000 ? 1 : 0)));
  }
  expect(await tree(page).getByRole("row").count()).toBeLessThan(80);
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  await expect(row(page, "photo.png")).toBeVisible();
});

test("at twice the size, and narrow, everything is in reach", async ({ page }) => {
  await start(page);
  await page.setViewportSize({ width: 640, height: 400 });
  const overflow = (): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await row(page, "notes.md").click();
  await takeScreenshot(page, "files-zoomed-list");
  await pane(page)
    .getByRole("tab", { name: /^Versions/ })
    .click();
  const rollBack = pane(page).getByRole("button", { name: "Roll back" });
  await rollBack.scrollIntoViewIfNeeded();
  await expect(rollBack).toBeInViewport();
  expect.soft(await overflow()).toBe(0);
  await takeScreenshot(page, "files-zoomed");
  await page.getByRole("link", { name: "Trash" }).click();
  const restore = page.getByRole("button", { name: /^Restore/ }).first();
  await restore.scrollIntoViewIfNeeded();
  await expect(restore).toBeInViewport();
  expect.soft(await overflow()).toBe(0);
  await page.setViewportSize({ width: 900, height: 700 });
  await page.getByRole("link", { name: "Workspace" }).click();
  await expect(row(page, "notes.md")).toBeVisible();
  expect.soft(await overflow()).toBe(0);
  await takeScreenshot(page, "files-narrow");
});

import { expect, type Locator, type Page, test } from "@playwright/test";
import type { StorageStatus } from "../shared/files.ts";
import { recordedFiles } from "./fixtures/recorded-files.ts";
import { violations } from "./support/axe.ts";
import { statusBar } from "./support/dashboard.ts";
import { takeScreenshots } from "./support/look.ts";
import { type RecordedHost, serveRecording } from "./support/recorded-host.ts";

test.use({ viewport: { width: 1360, height: 860 } });

let host: RecordedHost;
test.afterEach(() => host.close());

async function start(page: Page, storage: "ready" | "read-only", status?: StorageStatus): Promise<void> {
  const { events, handlers } = recordedFiles(Date.now(), storage);
  host = await serveRecording(events, {
    ...handlers,
    ...(status ? { "storage.status": async () => status } : {}),
  });
  await page.goto(host.address);
  await expect(statusBar(page)).toContainText("Connected");
}

const notice = (page: Page): Locator => page.getByRole("region", { name: "Notices" }).getByRole("alert");

test("a full disk is told above everything, and the bar splits what is used", async ({ page }) => {
  await start(page, "read-only");
  await expect(notice(page)).toContainText(/^Storage is read-only since \d\d:\d\d:\d\d: the disk is full\./);
  await expect(notice(page)).toContainText("Free some space");
  const disk = statusBar(page).getByRole("link", { name: /^Disk/ });
  await expect(disk).toContainText("782 MiB");
  await expect(disk).toContainText("47 GiB free");
  await expect(statusBar(page).getByRole("link", { name: /^RAM/ })).toBeVisible();
  expect.soft(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  expect.soft(await violations(page)).toEqual([]);
  await disk.focus();
  await expect(page.getByRole("tooltip")).toContainText("Files 204 MiB, their versions 92 MiB");
  await takeScreenshots(page, "storage-disk");
  await statusBar(page).getByRole("link", { name: /^RAM/ }).focus();
  await expect(page.getByRole("tooltip")).toContainText(/memories/i);
  await takeScreenshots(page, "storage-ram");
});

test("a log that is full itself, and so says nothing, is asked", async ({ page }) => {
  await start(page, "ready", {
    mode: "read-only",
    reason: "There is no space left in /data",
    since: Date.now(),
  });
  await expect(notice(page)).toContainText("There is no space left in /data.", { timeout: 15_000 });
});

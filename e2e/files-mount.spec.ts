import { mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { expect, open, takeScreenshot, test } from "./support/dashboard.ts";
import { writeInto } from "./support/data-folder.ts";

test.use({ settings: { offlineTokensPerSecond: 5_000, mode: "run-freely" } });

const row = (page: Page, name: string): Locator =>
  page.getByRole("treegrid").getByRole("row").filter({ hasText: name });
const pane = (page: Page): Locator => page.getByRole("region", { name: "Details" });

test("a folder of this machine is mounted read-only, listed, and let go untouched", async ({ dashboard }) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "aios-mount-")));
  const away = `${folder}-away`;
  writeInto(folder, "chapter.md", "One\n");
  try {
    await open(dashboard, "Files");
    await dashboard.getByRole("button", { name: "New", exact: true }).click();
    await dashboard.getByRole("menuitem", { name: "Mount a folder" }).click();
    const dialog = dashboard.getByRole("dialog", { name: "Mount a folder" });
    await dialog.getByRole("textbox", { name: "Folder" }).fill(join(folder, "nowhere"));
    await dialog.getByRole("textbox", { name: "Name" }).fill("thesis");
    await dialog.getByRole("button", { name: "Mount", exact: true }).click();
    await expect(dialog.getByRole("alert")).toContainText("nowhere");
    await dialog.getByRole("textbox", { name: "Folder" }).fill(folder);
    await dialog.getByRole("button", { name: "Mount", exact: true }).click();
    await expect(row(dashboard, "chapter.md")).toBeVisible();
    await row(dashboard, "chapter.md").click();
    await expect(pane(dashboard)).toContainText("One");
    await expect(pane(dashboard).getByRole("button", { name: "Delete" })).toBeDisabled();
    await takeScreenshot(dashboard, "files-real-mount");
    await pane(dashboard).getByRole("button", { name: "Copy" }).click();
    const copy = dashboard.getByRole("dialog", { name: "Copy" });
    await expect(copy.getByRole("textbox", { name: "Path" })).toHaveValue("chapter.md");
    await copy.getByRole("button", { name: "Copy" }).click();
    await expect(pane(dashboard)).toContainText("in the workspace");
    await expect(pane(dashboard)).toContainText("One");
    await dashboard.getByRole("link", { name: /^thesis/ }).click();
    renameSync(folder, away);
    await dashboard.getByRole("link", { name: "Workspace" }).first().click();
    await dashboard.getByRole("link", { name: /^thesis/ }).click();
    await expect(dashboard.getByRole("main")).toContainText(
      `"mounts/thesis" is not there: its folder was ${folder}`,
    );
    await takeScreenshot(dashboard, "files-real-mount-away");
    renameSync(away, folder);
    await pane(dashboard).getByRole("button", { name: "Unmount" }).click();
    await dashboard.getByRole("alertdialog").getByRole("button", { name: "Unmount" }).click();
    await expect(dashboard.getByRole("link", { name: /^thesis/ })).toHaveCount(0);
    expect(readFileSync(join(folder, "chapter.md"), "utf8")).toBe("One\n");
  } finally {
    for (const each of [folder, away]) rmSync(each, { recursive: true, force: true });
  }
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { violations } from "./support/axe.ts";
import type { Client } from "./support/client.ts";
import { expect, open, takeScreenshot, test } from "./support/dashboard.ts";
import { writeInto } from "./support/data-folder.ts";

test.use({ settings: { offlineTokensPerSecond: 5_000, mode: "run-freely" } });

const tree = (page: Page): Locator => page.getByRole("treegrid");
const row = (page: Page, name: string): Locator => tree(page).getByRole("row").filter({ hasText: name });
const pane = (page: Page): Locator => page.getByRole("region", { name: "Details" });
const versions = (page: Page): Locator => pane(page).getByRole("listbox", { name: "Versions" });
const difference = (page: Page): Locator => pane(page).getByRole("figure");
const toast = (page: Page, text: string | RegExp): Locator =>
  page.locator("[data-sonner-toast]").filter({ hasText: text });

const write = (client: Client, path: string, content: string) =>
  client.request("files.write", { path, content });

/** Chooses a file of the list, and its versions. */
async function openVersions(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await pane(page)
    .getByRole("tab", { name: /^Versions/ })
    .click();
}

/** What the file holds for every other program. */
const onDisk = (host: { readonly dataFolder: string }, path: string): string =>
  readFileSync(join(host.dataFolder, "workspace", path), "utf8");

test("what another program and an agent write are versions, seen at once, compared and rolled back", async ({
  dashboard,
  client,
  host,
}) => {
  await open(dashboard, "Files");
  await expect(row(dashboard, "welcome.md")).toBeVisible();
  writeInto(host.dataFolder, "workspace/todo.md", "# To do\n\n- buy bread\n");
  await expect(row(dashboard, "todo.md")).toContainText("Outside");
  const { agentId } = await client.request("agents.launch", {
    agent: "file-clerk",
    task: 'Add "water the plants" to todo.md',
  });
  await client.untilEnded(agentId);
  await expect(row(dashboard, "todo.md")).toContainText(`file-clerk (${agentId})`);

  await row(dashboard, "todo.md").click();
  await expect(pane(dashboard).getByRole("region", { name: /^Content of/ })).toContainText(
    "water the plants",
  );
  writeInto(host.dataFolder, "workspace/todo.md", "# To do\n\n- buy milk\n- water the plants\n");
  await expect(pane(dashboard).getByRole("region", { name: /^Content of/ })).toContainText("buy milk");

  await openVersions(dashboard, "todo.md");
  const options = versions(dashboard).getByRole("option");
  await expect(options).toHaveCount(3);
  await expect(difference(dashboard)).toContainText("buy bread");
  await expect(difference(dashboard)).toContainText("buy milk");
  await options.nth(1).click();
  await expect(
    pane(dashboard)
      .getByRole("link", { name: /^file-clerk \(a1\) in s\d+/ })
      .last(),
  ).toBeVisible();
  await expect(difference(dashboard)).toContainText("water the plants");

  await options.nth(0).click();
  await versions(dashboard).press("c");
  await versions(dashboard).press("End");
  await versions(dashboard).press("c");
  await expect(pane(dashboard).getByRole("region", { name: "The chosen version" })).toContainText("against");
  await expect(difference(dashboard)).toContainText("+2");
  await takeScreenshot(dashboard, "files-real-compare");

  await options.nth(2).click();
  await pane(dashboard).getByRole("button", { name: "Roll back" }).click();
  await expect(options).toHaveCount(4);
  await expect(options.nth(0)).toContainText("rolled back to");
  expect(onDisk(host, "todo.md")).toBe("# To do\n\n- buy bread\n");
  await toast(dashboard, /^Rolled/)
    .getByRole("button", { name: "Undo" })
    .click();
  await expect(options).toHaveCount(5);
  expect(onDisk(host, "todo.md")).toBe("# To do\n\n- buy milk\n- water the plants\n");

  await options.nth(2).click();
  await versions(dashboard).press("p");
  await expect(options.nth(2)).toContainText("pinned");
});

test("a file is made, edited beside somebody else, moved, deleted and brought back, by keys alone", async ({
  dashboard,
  client,
  host,
}) => {
  await write(client, "plans/old.md", "old\n");
  await open(dashboard, "Files");
  await expect(row(dashboard, "plans")).toBeVisible();
  await tree(dashboard).focus();
  await dashboard.keyboard.press("ArrowDown");
  await dashboard.keyboard.press("ArrowRight");
  await expect(row(dashboard, "old.md")).toBeVisible();
  await dashboard.keyboard.press("ArrowDown");
  await dashboard.keyboard.press("Enter");
  await expect(pane(dashboard).getByRole("heading", { level: 2 })).toHaveText("old.md");

  // A key that is pressed on a button waits for nothing, and there is nothing to edit before the text has come.
  await expect(pane(dashboard).getByRole("button", { name: "Edit" })).toBeEnabled();
  await pane(dashboard).getByRole("button", { name: "Edit" }).press("Enter");
  await dashboard.keyboard.type("mine\n");
  await write(client, "plans/old.md", "theirs\n");
  const edit = pane(dashboard).getByRole("region", { name: "Edit old.md" });
  await expect(edit.getByRole("alert")).toContainText("changed this file while you edited it");
  await expect(edit.getByRole("button", { name: "Save" })).toBeDisabled();
  await edit.getByRole("button", { name: "Compare with yours" }).press("Enter");
  await expect(edit.getByRole("figure")).toContainText("theirs");
  expect.soft(await violations(dashboard)).toEqual([]);
  await takeScreenshot(dashboard, "files-real-conflict");
  await edit.getByRole("button", { name: "Keep mine" }).press("Enter");
  await edit.getByRole("textbox").press("Control+s");
  await expect(pane(dashboard).getByRole("tab", { name: /^Versions/ })).toContainText("3");
  expect(onDisk(host, "plans/old.md")).toBe("mine\nold\n");

  await tree(dashboard).focus();
  await dashboard.keyboard.press("F2");
  await dashboard.getByRole("dialog").getByLabel("Path").fill("plans/new.md");
  await dashboard.keyboard.press("Enter");
  await expect(row(dashboard, "new.md")).toBeVisible();
  await expect(row(dashboard, "old.md")).toBeHidden();

  await tree(dashboard).focus();
  await dashboard.keyboard.press("Delete");
  await expect(row(dashboard, "new.md")).toBeHidden();
  await toast(dashboard, "to the trash").getByRole("button", { name: "Undo" }).press("Enter");
  await expect(row(dashboard, "new.md")).toBeVisible();

  await row(dashboard, "new.md").click();
  const remove = pane(dashboard).getByRole("button", { name: "Delete" });
  await expect(remove).toBeEnabled();
  await remove.press("Enter");
  await expect(row(dashboard, "new.md")).toBeHidden();
  await expect(pane(dashboard)).toContainText("It is not there any more");
  await takeScreenshot(dashboard, "files-real-gone");
  await dashboard.getByRole("link", { name: "Trash" }).press("Enter");
  await dashboard.getByRole("button", { name: "Restore plans/new.md" }).press("Enter");
  await expect(
    dashboard.getByText("The trash is empty.").or(dashboard.getByText("plans/old.md")),
  ).toBeVisible();
  expect(onDisk(host, "plans/new.md")).toBe("mine\nold\n");

  await dashboard.getByRole("link", { name: "Workspace" }).press("Enter");
  await dashboard.getByRole("button", { name: "New folder" }).press("Enter");
  await dashboard.getByLabel("Path").fill("ideas");
  await dashboard.keyboard.press("Enter");
  await expect(row(dashboard, "ideas")).toBeVisible();
  await pane(dashboard).getByRole("button", { name: "Go into" }).press("Enter");
  await expect(dashboard.getByText("Nothing lies here yet")).toBeVisible();
  expect.soft(await violations(dashboard)).toEqual([]);
  await takeScreenshot(dashboard, "files-real-empty");
});

test("files are found by their words with the reason, and the search says what it lacks", async ({
  dashboard,
  client,
}) => {
  await write(client, "grant/budget.md", "# Budget\n\nThe grant pays for one assistant.\n");
  await write(client, "shopping.md", "bread, milk\n");
  await open(dashboard, "Files");
  await expect(row(dashboard, "shopping.md")).toBeVisible();
  await dashboard.keyboard.press("/");
  await dashboard.keyboard.type("assistant");
  const hits = dashboard.getByRole("list", { name: "Hits" });
  await expect(hits.getByRole("button")).toHaveCount(1);
  await expect(hits).toContainText("grant/budget.md:3");
  await expect(hits).toContainText("Found by its words (place 1)");
  await expect(dashboard.getByText(/Searched by words only: \S/)).toBeVisible();
  await hits.getByRole("button").click();
  await expect(pane(dashboard)).toContainText("The grant pays for one assistant.");
  expect.soft(await violations(dashboard)).toEqual([]);
  await takeScreenshot(dashboard, "files-real-search");
  await dashboard.getByLabel(/^Search in/).press("Escape");
  await expect(row(dashboard, "budget.md")).toHaveAttribute("aria-selected", "true");
});

test("a request in plain words becomes steps that are thinned out, done as one, and taken back", async ({
  dashboard,
  client,
  host,
}) => {
  for (const name of ["a", "b", "c"]) await write(client, `${name}.txt`, `${name}\n`);
  await open(dashboard, "Files");
  await dashboard.getByLabel("What shall be done with these files?").fill("move all .txt files to archive");
  await dashboard.keyboard.press("Enter");
  const plan = dashboard.getByRole("dialog", { name: "Plan" });
  await expect(plan).toContainText("Move 3 files");
  await expect(plan).toContainText("Nothing has been done yet");
  await plan.getByRole("button", { name: /^Take out: c\.txt/ }).click();
  await expect(plan).toContainText("Move 2 files");
  expect.soft(await violations(dashboard)).toEqual([]);
  await takeScreenshot(dashboard, "files-real-plan");
  await plan.getByRole("button", { name: /^Apply all/ }).click();
  const done = dashboard.getByRole("dialog", { name: "Done" });
  await expect(done).toContainText("Undo puts every file back");
  expect(onDisk(host, "archive/a.txt")).toBe("a\n");
  expect(onDisk(host, "c.txt")).toBe("c\n");
  await takeScreenshot(dashboard, "files-real-plan-done");
  await done.getByRole("button", { name: "Undo" }).click();
  await expect(done).toBeHidden();
  await expect(row(dashboard, "a.txt")).toBeVisible();
  expect(onDisk(host, "a.txt")).toBe("a\n");

  const ask = dashboard.getByLabel("What shall be done with these files?");
  await ask.fill("make me happy");
  await dashboard.keyboard.press("Enter");
  await expect(plan.getByRole("alert")).toBeVisible();
  await takeScreenshot(dashboard, "files-real-plan-not-understood");
  await dashboard.keyboard.press("Escape");
  await ask.fill("move all .txt files to elsewhere");
  await dashboard.keyboard.press("Enter");
  await expect(plan).toContainText("Move 3 files");
  await client.request("files.delete", { path: "b.txt" });
  await plan.getByRole("button", { name: /^Apply all/ }).click();
  await expect(plan.getByRole("alert")).toContainText("b.txt");
  await takeScreenshot(dashboard, "files-real-plan-bad-step");
  await plan.getByRole("button", { name: "Cancel" }).click();
  expect(onDisk(host, "a.txt")).toBe("a\n");
});

test("a link to a file works until it is revoked, and counts who read it", async ({ dashboard, client }) => {
  await write(client, "letter.md", "Dear Ada\n");
  await open(dashboard, "Files");
  await row(dashboard, "letter.md").click();
  await pane(dashboard).getByRole("button", { name: "Share" }).click();
  const dialog = dashboard.getByRole("dialog", { name: "Share letter.md" });
  await dialog.getByLabel("It ends after").selectOption("1 hour");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  await expect(dialog.getByLabel("Address")).toHaveValue(/^http:\/\/127\.0\.0\.1:\d+\//);
  const address = await dialog.getByLabel("Address").inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  const read = await fetch(address);
  expect(await read.text()).toBe("Dear Ada\n");

  await dashboard.getByRole("link", { name: /^Shared links/ }).click();
  const shares = dashboard.getByRole("table", { name: "Shared links" });
  await expect(shares.getByRole("row", { name: /letter\.md File \d+m \d\ds 1/ })).toBeVisible();
  expect.soft(await violations(dashboard)).toEqual([]);
  await takeScreenshot(dashboard, "files-real-shares");
  await shares.getByRole("button", { name: /^Revoke letter\.md/ }).click();
  await expect(dashboard.getByText("Nothing is shared.")).toBeVisible();
  // With the last link its server may be gone as well.
  expect(
    await fetch(address).then(
      ({ ok }) => ok,
      () => false,
    ),
  ).toBe(false);
});

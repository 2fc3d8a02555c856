import type { Locator, Page } from "@playwright/test";
import type { EventOf } from "../shared/events.ts";
import { agentMemory, PERSON } from "../shared/memory-owners.ts";
import { violations } from "./support/axe.ts";
import type { Client } from "./support/client.ts";
import { expect, open, takeScreenshot, test } from "./support/dashboard.ts";

test.use({ settings: { offlineTokensPerSecond: 5_000, mode: "run-freely" } });

const list = (page: Page): Locator => page.getByRole("grid");
const row = (page: Page, text: string): Locator => list(page).getByRole("row").filter({ hasText: text });
const pane = (page: Page): Locator => page.getByRole("region", { name: "Details" });
const owners = (page: Page): Locator => page.getByRole("navigation", { name: "Owners" });
const toast = (page: Page, text: string | RegExp): Locator =>
  page.locator("[data-sonner-toast]").filter({ hasText: text });

const add = (client: Client, text: string, tags: readonly string[] = []) =>
  client.request("memory.add", { owner: PERSON, text, tags: [...tags] });

test("under a small budget items leave RAM as they are added, and each eviction is seen", async ({
  dashboard,
  client,
}) => {
  await open(dashboard, "Memory");
  await expect(dashboard.getByText("Nothing was remembered yet.")).toBeVisible();
  await takeScreenshot(dashboard, "memory-real-empty");
  await dashboard.getByRole("button", { name: "Add an item" }).click();
  const dialog = dashboard.getByRole("dialog", { name: "Add to memory" });
  await dialog.getByLabel("Text").fill("The boiler was serviced in March");
  await dialog.getByLabel("Tags").fill("house, boiler");
  await dialog.getByLabel("Metadata").fill("source: letter");
  expect.soft(await violations(dashboard)).toEqual([]);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(row(dashboard, "boiler was serviced")).toContainText("RAM");
  await expect(pane(dashboard)).toContainText("source");

  await owners(dashboard).getByRole("link", { name: /^You/ }).click();
  await owners(dashboard)
    .getByRole("button", { name: /^Change the budget of You/ })
    .click();
  const form = owners(dashboard).getByRole("form", { name: "Budget of You" });
  await form.getByRole("textbox").fill("4");
  await form.getByLabel("Unit").selectOption("KiB");
  await form.getByRole("textbox").press("Enter");
  await expect(
    owners(dashboard).getByRole("button", { name: "Change the budget of You, 4.0 KiB" }),
  ).toBeVisible();

  for (let n = 1; n <= 12; n += 1)
    await add(client, `Fact ${n} about the house: ${"abcdefghijklmnop".slice(n)} ${"x".repeat(20 * n)}`);
  const moves = dashboard.getByRole("region", { name: "Evictions and loads" });
  await expect(moves.getByRole("listitem").first()).toContainText("To disk");
  await expect(moves.getByRole("listitem").first()).toContainText(/1 item: m\d+\d+ ?(B|KiB)/);
  await expect(row(dashboard, "boiler was serviced")).toContainText("Disk");
  await expect(
    owners(dashboard)
      .getByText(/[1-9]\d* evicted/)
      .first(),
  ).toBeVisible();
  expect.soft(await violations(dashboard)).toEqual([]);
  await takeScreenshot(dashboard, "memory-real-evictions");

  await owners(dashboard)
    .getByRole("button", { name: /^Change the budget of You/ })
    .click();
  await form.getByRole("button", { name: "Standard" }).click();
  await expect(
    owners(dashboard).getByRole("button", { name: "Change the budget of You, 3.8 MiB" }),
  ).toBeVisible();
});

test("a search tells why each item was found, and what it lacks; tags and orders narrow the list", async ({
  dashboard,
  client,
}) => {
  await add(client, "Ada takes her tea without milk", ["tea"]);
  await add(client, "The boiler was serviced in March", ["house"]);
  await open(dashboard, "Memory");
  await expect(row(dashboard, "boiler")).toBeVisible();
  await dashboard.keyboard.press("/");
  await dashboard.keyboard.type("tea milk");
  await expect(row(dashboard, "Ada takes her tea")).toContainText("Found by its words (place 1)");
  await expect(dashboard.getByText(/1 hit\. Searched by words only: \S/)).toBeVisible();
  await expect(row(dashboard, "boiler")).toBeHidden();
  expect.soft(await violations(dashboard)).toEqual([]);
  await takeScreenshot(dashboard, "memory-real-search");
  await dashboard.keyboard.press("Escape");
  await expect(row(dashboard, "boiler")).toBeVisible();
  await dashboard.getByLabel("Tag").selectOption({ label: "house (1)" });
  await expect(row(dashboard, "Ada takes her tea")).toBeHidden();
  await dashboard.getByLabel("Tag").selectOption({ label: "All tags" });
  await dashboard.getByLabel("Order").selectOption("Largest first");
  await expect(list(dashboard).getByRole("row").nth(1)).toContainText("boiler");
});

test("an item is edited in place, pinned, moved, linked, deleted and brought back", async ({
  dashboard,
  client,
}) => {
  const tea = await add(client, "Ada takes her tea without milk");
  await add(client, "The boiler was serviced in March");
  await open(dashboard, "Memory");
  await row(dashboard, "Ada takes her tea").click();
  await pane(dashboard).getByRole("button", { name: "Edit" }).click();
  await pane(dashboard).getByLabel("Text").fill("Ada takes her tea with lemon");
  await pane(dashboard).getByLabel("Tags").fill("tea, Ada");
  await dashboard.keyboard.press("Control+s");
  await expect(row(dashboard, "tea with lemon")).toBeVisible();
  await expect(pane(dashboard).getByRole("listitem").filter({ hasText: "Ada" }).first()).toBeVisible();
  const { item } = await client.request("memory.item", { owner: PERSON, id: tea.id });
  expect(item).toMatchObject({ text: "Ada takes her tea with lemon", tags: ["tea", "Ada"] });

  // By keys: the row is active since it was clicked.
  await list(dashboard).focus();
  await dashboard.keyboard.press("p");
  await expect(pane(dashboard).getByText("Pinned", { exact: true })).toBeVisible();
  await expect(row(dashboard, "tea with lemon")).toContainText("pinned");

  await pane(dashboard).getByRole("button", { name: "Add a link" }).click();
  await pane(dashboard).getByRole("textbox", { name: "Link to" }).fill("boiler");
  await pane(dashboard)
    .getByRole("button", { name: /boiler was serviced/ })
    .click();
  const links = pane(dashboard).getByRole("list", { name: "Links to" });
  await expect(links).toContainText("boiler was serviced");
  await links.getByRole("button", { name: /^m\d+$/ }).click();
  await expect(pane(dashboard).getByRole("list", { name: "Links from" })).toContainText("tea with lemon");
  await pane(dashboard)
    .getByRole("button", { name: `Remove the link from ${tea.id}` })
    .click();
  await expect(pane(dashboard)).toContainText("It is linked to nothing.");

  await row(dashboard, "tea with lemon").click();
  await pane(dashboard).getByRole("button", { name: "Move" }).click();
  const dialog = dashboard.getByRole("dialog", { name: `Move ${tea.id}` });
  await dialog.getByLabel("To the memory of").selectOption("note-keeper");
  await dialog.getByRole("button", { name: "Move" }).click();
  await expect(pane(dashboard)).toContainText("Memory of note-keeper");
  await expect(row(dashboard, "tea with lemon")).toContainText("note-keeper");
  const moved = await client.request("memory.items", { owner: agentMemory("note-keeper") });
  expect(moved.items.map((view) => view.item.id)).toEqual([tea.id]);

  await pane(dashboard).getByRole("button", { name: "Delete" }).click();
  await expect(row(dashboard, "tea with lemon")).toBeHidden();
  await expect(pane(dashboard)).toContainText("Choose an item");
  await toast(dashboard, `Deleted ${tea.id}`).getByRole("button", { name: "Undo" }).click();
  await expect(row(dashboard, "tea with lemon")).toBeVisible();
  await expect(pane(dashboard)).toContainText("Memory of note-keeper");
});

test("what was merged is shown, and made two items again", async ({ dashboard, client }) => {
  const first = await add(client, "Ada takes her tea without milk and without sugar in the morning");
  const second = await add(client, "Ada takes her tea without milk and without sugar in the morning.");
  expect(second).toEqual({ id: first.id, merged: "yes" });
  await open(dashboard, "Memory");
  await row(dashboard, "Ada takes her tea").click();
  const merges = pane(dashboard).getByRole("region", { name: "Merged into it" });
  await expect(merges).toContainText("100% alike");
  expect.soft(await violations(dashboard)).toEqual([]);
  await takeScreenshot(dashboard, "memory-real-merge");
  await merges.getByRole("button", { name: /^Undo the merge/ }).click();
  await expect(row(dashboard, "Ada takes her tea")).toHaveCount(2);
  await expect(merges).toBeHidden();
});

test("what an agent remembers leads to the agent, and the settings of memory are kept", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", {
    agent: "note-keeper",
    task: "Remember that Ada's birthday is 10 December",
  });
  await client.untilEnded(agentId);
  await open(dashboard, "Memory");
  await owners(dashboard)
    .getByRole("link", { name: /^note-keeper/ })
    .click();
  await row(dashboard, "birthday").click();
  await expect(pane(dashboard).getByRole("link", { name: /^note-keeper \(a1\) in s\d+/ })).toBeVisible();

  await dashboard.getByRole("button", { name: "Memory settings" }).click();
  const dialog = dashboard.getByRole("dialog", { name: "Memory settings" });
  await dialog.getByLabel("Model for search by meaning").selectOption("None: words only");
  await dialog.getByLabel("RAM of one memory").fill("2");
  await dialog.getByRole("checkbox").check();
  expect.soft(await violations(dashboard)).toEqual([]);
  await takeScreenshot(dashboard, "memory-real-settings");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await client.until(
    "the settings",
    (event): event is EventOf<"settings.changed"> =>
      event.type === "settings.changed" &&
      event.settings.memoryRamBytes === 2 * 1_048_576 &&
      event.settings.embeddingModel === "off" &&
      event.settings.memoryNotes === "on",
  );
  await expect(
    owners(dashboard).getByRole("button", { name: "Change the budget of note-keeper, 2.0 MiB" }),
  ).toBeVisible();
});

import type { Locator, Page } from "@playwright/test";
import { type MisbehavingServer, startMisbehavingServer } from "./misbehaving-server.ts";
import { expect, launchButton, open, openLaunch, takeScreenshot, test } from "./support/dashboard.ts";

let server: MisbehavingServer;
test.beforeAll(async () => {
  server = await startMisbehavingServer();
});
test.afterAll(() => server.close());

async function openAdd(page: Page): Promise<Locator> {
  await open(page, "Models");
  await page.getByRole("button", { name: "Add a model", exact: true }).click();
  return page.getByRole("dialog", { name: "Add a model", exact: true });
}

async function fill(
  dialog: Locator,
  values: { readonly address: string; readonly model: string },
): Promise<void> {
  await dialog.getByLabel("Address").fill(values.address);
  await dialog.getByLabel("Model", { exact: true }).fill(values.model);
}

test("with nothing found, the offline core is in use and named as what it is", async ({ dashboard }) => {
  await open(dashboard, "Models");
  const core = dashboard.getByRole("article", { name: /Offline core/ });
  await expect(core).toContainText("not a language model");
  await expect(core).toContainText("Built in");
  await expect(
    dashboard.getByRole("heading", { name: "No model server was found on this machine" }),
  ).toBeVisible();
  await takeScreenshot(dashboard, "models-empty");
  await open(dashboard, "Overview");
  await expect(dashboard.getByRole("note")).toContainText("a small planner, not a language model");
});

test("a failed test shows the real reason, whatever it is", async ({ dashboard }) => {
  const dialog = await openAdd(dashboard);
  const alert = dialog.getByRole("alert");
  await dialog.getByLabel("Key").fill("sk-browser-0123456789abcdef");
  for (const [model, reason] of [
    ["unauthorised", /refused the key \(401\)/],
    ["missing", /has no model missing/],
    ["server-error", /failed \(500\)/],
    ["html", /web page/],
  ] as const) {
    await test.step(model, async () => {
      await fill(dialog, { address: server.baseUrl, model });
      await dialog.getByRole("button", { name: "Test" }).click();
      await expect(alert).toContainText(reason);
      await expect(alert).toContainText(server.address);
      await expect(dialog).not.toContainText("sk-browser");
      if (model === "unauthorised") await takeScreenshot(dashboard, "models-test-failed");
    });
  }

  await test.step("an address where nobody listens", async () => {
    const gone = await startMisbehavingServer();
    await gone.close();
    await fill(dialog, { address: gone.baseUrl, model: "good" });
    await dialog.getByRole("button", { name: "Test" }).click();
    await expect(alert).toContainText(`${gone.address} refused the connection`);
  });

  await test.step("something that is no address is refused at its field", async () => {
    await fill(dialog, { address: "not an address", model: "good" });
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await expect(dialog.getByLabel("Address")).toHaveAttribute("aria-invalid", "true");
  });
});

test("a good one is tested, chosen from its list, added, used by an agent, and removed", async ({
  dashboard,
}) => {
  const mine = await startMisbehavingServer({ listBehaviours: "none", models: ["good", "other"] });
  const dialog = await openAdd(dashboard);
  await dialog.getByLabel("Address").fill(mine.baseUrl);
  await dialog.getByRole("button", { name: "Test" }).click();
  await expect(dialog.getByRole("status")).toContainText("with 2 models");
  await dialog.getByRole("button", { name: "good", exact: true }).click();
  await expect(dialog.getByLabel("Model", { exact: true })).toHaveValue("good");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog).toBeHidden();
  const card = dashboard.getByRole("article", { name: `good at ${mine.address}` });
  await expect(card).toContainText("Added");
  await card.getByRole("button", { name: "Test" }).click();
  await expect(card.getByRole("status")).toContainText("Answered in");

  await open(dashboard, "Overview");
  const launch = await openLaunch(dashboard);
  await launch.getByRole("radio", { name: /^Maths tutor/ }).check();
  await launch.getByLabel("Task", { exact: true }).fill("what is six times seven?");
  await launchButton(launch).click();
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("The answer is 42.");
  expect(mine.completions.at(-1)?.model).toBe("good");

  await open(dashboard, "Models");
  await card.getByRole("button", { name: /^Remove/ }).click();
  await dashboard.getByRole("alertdialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(card).toBeHidden();
  await mine.close();
});

test("slots and the speed of the offline core are set on its card", async ({ dashboard, client }) => {
  await open(dashboard, "Models");
  const core = dashboard.getByRole("article", { name: /Offline core/ });
  await core.getByLabel(/^Slots of/).fill("4");
  await core.getByLabel(/^Slots of/).press("Enter");
  await core.getByLabel(/^Speed of/).fill("250");
  await core.getByLabel(/^Speed of/).press("Enter");
  await expect
    .poll(async () => {
      const { cores, settings } = await client.request("state.get", {});
      return [cores[0]?.capabilities.slots, settings.offlineTokensPerSecond];
    })
    .toEqual([4, 250]);
});

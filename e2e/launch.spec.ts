import { expect, launchButton, open, openLaunch, rowOf, takeScreenshot, test } from "./support/dashboard.ts";
import { writeInto } from "./support/data-folder.ts";

test("a bundled agent runs a sample task to its answer", async ({ dashboard }) => {
  const dialog = await openLaunch(dashboard);
  for (const title of ["Maths tutor", "Note keeper", "File clerk", "Web reader", "Planner", "Reviewer"]) {
    await expect(dialog.getByRole("radio", { name: new RegExp(`^${title}`) })).toBeVisible();
  }
  await dialog.getByRole("radio", { name: /^Maths tutor/ }).check();
  await dialog.getByRole("list", { name: "Sample tasks" }).getByRole("button").first().click();
  await expect(dialog.getByLabel("Task", { exact: true })).toHaveValue("What is 23 * 19 plus 7?");
  await takeScreenshot(dashboard, "launch");
  await launchButton(dialog).click();
  await expect(dialog).toBeHidden();
  await expect(dashboard.getByRole("heading", { level: 1 })).toContainText("a1");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("23 * 19 + 7 = 444");
});

test("a task of one's own, with the keyboard alone", async ({ dashboard }) => {
  const dialog = await openLaunch(dashboard);
  await dialog.getByRole("radio", { name: /^Note keeper/ }).check();
  await dialog.getByLabel("Task", { exact: true }).fill("remember that the spare key is under the mat");
  await dashboard.keyboard.press("Control+Enter");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("under the mat");
});

test("a launch without a task is refused at the field, and what was typed stays", async ({
  dashboard,
  client,
}) => {
  const dialog = await openLaunch(dashboard);
  const task = dialog.getByLabel("Task", { exact: true });
  await launchButton(dialog).click();
  await expect(dialog.getByRole("alert")).toHaveText("Say what the agent shall do");
  await expect(task).toHaveAttribute("aria-invalid", "true");
  await task.fill("what is 1 + 1?");
  await expect(dialog.getByRole("alert")).toBeHidden();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  const again = await openLaunch(dashboard);
  await expect(again.getByLabel("Task", { exact: true })).toHaveValue("what is 1 + 1?");
  expect((await client.request("state.get", {})).agents).toEqual([]);
});

test("priority, model and permission are those that were chosen", async ({ dashboard, client }) => {
  const dialog = await openLaunch(dashboard);
  await dialog.getByRole("radio", { name: /^Maths tutor/ }).check();
  await dialog.getByLabel("Task", { exact: true }).fill("what is 2 + 3?");
  await dialog.getByLabel("Priority").selectOption("8");
  await dialog.getByLabel("Model").selectOption("offline-planner");
  await dialog.getByLabel("Permission").selectOption("ask");
  await launchButton(dialog).click();
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("2 + 3 = 5");
  const { agents } = await client.request("state.get", {});
  expect(agents[0]).toMatchObject({ priority: 8, model: "offline-planner", mode: "ask" });
});

test("a demo fleet of twelve comes up in the table", async ({ dashboard }) => {
  await dashboard.getByRole("button", { name: "Launch a demo fleet" }).first().click();
  await expect(dashboard.getByText("Launched 12 agents")).toBeVisible();
  await open(dashboard, "Overview");
  for (let n = 1; n <= 12; n += 1) await expect(rowOf(dashboard, `a${n}`)).toBeVisible();
});

test("a bad manifest is named with what is wrong in it, and hides no other", async ({ dashboard, host }) => {
  writeInto(host.dataFolder, "agents/broken.json", "{ not json");
  const dialog = await openLaunch(dashboard);
  const problems = dialog.getByRole("region", { name: "Agents that could not be loaded" });
  await expect(problems).toContainText("broken.json");
  await expect(problems).toContainText("JSON");
  await expect(dialog.getByRole("radio", { name: /^Maths tutor/ })).toBeVisible();
});

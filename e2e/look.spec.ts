import { expect, open, openAgent, openLaunch, takeScreenshot, test } from "./support/dashboard.ts";
import { writeInto } from "./support/data-folder.ts";
import { look } from "./support/look.ts";

test.use({ viewport: { width: 1280, height: 800 }, settings: { offlineTokensPerSecond: 12 } });

test("the four screens, with a fleet at work", async ({ dashboard, client, host }) => {
  writeInto(
    host.dataFolder,
    "workspace/todo.md",
    "# To do\n\n- buy bread\n- call the dentist\n- mend the gate\n",
  );
  await client.request("settings.update", { offlineTokensPerSecond: 5_000 });
  const { agentId } = await client.request("agents.launch", {
    agent: "planner",
    task: "What is 6 * 7, and how many days are there until Christmas?",
  });
  await client.untilEnded(agentId);
  await client.request("agents.launch", {
    agent: "file-clerk",
    task: 'Add "water the plants" to todo.md',
  });
  await client.until("a request", (event): event is typeof event => event.type === "approval.requested");
  await client.request("settings.update", { offlineTokensPerSecond: 12 });
  await client.request("agents.launchFleet", {});

  await expect(dashboard.getByRole("region", { name: "Cores" })).toContainText("2 of 2 slots busy");
  await expect(dashboard.getByRole("region", { name: "Last 60 s" })).toBeVisible();
  await look(dashboard, "overview");

  await openAgent(dashboard, agentId);
  await expect(dashboard.getByRole("region", { name: "Answer" })).toBeVisible();
  await look(dashboard, "agent");
  for (const tab of ["Syscalls", "Context"]) {
    await dashboard.getByRole("tab", { name: new RegExp(`^${tab}`) }).click();
    await expect(dashboard.getByRole("tabpanel")).toBeVisible();
    await look(dashboard, `agent-${tab.toLowerCase()}`);
  }

  await open(dashboard, "Inbox");
  await dashboard
    .getByRole("list", { name: "Requests that wait for you" })
    .getByRole("button")
    .first()
    .click();
  await expect(dashboard.getByRole("table", { name: /^Changes to/ })).toBeVisible();
  await look(dashboard, "inbox");

  await open(dashboard, "Models");
  await expect(dashboard.getByRole("article", { name: /Offline core/ })).toBeVisible();
  await look(dashboard, "models");
});

test("empty screens and dialogs", async ({ dashboard }) => {
  for (const screen of ["Overview", "Agent", "Inbox", "Models"] as const) {
    await open(dashboard, screen);
    await look(dashboard, `empty-${screen.toLowerCase()}`);
  }
  await open(dashboard, "Overview");
  await openLaunch(dashboard);
  await expect(dashboard.getByRole("radio").first()).toBeVisible();
  await look(dashboard, "launch");
  await dashboard.keyboard.press("Escape");
  await dashboard.keyboard.press("Control+k");
  await expect(dashboard.getByRole("option").first()).toBeVisible();
  await look(dashboard, "palette");
});

test("at twice the size nothing is out of reach", async ({ dashboard, client }) => {
  await client.request("agents.launchFleet", {});
  await dashboard.setViewportSize({ width: 640, height: 400 });
  await takeScreenshot(dashboard, "overview-zoomed");
  for (const screen of ["Overview", "Inbox", "Models"] as const) {
    await open(dashboard, screen);
    const overflow = await dashboard.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft(overflow, screen).toBe(0);
  }
  await open(dashboard, "Overview");
  await openLaunch(dashboard);
  await dashboard.getByLabel("Task", { exact: true }).scrollIntoViewIfNeeded();
  await expect(dashboard.getByLabel("Task", { exact: true })).toBeInViewport();
});

import { SCREENS } from "../renderer/frame/screens.ts";
import { manifestSchema } from "../shared/manifest.ts";
import { recordedRun } from "./fixtures/recorded-run.ts";
import { expect, openAgent, rowOf, statusBar, takeScreenshot, test } from "./support/dashboard.ts";
import { serveRecording } from "./support/recorded-host.ts";

test.use({ settings: { offlineTokensPerSecond: 2 } });

test("the palette finds and does every action", async ({ dashboard }) => {
  await dashboard.keyboard.press("Control+k");
  const palette = dashboard.getByRole("dialog", { name: "Commands" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await takeScreenshot(dashboard, "palette");
  await dashboard.keyboard.type("policy fifo");
  await dashboard.keyboard.press("Enter");
  await expect(palette).toBeHidden();
  await expect(statusBar(dashboard)).toContainText("FIFO");

  await dashboard.keyboard.press("Control+k");
  await dashboard.keyboard.type("theme dark");
  await dashboard.keyboard.press("Enter");
  await expect(dashboard.locator("html")).toHaveAttribute("data-theme", "dark");

  await dashboard.keyboard.press("Control+k");
  await dashboard.keyboard.type("launch file clerk");
  await dashboard.keyboard.press("Enter");
  const launch = dashboard.getByRole("dialog", { name: "Launch an agent" });
  await expect(launch.getByRole("radio", { name: /^File clerk/ })).toBeChecked();
  await dashboard.keyboard.press("Escape");
  await expect(launch).toBeHidden();

  await dashboard.keyboard.press("Control+k");
  await dashboard.keyboard.type("no such thing at all");
  await expect(palette).toContainText("No command has these words.");
  await dashboard.keyboard.press("Escape");
  await expect(palette).toBeHidden();
});

test("an Enter that comes before the agents are known waits for them", async ({ page }) => {
  const clerk = manifestSchema.parse({
    name: "file-clerk",
    title: "File clerk",
    description: "Works on files",
    instructions: "Work on files.",
    tools: [],
    sampleTasks: ["List the files"],
  });
  let asked = 0;
  let tell = Promise.withResolvers<void>();
  const host = await serveRecording(recordedRun(Date.now()), {
    "agents.catalogue": async () => {
      asked += 1;
      await tell.promise;
      return { manifests: [clerk], problems: [] };
    },
  });
  await page.goto(host.address);
  await expect(statusBar(page)).toContainText("Connected");
  const palette = page.getByRole("dialog", { name: "Commands" });
  const launch = page.getByRole("dialog", { name: "Launch an agent" });

  for (const query of ["launch file clerk", "launch"]) {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(query);
    await expect.poll(() => asked).toBeGreaterThan(0);
    await page.keyboard.press("Enter");
    await expect(palette).toBeVisible();
    await expect(palette).not.toContainText("No command has these words.");
    tell.resolve();
    await expect(launch.getByRole("radio", { name: /^File clerk/ })).toBeChecked();
    await expect(palette).toBeHidden();
    await page.keyboard.press("Escape");
    await expect(launch).toBeHidden();
    asked = 0;
    tell = Promise.withResolvers();
  }

  // What was gone to with the arrows is done at once; writing on calls a waiting Enter off.
  await page.keyboard.press("Control+k");
  await page.keyboard.type("screen");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(palette).toBeHidden();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("launch file");
  await page.keyboard.press("Enter");
  await page.keyboard.type(" clerk");
  tell.resolve();
  await expect(palette.getByRole("option", { name: /Launch File clerk/ })).toBeVisible();
  await expect(launch).toBeHidden();
  await page.close();
  await host.close();
});

test("Control and K opens the palette anew at once, and does nothing while it is open", async ({
  dashboard,
}) => {
  const palette = dashboard.getByRole("dialog", { name: "Commands" });
  for (const theme of ["dark", "light", "dark"]) {
    await dashboard.keyboard.press("Control+k");
    await dashboard.keyboard.type(`theme ${theme}`);
    await dashboard.keyboard.press("Control+k");
    await dashboard.keyboard.press("Enter");
  }
  await dashboard.keyboard.press("Control+k");
  await expect(palette.getByRole("combobox")).toHaveValue("");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await expect(dashboard.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("screens by number, and the keys by a question mark", async ({ dashboard }) => {
  const rail = dashboard.getByRole("navigation", { name: "Screens" });
  for (const [index, { label }] of [...SCREENS.entries()].reverse()) {
    await dashboard.keyboard.press(`Control+${index + 1}`);
    const entry = rail.getByRole("button", { name: label });
    await expect(entry).toHaveAttribute("aria-current", "page");
  }
  await dashboard.keyboard.press("?");
  const keys = dashboard.getByRole("dialog", { name: "Keys" });
  await expect(keys).toContainText("Raise or lower priority");
  await takeScreenshot(dashboard, "keys");
  await dashboard.keyboard.press("Escape");
  await expect(keys).toBeHidden();
});

test("the agent table is worked by keys alone", async ({ dashboard, client }) => {
  const { agentId } = await client.request("agents.launch", {
    agent: "maths-tutor",
    task: "list the first 30 primes",
  });
  await client.request("agents.launch", { agent: "maths-tutor", task: "list the first 40 primes" });
  const row = rowOf(dashboard, agentId);
  await expect(row).toBeVisible();
  const agent = async () => (await client.request("state.get", {})).agents.find(({ id }) => id === agentId);

  await dashboard.keyboard.press("/");
  await expect(dashboard.getByLabel("Filter agents")).toBeFocused();
  await dashboard.keyboard.type("first 30");
  await expect(dashboard.locator("tr[id^=agent-row-]")).toHaveCount(1);
  const grid = dashboard.getByRole("grid", { name: "Agents" });
  await grid.focus();
  await dashboard.keyboard.press("ArrowDown");
  await expect(row).toHaveAttribute("aria-selected", "true");
  await expect(grid).toHaveAttribute("aria-activedescendant", `agent-row-${agentId}`);

  await dashboard.keyboard.press("Space");
  await expect(row).toContainText("Paused");
  await dashboard.keyboard.press("Space");
  await expect(row).not.toContainText("Paused");
  await dashboard.keyboard.press("+");
  await dashboard.keyboard.press("+");
  await dashboard.keyboard.press("-");
  await expect.poll(async () => (await agent())?.priority).toBe(6);

  await dashboard.keyboard.press("Delete");
  const dialog = dashboard.getByRole("alertdialog", { name: `Kill ${agentId}?` });
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await dashboard.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect((await agent())?.ending).toBeNull();

  await grid.focus();
  await dashboard.keyboard.press("Enter");
  await expect(dashboard.getByRole("heading", { level: 1 })).toContainText(agentId);
});

test("the views of an agent are tabs that arrows move between", async ({ dashboard, client }) => {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: "what is 6 * 7?" });
  await openAgent(dashboard, agentId);
  await dashboard.getByRole("tab", { name: "Transcript" }).focus();
  await dashboard.keyboard.press("ArrowRight");
  await expect(dashboard.getByRole("tab", { name: /^Syscalls/ })).toHaveAttribute("aria-selected", "true");
  await dashboard.keyboard.press("ArrowRight");
  await expect(dashboard.getByRole("tab", { name: "Context" })).toHaveAttribute("aria-selected", "true");
});

test("a new request is announced and takes no focus", async ({ dashboard, client }) => {
  await client.request("settings.update", { offlineTokensPerSecond: 5_000 });
  await dashboard.getByRole("button", { name: "Launch", exact: true }).first().focus();
  await client.request("agents.launch", { agent: "file-clerk", task: "create a file one.txt saying Hello" });
  await expect(dashboard.getByRole("status").filter({ hasText: /write_file/ })).toBeAttached();
  await expect(dashboard.getByRole("button", { name: "Launch", exact: true }).first()).toBeFocused();
});

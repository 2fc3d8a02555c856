import { expect, openAgent, rowOf, statusBar, takeScreenshot, test } from "./support/dashboard.ts";

// So slow that agents are still at work while the test acts on them.
test.use({ settings: { offlineTokensPerSecond: 4, policy: "round-robin", sliceTokens: 4 } });

const TASK = "list the first 30 primes";

test("queues, slots, table and status bar move while a fleet runs", async ({ dashboard }) => {
  await takeScreenshot(dashboard, "overview-empty");
  await dashboard.getByRole("button", { name: "Launch a demo fleet" }).first().click();
  const cores = dashboard.getByRole("region", { name: "Cores" });
  await expect(cores).toContainText("2 of 2 slots busy");
  await expect(statusBar(dashboard)).toContainText("2/2");
  const queues = dashboard.getByRole("region", { name: "Queues" });
  for (const queue of ["LLM", "Memory", "Storage", "Tool"]) await expect(queues).toContainText(queue);
  await expect(queues).toContainText(/[1-9]\d* waiting/);
  await expect(dashboard.getByRole("grid", { name: "Agents" })).toContainText("Running");
  await expect(dashboard.getByRole("grid", { name: "Agents" })).toContainText("Ready");
  // Who is on the slots changes: the slices go round.
  const onSlots = await cores.getByRole("button").allInnerTexts();
  const agents = onSlots.map((text) => /a\d+/.exec(text)?.[0] ?? "").sort();
  await expect
    .poll(async () =>
      (await cores.getByRole("button").allInnerTexts()).map((text) => /a\d+/.exec(text)?.[0] ?? "").sort(),
    )
    .not.toEqual(agents);
});

test("an agent is paused, resumed, re-prioritised and, after asking, killed", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: TASK });
  const row = rowOf(dashboard, agentId);
  await expect(row).toContainText("Running");

  await row.getByRole("button", { name: `Pause ${agentId}` }).click();
  await expect(row).toContainText("Paused");
  await row.getByRole("button", { name: `Resume ${agentId}` }).click();
  await expect(row).toContainText(/Running|Ready/);

  await row.getByRole("button", { name: `Raise priority of ${agentId}` }).click();
  await expect.poll(async () => (await client.request("state.get", {})).agents[0]?.priority).toBe(6);
  await row.getByRole("button", { name: `Lower priority of ${agentId}` }).click();
  await row.getByRole("button", { name: `Lower priority of ${agentId}` }).click();
  await expect.poll(async () => (await client.request("state.get", {})).agents[0]?.priority).toBe(4);

  await row.getByRole("button", { name: `Kill ${agentId}` }).click();
  const dialog = dashboard.getByRole("alertdialog", { name: `Kill ${agentId}?` });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(row).not.toContainText("Cancelled");
  await row.getByRole("button", { name: `Kill ${agentId}` }).click();
  await dialog.getByRole("button", { name: `Kill ${agentId}` }).click();
  await expect(row).toContainText("Cancelled");
  await expect(dashboard.getByRole("region", { name: "Cores" })).toContainText("0 of 2 slots busy");
});

test("a paused agent makes no progress until it is resumed", async ({ dashboard, client }) => {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: "what is 6 * 7?" });
  await client.request("agents.pause", { agentId });
  await openAgent(dashboard, agentId);
  await expect(dashboard.getByRole("main")).toContainText("Paused");
  await client.request("settings.update", { offlineTokensPerSecond: 5_000 });
  await expect(dashboard.getByRole("region", { name: "Answer" })).toBeHidden();
  expect((await client.request("state.get", {})).agents[0]).toMatchObject({
    control: "paused",
    ending: null,
  });
  await dashboard.getByRole("button", { name: "Resume" }).click();
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("6 * 7 = 42");
});

test("policy and slice change while agents run, and are kept", async ({ dashboard, client }) => {
  await dashboard.getByRole("button", { name: "Launch a demo fleet" }).first().click();
  await expect(statusBar(dashboard)).toContainText("2/2");
  await dashboard.getByLabel("Policy").selectOption("priority");
  await expect(statusBar(dashboard)).toContainText("Priority with aging");
  await dashboard.getByLabel("Slice, tokens").fill("9");
  await dashboard.getByLabel("Slice, tokens").press("Enter");
  await expect(statusBar(dashboard)).toContainText("slice 9 tok");
  const changedAt = client.events.at(-1)?.seq ?? 0;
  await client.until(
    "a decision of the new policy",
    (event): event is typeof event =>
      event.type === "syscall.running" && event.seq > changedAt && event.decision.policy === "priority",
  );
  await dashboard.getByLabel("Policy").selectOption("fifo");
  await expect(dashboard.getByLabel("Slice, tokens")).toBeDisabled();
  await expect(statusBar(dashboard)).not.toContainText("slice");
  expect((await client.request("state.get", {})).settings).toMatchObject({ policy: "fifo", sliceTokens: 9 });
});

test("the table is filtered and sorted", async ({ dashboard, client }) => {
  for (const task of ["what is 1 + 1?", "list the first 9 primes", "what is 2 + 2?"]) {
    await client.request("agents.launch", { agent: "maths-tutor", task });
  }
  await dashboard.getByLabel("Filter agents").fill("primes");
  await expect(rowOf(dashboard, "a2")).toBeVisible();
  await expect(rowOf(dashboard, "a1")).toBeHidden();
  await dashboard.getByLabel("Filter agents").press("Escape");
  await expect(rowOf(dashboard, "a1")).toBeVisible();
  await dashboard.getByRole("columnheader", { name: "Id" }).getByRole("button").click();
  const ids = () => dashboard.locator("tr[id^=agent-row-]").evaluateAll((rows) => rows.map((row) => row.id));
  const first = await ids();
  await dashboard.getByRole("columnheader", { name: "Id" }).getByRole("button").click();
  await dashboard.mouse.move(0, 0);
  await expect.poll(ids).toEqual(first.toReversed());
});

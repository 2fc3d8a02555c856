import type { Locator } from "@playwright/test";
import type { EventOf } from "../shared/events.ts";
import type { Client } from "./support/client.ts";
import { chooseSnapshot, contextPane, lookAtContext, openContext, snapshotList } from "./support/context.ts";
import { expect, takeScreenshot, test } from "./support/dashboard.ts";

/** Waits for a request, allows it and returns once the agent has ended. */
async function allowAndEnd(client: Client, agentId: EventOf<"agent.ended">["agentId"]): Promise<void> {
  const { approval } = await client.until(
    "a request",
    (event): event is EventOf<"approval.requested"> => event.type === "approval.requested",
  );
  await client.request("approvals.answer", { approvalId: approval.id, answer: { type: "once" } });
  await client.untilEnded(agentId);
}

test("the window shows what fills it, and the prompt is there word for word", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", {
    agent: "maths-tutor",
    task: "what is 23 * 19 plus 7?",
  });
  await client.untilEnded(agentId);
  await openContext(dashboard, agentId);
  const view = await client.request("context.view", { agentId });
  const table = dashboard.getByRole("table", { name: "Tokens of each part" });
  const row = (name: string): Locator => table.getByRole("row").filter({ hasText: name });
  const format = new Intl.NumberFormat("en");
  for (const { part, tokens } of view.parts) {
    const name = part === "partial" ? "Partial output" : part[0]?.toUpperCase() + part.slice(1);
    await expect(row(name)).toContainText(format.format(tokens));
  }
  await expect(dashboard.getByRole("region", { name: "Window" })).toContainText("of 8,192 tokens");
  await expect(row("Reserve for the answer")).toBeVisible();
  for (const { message } of view.messages) {
    if (message.content !== "") await expect(contextPane(dashboard)).toContainText(message.content);
  }
  await lookAtContext(dashboard, "window");
});

test("a snapshot is taken, pinned, looked at as it stood, and compared with now", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: "what is 6 * 7?" });
  await client.untilEnded(agentId);
  await openContext(dashboard, agentId);
  await dashboard.getByLabel("Label of the snapshot").fill("before the second sum");
  await dashboard.getByRole("button", { name: "Take a snapshot" }).click();
  const taken = snapshotList(dashboard).getByRole("option").filter({ hasText: "before the second sum" });
  await expect(taken).toHaveAttribute("aria-selected", "true");
  await snapshotList(dashboard).focus();
  const other = snapshotList(dashboard).getByRole("option").nth(1);
  await dashboard.keyboard.press("ArrowDown");
  await expect(other).toHaveAttribute("aria-selected", "true");
  await expect(other).not.toContainText("pinned");
  await dashboard.keyboard.press("p");
  await expect(other).toContainText("pinned");
  await dashboard.keyboard.press("p");
  await expect(other).not.toContainText("pinned");

  const scrolled = await contextPane(dashboard).evaluate((element) => {
    element.scrollTop = 120;
    return element.scrollTop;
  });
  await client.request("agents.send", { agentId, text: "what is 8 * 8?" });
  await expect(contextPane(dashboard)).toContainText("what is 8 * 8?");
  await expect(contextPane(dashboard)).toContainText("8 * 8 = 64");
  await expect(snapshotList(dashboard).getByRole("option").first()).toContainText("Answer");
  // What comes in moves neither the choice nor the page under the reader.
  await expect(snapshotList(dashboard).getByRole("option", { selected: true })).toContainText(
    "Before its tools",
  );
  expect(await contextPane(dashboard).evaluate((element) => element.scrollTop)).toBe(scrolled);

  await chooseSnapshot(dashboard, taken, "View");
  await expect(contextPane(dashboard).getByRole("note")).toContainText("As it stood at n");
  await expect(contextPane(dashboard)).toContainText("6 * 7 = 42");
  await expect(contextPane(dashboard)).not.toContainText("what is 8 * 8?");
  await lookAtContext(dashboard, "snapshot");

  await chooseSnapshot(dashboard, taken, "Compare");
  const comparison = dashboard.getByRole("region", { name: "Comparison" });
  await expect(comparison).toContainText("added");
  await expect(comparison.getByRole("list", { name: "Messages that differ" })).toContainText(
    "what is 8 * 8?",
  );
  await expect(comparison.getByRole("table", { name: "Tokens of both" })).toContainText(/\+\d+/);
  await lookAtContext(dashboard, "comparison");
  await chooseSnapshot(dashboard, snapshotList(dashboard).getByRole("option").last(), "Compare");
  await expect(comparison.getByLabel("From", { exact: true })).toHaveValue(/^n\d+$/);
  await expect(comparison.getByLabel("To", { exact: true })).toHaveValue(/^n\d+$/);
  await expect(comparison).not.toContainText("what is 8 * 8?");
  await dashboard.getByRole("button", { name: "Back to now" }).click();
  await expect(comparison).toHaveCount(0);
});

test("a fork is a new agent that begins with the context of a snapshot and goes on", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: "what is 6 * 7?" });
  await client.untilEnded(agentId);
  await openContext(dashboard, agentId);
  await snapshotList(dashboard).focus();
  await dashboard.keyboard.press("ArrowDown");
  await dashboard.keyboard.press("f");
  const dialog = dashboard.getByRole("dialog", { name: /^Fork a1 at n/ });
  await dialog.getByLabel("Message to begin with").fill("what is 9 * 9?");
  await lookAtContext(dashboard, "fork");
  await dialog.getByRole("button", { name: "Fork" }).click();
  await expect(dashboard.getByRole("heading", { level: 1 })).toContainText("a2");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("9 * 9 = 81");
  await expect(dashboard.getByText("forked from a1")).toBeVisible();
  await openContext(dashboard, "a2");
  await expect(contextPane(dashboard)).toContainText("what is 6 * 7?");
  await expect(contextPane(dashboard)).toContainText("what is 9 * 9?");
  const { messages } = await client.request("context.view", { agentId });
  expect(JSON.stringify(messages)).not.toContain("9 * 9");
  await dashboard.getByRole("tab", { name: "Transcript" }).click();
  await lookAtContext(dashboard, "forked");
  await dashboard.getByRole("complementary", { name: "Facts" }).getByRole("link", { name: /^a1/ }).click();
  await expect(dashboard.getByRole("heading", { level: 1 })).toContainText("a1");
});

test("a rewind lists what stays done, the agent goes on from there, and a rewind brings all back", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", {
    agent: "file-clerk",
    task: "Create a file hello.txt saying Hello from the file clerk",
  });
  await allowAndEnd(client, agentId);
  await openContext(dashboard, agentId);
  const beforeTools = snapshotList(dashboard)
    .getByRole("option")
    .filter({ hasText: "Before its tools" })
    .last();
  await chooseSnapshot(dashboard, beforeTools, "Rewind");
  const dialog = dashboard.getByRole("dialog", { name: /^Rewind a1 to n/ });
  await expect(dialog.getByRole("list", { name: "Effects that stay" })).toContainText("hello.txt");
  await lookAtContext(dashboard, "rewind");
  await dialog.getByRole("radio", { name: "Stay paused" }).check();
  await dialog.getByRole("button", { name: "Rewind" }).click();
  await expect(dialog).toHaveCount(0);
  const undo = snapshotList(dashboard).getByRole("option").filter({ hasText: "Before rewind" });
  await expect(undo).toBeVisible();
  await expect(undo).toContainText("Left behind");
  await expect(dashboard.getByRole("button", { name: "Resume" })).toBeVisible();
  await lookAtContext(dashboard, "rewound");

  await chooseSnapshot(dashboard, undo, "Rewind");
  const back = dashboard.getByRole("dialog", { name: /^Rewind a1 to n/ });
  await expect(back).toContainText("Nothing outside was changed since.");
  await back.getByLabel("Message to begin with").fill("What files are there?");
  await back.getByRole("button", { name: "Rewind" }).click();
  await expect(back).toHaveCount(0);
  await expect(contextPane(dashboard)).toContainText("What files are there?");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("hello.txt");
  await dashboard.getByRole("tab", { name: "Transcript" }).click();
  await expect(dashboard.getByRole("list", { name: "Transcript" })).toContainText(
    /Rewound to n\d+; 1 effect/,
  );
  await lookAtContext(dashboard, "rewound-transcript");
});

test.describe("while it answers", () => {
  test.use({ settings: { offlineTokensPerSecond: 1, sliceTokens: 4 } });

  test("what has begun stands at the end, marked as not finished, and slices leave snapshots", async ({
    dashboard,
    client,
  }) => {
    const { agentId } = await client.request("agents.launch", {
      agent: "maths-tutor",
      task: "list the first 30 primes",
    });
    await client.request("agents.launch", { agent: "maths-tutor", task: "list the first 40 primes" });
    await client.request("agents.launch", { agent: "maths-tutor", task: "list the first 50 primes" });
    await openContext(dashboard, agentId);
    await expect(contextPane(dashboard)).toContainText("Not finished");
    await contextPane(dashboard).getByText("Not finished").scrollIntoViewIfNeeded();
    await takeScreenshot(dashboard, "context-begun");
    const slice = snapshotList(dashboard).getByRole("option").filter({ hasText: "Slice ended" }).first();
    await expect(slice).toContainText("tok unfinished");
    await lookAtContext(dashboard, "partial");
    await chooseSnapshot(dashboard, slice, "View");
    await expect(contextPane(dashboard).getByRole("note")).toContainText("As it stood at n");
    await expect(contextPane(dashboard)).toContainText("Not finished");
  });
});
